"""The library's own test cases over our persistence module, and our application over it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import TestCase
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    StoredEvent,
    Tracking,
    TrackingRecorder,
)
from eventsourcing.tests import persistence as cases
from eventsourcing.utils import Environment
from psycopg import sql

from adapters.postgres import eventsourcing_module as ours
from adapters.postgres.init import Names, make
from adapters.postgres.server import EmbeddedServer
from events.envelope import RecordedEvent
from hub.log import InboxTaken, LogGap
from tests.log.given import ask, received, seen
from tests.postgres import COUNCIL, copy_of, dsn_of

MODULE = ours.__name__


@pytest.fixture(scope="session")
def empty_template(server: EmbeddedServer) -> str:
    """A database whose log holds nothing at all, not even how it began."""
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE DATABASE empty")
    with psycopg.connect(dsn_of(server, "empty")) as conn:
        make(conn, Names(COUNCIL))
    return "empty"


@pytest.fixture
def empty_dsn(server: EmbeddedServer, empty_template: str) -> str:
    """A fresh empty log, as its owner."""
    return copy_of(server, empty_template)


class OverOurLog(TestCase):
    """Gives a case of the library a fresh empty log, and takes care of what the case opened."""

    @pytest.fixture(autouse=True)
    def _fresh(self, empty_dsn: str) -> Iterator[None]:
        self.dsn = empty_dsn
        self.env = Environment(
            "TestCase",
            {"PERSISTENCE_MODULE": MODULE, "HUB_DATABASE_URL": empty_dsn, "HUB_COUNCIL": COUNCIL},
        )
        self.datastore = ours.Datastore(empty_dsn, COUNCIL)
        yield
        self.datastore.close()


class WithWords:
    """Originators named by a word, as our streams are."""

    def new_originator_id(self) -> UUID | str:
        return f"thing:{uuid4().hex[:12]}"


class TestAggregateRecorder(OverOurLog, cases.AggregateRecorderTestCase):
    def create_recorder(self) -> ours.PostgresAggregateRecorder:
        return ours.PostgresAggregateRecorder(self.datastore)


class TestAggregateRecorderWithWords(WithWords, TestAggregateRecorder):
    pass


class TestApplicationRecorder(OverOurLog, cases.ApplicationRecorderTestCase):
    def create_recorder(self) -> ours.PostgresApplicationRecorder:
        return ours.PostgresApplicationRecorder(self.datastore)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()

    def test_a_gap_halts_the_reader(self) -> None:
        recorder = self.create_recorder()
        recorder.insert_events([StoredEvent(f"a:{n}", 1, "t", b"") for n in range(5)])
        with psycopg.connect(self.dsn) as conn:
            table = sql.Identifier(COUNCIL, "events")
            conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            conn.execute(sql.SQL("DELETE FROM {} WHERE position = 3").format(table))
        with pytest.raises(LogGap, match="position 3 is missing"):
            recorder.select_notifications(1, 10)

    def test_the_streams_of_uuids_are_not_open_to_words(self) -> None:
        recorder = self.create_recorder()
        with pytest.raises(ProgrammingError):
            recorder.insert_events([StoredEvent(f"uuid:{uuid4()}", 1, "t", b"")])

    def test_a_closed_datastore_says_so(self) -> None:
        recorder = self.create_recorder()
        recorder.insert_events([StoredEvent("a:1", 1, "t", b"")])
        self.datastore.close()
        for ask_it in (
            recorder.max_notification_id,
            lambda: recorder.insert_events([StoredEvent("a:1", 2, "t", b"")]),
        ):
            with pytest.raises(InterfaceError):
                ask_it()


class TestApplicationRecorderWithWords(WithWords, TestApplicationRecorder):
    pass


class TestTrackingRecorder(OverOurLog, cases.TrackingRecorderTestCase):
    def create_recorder(self) -> ours.PostgresTrackingRecorder:
        return ours.PostgresTrackingRecorder(self.datastore)


class TestProcessRecorder(OverOurLog, cases.ProcessRecorderTestCase):
    def create_recorder(self) -> ours.PostgresProcessRecorder:
        return ours.PostgresProcessRecorder(self.datastore)

    def test_a_reaction_is_stored_once(self) -> None:
        recorder, tracking = self.create_recorder(), Tracking("upstream", 7)
        recorder.insert_events([StoredEvent("a:1", 1, "t", b"")], tracking=tracking)
        with pytest.raises(IntegrityError):
            recorder.insert_events([StoredEvent("a:2", 1, "t", b"")], tracking=tracking)
        assert recorder.select_events("a:2") == []
        with pytest.raises(IntegrityError):
            recorder.insert_events(
                [StoredEvent("a:1", 1, "t", b"")], tracking=Tracking("upstream", 8)
            )
        assert recorder.max_tracking_id("upstream") == 7


class TestNonInterleaving(OverOurLog, cases.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> ours.PostgresApplicationRecorder:
        return ours.PostgresApplicationRecorder(self.datastore)


class SpecialTrackingRecorder(ours.PostgresTrackingRecorder):
    """One of a user's own."""


class TestFactory(OverOurLog, cases.InfrastructureFactoryTestCase[ours.Factory]):
    def expected_factory_class(self) -> type[ours.Factory]:
        return ours.Factory

    def expected_aggregate_recorder_class(self) -> type[ours.PostgresAggregateRecorder]:
        return ours.PostgresAggregateRecorder

    def expected_application_recorder_class(self) -> type[ours.PostgresApplicationRecorder]:
        return ours.PostgresApplicationRecorder

    def expected_tracking_recorder_class(self) -> type[TrackingRecorder]:
        return ours.PostgresTrackingRecorder

    def tracking_recorder_subclass(self) -> type[TrackingRecorder]:
        return SpecialTrackingRecorder

    def expected_process_recorder_class(self) -> type[ours.PostgresProcessRecorder]:
        return ours.PostgresProcessRecorder

    def test_without_a_database_it_says_which_setting_is_missing(self) -> None:
        with pytest.raises(OSError, match="HUB_DATABASE_URL"):
            ours.Factory({})

    def test_the_log_keeps_no_snapshots(self) -> None:
        with pytest.raises(NotSupportedError):
            self.factory.aggregate_recorder("snapshots")


@pytest.fixture
def application(owner_dsn: str) -> Iterator[ours.HubApplication]:
    """The library's Application over a live log of ours."""
    with ours.HubApplication({"HUB_DATABASE_URL": owner_dsn, "HUB_COUNCIL": COUNCIL}) as opened:
        yield opened


NONE: tuple[int, ...] = ()


def versions(state: tuple[int, ...], recorded: RecordedEvent) -> tuple[int, ...]:
    """An evolve: the versions seen so far."""
    assert recorded.actor == "staff:S-1"
    return (*state, recorded.version)


def test_our_events_are_saved_with_their_envelope_and_folded_by_our_evolve(
    application: ours.HubApplication, owner_dsn: str
) -> None:
    saved = application.save(seen("R-26-000001-1", 1, tags=("team:YC",)), seen("R-26-000001-1", 2))
    assert [one.notification.id for one in saved] == [2, 3]
    assert application.fold("referral:R-26-000001-1", versions, NONE) == (1, 2)
    assert application.fold("referral:R-26-000001-1", versions, NONE, version=1) == (1,)
    rows = ask(
        owner_dsn,
        "SELECT type, actor, length(hash), tags @> '{{team:YC}}' FROM {}.events WHERE position > 1",
    )
    assert rows == [
        ("referral.seen", "staff:S-1", 32, True),
        ("referral.seen", "staff:S-1", 32, False),
    ]


def test_a_version_that_is_taken_is_a_conflict(application: ours.HubApplication) -> None:
    application.save(seen("R-26-000001-1"))
    with pytest.raises(IntegrityError):
        application.save(seen("R-26-000001-1"))


def test_a_stream_without_events_is_not_found(application: ours.HubApplication) -> None:
    with pytest.raises(AggregateNotFoundError):
        application.fold("referral:R-26-000009-1", versions, NONE)


def test_inbox_and_raw_bytes_ride_along(application: ours.HubApplication, owner_dsn: str) -> None:
    first = received(1)
    application.save(*first.events, inbox=first.inbox, raw=first.raw)
    again = received(2, message_id="m-1")
    with pytest.raises(InboxTaken):
        application.save(*again.events, inbox=again.inbox, raw=again.raw)
    assert ask(owner_dsn, "SELECT contact FROM {}.inbox") == [("C-26-000001",)]


def test_a_reaction_is_saved_once_with_the_place_it_answers(
    application: ours.HubApplication,
) -> None:
    application.react("follower", 1, seen("R-26-000001-1"))
    with pytest.raises(IntegrityError):
        application.react("follower", 1, seen("R-26-000002-1"))
    with pytest.raises(AggregateNotFoundError):
        application.fold("referral:R-26-000002-1", versions, NONE)


def test_the_notification_log_and_a_subscription_tell_the_same_story(
    application: ours.HubApplication,
) -> None:
    application.save(*(seen(f"R-26-{n:06}-1") for n in range(30)))
    told = application.notification_log.select(1, 31)
    with application.recorder.subscribe() as subscription:
        followed = [next(subscription) for _ in range(31)]
    assert [n.id for n in told] == [n.id for n in followed] == list(range(1, 32))
    events = [application.mapper.to_domain_event(n).recorded for n in followed]  # type: ignore[attr-defined]
    assert [e.stream for e in events[1:]] == [f"referral:R-26-{n:06}-1" for n in range(30)]


@pytest.mark.parametrize("bare", [object(), StoredEvent("a:1", 1, "t", b"")])
def test_an_event_without_an_envelope_is_refused_by_our_mapper(
    application: ours.HubApplication, bare: Any
) -> None:
    with pytest.raises(TypeError):
        application.mapper.to_stored_event(bare)
    with pytest.raises((TypeError, AttributeError)):
        application.mapper.to_domain_event(bare)


def test_one_file_alone_lends_from_the_library() -> None:
    root = Path(ours.__file__).parents[1]
    lent = [
        p.name
        for p in root.rglob("*.py")
        if "eventsourcing import" in p.read_text() or "from eventsourcing" in p.read_text()
    ]
    assert lent == ["eventsourcing_module.py"]
