"""How events are written is what PostgreSQL reads, and how they are hashed never changes."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.arrays import Array, Blobs, Integers, SmallIntegers, Texts, Times, Uuids
from adapters.postgres.rows import event_hash
from adapters.postgres.server import EmbeddedServer

PLACE = timezone(timedelta(hours=1))
CELLS: dict[type[Array], st.SearchStrategy[Any]] = {
    Texts: st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    | st.sampled_from(["", "NULL", "{}", '"', ",", "x" * 4095, "x" * 4096, "é" * 5000]),
    Blobs: st.binary() | st.sampled_from([b"", b"\0" * 4096]),
    Uuids: st.uuids(),
    Integers: st.integers(-(2**31), 2**31 - 1),
    SmallIntegers: st.integers(-(2**15), 2**15 - 1),
    Times: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.sampled_from([UTC, PLACE])),  # noqa: DTZ001
}  # fmt: skip


@pytest.fixture(scope="module")
def conn(server: EmbeddedServer) -> Any:
    """Any connection will do: nothing is stored."""
    with psycopg.connect(server.dsn, autocommit=True) as opened:
        yield opened


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_array_comes_back_as_it_went(
    conn: psycopg.Connection[Any], kind: type[Array], data: st.DataObject
) -> None:
    cells = data.draw(st.lists(st.none() | CELLS[kind], max_size=6))
    array = kind.of(cells)
    if array is None:
        assert not any(cell is not None for cell in cells)
        return
    row = conn.execute("SELECT %b, pg_typeof(%b)::text", [array, array], binary=True).fetchone()
    assert row is not None
    assert row[0] == cells
    assert row[1] == kind.__doc__ or row[1] == "timestamp with time zone[]"


def test_a_number_too_large_for_its_column_is_refused_before_it_is_sent() -> None:
    for kind, number in ((Integers, 2**31), (SmallIntegers, 2**15)):
        with pytest.raises(Exception, match=r"format requires|argument out of range"):
            kind.of([number])


ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")
SAID: tuple[Any, ...] = (
    ID, "referral:R-26-000001-1", 2, "referral.seen", 1, b'{"by":"S-1"}', datetime(2026, 11, 22, 9, 30, 0, 123456, UTC),
    "staff:S-1", "thurrock", "C-26-000001", ID, "care", None, ("team:YC", "person:P-000001"),
)  # fmt: skip
BARE: tuple[Any, ...] = (ID, "a:1", 1, "t", None, b"", *(None,) * 7, ())


def test_the_hash_of_an_event_is_the_one_that_logs_already_hold() -> None:
    """A log keeps these for ever: whoever changes this definition makes every stored event look tampered with."""
    assert (
        event_hash(*SAID).hex()
        == "c665a088cf24257db1ddd2af9acae4487138c9c134bfebf7bf2eaa710ec31958"
    )
    assert (
        event_hash(*BARE).hex()
        == "e3f0522170fa139b395dc6e8143d5b74e0f77f41dcee655564eb800fa08801be"
    )


@pytest.mark.parametrize("at", range(len(SAID)))
def test_whatever_is_changed_in_what_was_said_changes_the_hash(at: int) -> None:
    others = {
        int: 3,
        bytes: b"{}",
        tuple: ("team:YC",),
        datetime: datetime(2026, 1, 1, tzinfo=UTC),
        uuid.UUID: uuid.UUID(int=1),
    }
    other = others.get(type(SAID[at]), "other")
    assert event_hash(*SAID[:at], other, *SAID[at + 1 :]) != event_hash(*SAID)  # type: ignore[arg-type]
