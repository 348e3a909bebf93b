"""The benchmark against other tools reads what the hub's command writes, and says where there is nothing to read."""

from pathlib import Path

import pytest

from benchmarks import linking_others
from benchmarks.linking.others.foreign.hub_columns import export, iso, numbered
from benchmarks.linking.others.measure import read


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> linking_others.Data:
    """One known person, and two records: one of theirs."""
    export(
        tmp_path / "small",
        {
            "master": numbered("m", [("A", {"family_name": "Okafor", "dob": "1981-05-29"})]),
            "file": numbered(
                "r", [("A", {"family_name": "Okafor"}), ("B", {"family_name": "Reid"})]
            ),
        },
    )
    monkeypatch.setattr(linking_others, "HOME", tmp_path)
    return linking_others.data_of(str(tmp_path / "small"))


def hub_that(does: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in the hub's place; `$out` is the file it is to write."""
    command = place / "hub"
    command.write_text(f"#!/bin/sh\nfor out; do :; done\n{does}\n")
    command.chmod(0o755)
    monkeypatch.setattr(linking_others, "hub", lambda: command)


def test_what_the_hub_wrote_becomes_a_line(
    data: linking_others.Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = r"record_id,person,outcome,bits,candidate,because\nr00001,m00001,link,9.5,m00001,\nr00002,,new,,,\n"
    hub_that(f"printf '{written}' > $out", tmp_path, monkeypatch)
    (line,) = linking_others.of_the_hub(data)
    assert line.split()[:10] == [
        "hub", "1.0000", "1.0000", "1.0000", "0", "0", "0.00", "1.0000", "1.0000", "1.0000",
    ]  # fmt: skip


def test_a_record_without_an_answer_is_said(
    data: linking_others.Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_that("echo record_id,person,outcome,bits,candidate,because > $out", tmp_path, monkeypatch)
    assert linking_others.of_the_hub(data) == ["hub: 2 records have no answer"]


def test_a_hub_that_ends_badly_is_said(
    data: linking_others.Data, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub_that("echo no such column >&2; exit 3", tmp_path, monkeypatch)
    assert linking_others.of_the_hub(data) == ["hub: ended with 3: no such column"]
    assert not linking_others.hub_can_link()


def test_an_unknown_set_names_the_known_ones() -> None:
    with pytest.raises(SystemExit, match="febrl1"):
        linking_others.data_of("febrl9")


def test_only_a_date_of_the_calendar_is_written_as_one(tmp_path: Path) -> None:
    assert iso("1981", "05", "29", "19810529") == "1981-05-29"
    assert iso("1981", "29", "05", "19812905") == "19812905"
    export(tmp_path, {"file": numbered("r", [("A", {"dob": "19812905"})])})
    assert read(tmp_path / "file.csv")[0]["dob"] == "19812905"
    assert read(tmp_path / "truth.csv") == [{"record_id": "r00001", "entity": "A"}]
