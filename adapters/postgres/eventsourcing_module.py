"""The log as a persistence module of the `eventsourcing` library: PERSISTENCE_MODULE=adapters.postgres.eventsourcing_module.

What the library saves goes through the same group commit, and what it reads comes from the same events table, as everything else.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from threading import Lock, Thread
from typing import Any, ClassVar, TypeVar, cast
from uuid import UUID, uuid4

import psycopg
from eventsourcing import persistence as library
from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.persistence import Notification, Recording, StoredEvent, Tracking
from eventsourcing.utils import Environment, EnvType, resolve_topic
from psycopg import sql
from psycopg_pool import ConnectionPool

from adapters.postgres.appender import Appender, TrackingTaken, move_tracking
from adapters.postgres.init import Names, runtime_dsn
from adapters.postgres.rows import COLUMNS, Prepared, prepare, recorded
from adapters.postgres.sealing import PLAIN, Sealer
from events.envelope import NewEvent, RecordedEvent
from hub.errors import Unavailable
from hub.log import Append, Appended, LogGap, VersionConflict

POLL = 0.075
UUID_STREAM = "uuid:"
TRACKING = "tracking:"
STREAM, VERSION, TYPE, STATE, ACTOR = 2, 3, 4, 6, 9  # places in a row of COLUMNS

State = TypeVar("State")
Evolve = Callable[[State, RecordedEvent], State]
AnyTrackingRecorder = TypeVar("AnyTrackingRecorder", bound=library.TrackingRecorder)
AnyRecorder = TypeVar("AnyRecorder", bound=library.Recorder)


@dataclass(frozen=True)
class NewStoredEvent(StoredEvent):
    """An event of ours on its way in, with its whole row."""

    row: Prepared = field(compare=False, repr=False)


@dataclass(frozen=True)
class KeptEvent(StoredEvent):
    """An event of ours as it was read, with its whole row."""

    row: Sequence[Any] = field(compare=False, repr=False)


@dataclass(frozen=True)
class KeptNotification(Notification):
    """An event of ours as it was read in the order of the log, with its whole row."""

    row: Sequence[Any] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """An event of ours by the names that the library has for its stream and version."""

    event: NewEvent | RecordedEvent

    @property
    def originator_id(self) -> str:
        """The stream."""
        return self.event.stream

    @property
    def originator_version(self) -> int:
        """The place in the stream."""
        return self.event.version

    @property
    def recorded(self) -> RecordedEvent:
        """The event as the log has it; for what was read, not for what is to be saved."""
        assert isinstance(self.event, RecordedEvent)
        return self.event


def stream_of(originator_id: UUID | str) -> str:
    """The stream of an originator; a UUID's has a kind of its own, so that it comes back as a UUID."""
    if isinstance(originator_id, UUID):
        return f"{UUID_STREAM}{originator_id}"
    if originator_id.startswith(UUID_STREAM):
        raise library.ProgrammingError(f"{UUID_STREAM} begins the streams of UUIDs alone")
    return originator_id


def originator_of(stream: str) -> UUID | str:
    """The originator of a stream."""
    if stream.startswith(UUID_STREAM):
        return UUID(stream.removeprefix(UUID_STREAM))
    return stream


def row_of(event: StoredEvent) -> Prepared:
    """The row to write. A bare event of the library has no envelope, but an id, by which it is found again."""
    if isinstance(event, NewStoredEvent):
        return event.row
    stream = stream_of(event.originator_id)
    nothing = (None,) * 9
    return (uuid4(), stream, event.originator_version, event.topic, None, event.state, *nothing)


def stored_of(row: Sequence[Any]) -> StoredEvent:
    """The library's form of a row."""
    members = (originator_of(row[STREAM]), row[VERSION], row[TYPE], bytes(row[STATE]))
    return StoredEvent(*members) if row[ACTOR] is None else KeptEvent(*members, row)


def notification_of(row: Sequence[Any]) -> Notification:
    """The library's form of a row in the order of the log."""
    members = (originator_of(row[STREAM]), row[VERSION], row[TYPE], bytes(row[STATE]), row[0])
    return Notification(*members) if row[ACTOR] is None else KeptNotification(*members, row)


class EnvelopeMapper(library.Mapper[str]):
    """Turns our events into rows and back. An event without its envelope is refused both ways."""

    def __init__(
        self,
        transcoder: library.Transcoder,
        compressor: library.Compressor | None = None,
        cipher: library.Cipher | None = None,
        sealer: Sealer = PLAIN,
    ) -> None:
        if compressor is not None or cipher is not None:
            raise library.ProgrammingError("payloads pass our own seal, no cipher or compressor")
        super().__init__(transcoder)
        self._sealer = sealer

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Raises TypeError for anything but a new event of ours."""
        if not (isinstance(domain_event, Said) and isinstance(domain_event.event, NewEvent)):
            raise TypeError(f"a {type(domain_event).__name__} has no envelope")
        row = prepare(domain_event.event, self._sealer)
        return NewStoredEvent(row[1], row[2], row[3], row[5], row)

    def to_domain_event(self, stored_event: StoredEvent) -> Said:
        """Raises TypeError for what the library stored bare."""
        if not isinstance(stored_event, KeptEvent | KeptNotification):
            raise TypeError(f"{stored_event.topic} was stored without an envelope")
        return Said(recorded(stored_event.row, self._sealer))


class Datastore:
    """The way to the database of synchronous callers: a pool to read by, and one appender in a thread of its own."""

    def __init__(self, dsn: str, council: str, readers: int = 8) -> None:
        self.names = Names(council)
        self.dsn = runtime_dsn(dsn, council)
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._appender = Appender(self.dsn, self.names.log)
        self._pool = ConnectionPool(
            self.dsn,
            min_size=1,
            max_size=readers,
            open=False,
            kwargs={"autocommit": True},
            name="library",
        )
        self._closed = False

    def append(
        self, rows: Sequence[Prepared], beside: Append, tracking: Tracking | None
    ) -> Appended:
        """Store durably, together with whatever else waits. Raises the library's errors and those of hub.log."""
        place = (
            (TRACKING + tracking.application_name, tracking.notification_id) if tracking else None
        )
        with translated():
            loop = self._running()
            coming = self._appender.append_rows(rows, beside, place)
            return asyncio.run_coroutine_threadsafe(coming, loop).result()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """What a query answers; `{}` in it is the log's schema."""
        named = sql.SQL(query).format(sql.Identifier(self.names.log))
        with translated(), self._opened().connection() as conn:
            answer: list[tuple[Any, ...]] = conn.execute(named, values, binary=True).fetchall()
            return answer

    def track(self, tracking: Tracking) -> None:
        """Put a reader's place forward. Raises IntegrityError where it is there already or further on."""
        values = (TRACKING + tracking.application_name, tracking.notification_id)
        with translated(), self._opened().connection() as conn:
            if conn.execute(move_tracking(self.names.log), values).rowcount != 1:
                raise TrackingTaken(f"{values[0]} {values[1]}")

    def close(self) -> None:
        """Store what waits, then disconnect; a second time changes nothing."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._pool.close()
        if self._loop is not None and self._thread is not None:
            asyncio.run_coroutine_threadsafe(self._appender.close(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _opened(self) -> ConnectionPool[Any]:
        with self._lock:
            if self._closed:
                raise library.InterfaceError("the datastore is closed")
            self._pool.open()
        return self._pool

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise library.InterfaceError("the datastore is closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._loop.call_soon(self._appender.start)
                self._thread = Thread(target=self._loop.run_forever, name="appender", daemon=True)
                self._thread.start()
            return self._loop


ERRORS: tuple[tuple[type[Exception], type[library.PersistenceError]], ...] = (
    (VersionConflict, library.IntegrityError),
    (TrackingTaken, library.IntegrityError),
    (Unavailable, library.OperationalError),
    (psycopg.InterfaceError, library.InterfaceError),
    (psycopg.OperationalError, library.OperationalError),
    (psycopg.DataError, library.DataError),
    (psycopg.IntegrityError, library.IntegrityError),
    (psycopg.InternalError, library.InternalError),
    (psycopg.ProgrammingError, library.ProgrammingError),
    (psycopg.NotSupportedError, library.NotSupportedError),
    (psycopg.DatabaseError, library.DatabaseError),
    (psycopg.Error, library.PersistenceError),
)


@contextmanager
def translated() -> Iterator[None]:
    """Errors by the library's names."""
    try:
        yield
    except tuple(ours for ours, _ in ERRORS) as error:
        theirs = next(theirs for ours, theirs in ERRORS if isinstance(error, ours))
        raise theirs(str(error)) from error


class PostgresAggregateRecorder(library.AggregateRecorder):
    """Writes and reads the events of one stream at a time."""

    def __init__(self, datastore: Datastore) -> None:
        self.datastore = datastore

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Store all or none."""
        self._insert(stored_events, **kwargs)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of a stream, in order of version."""
        query = "SELECT " + COLUMNS + " FROM {}.events WHERE stream = %s"
        values: list[Any] = [stream_of(originator_id)]
        for condition, value in ((" AND version > %s", gt), (" AND version <= %s", lte)):
            if value is not None:
                query, values = query + condition, [*values, value]
        query += " ORDER BY version DESC" if desc else " ORDER BY version"
        if limit is not None:
            query, values = query + " LIMIT %s", [*values, limit]
        return [stored_of(row) for row in self.datastore.rows(query, values)]

    def _insert(
        self,
        stored_events: Sequence[StoredEvent],
        tracking: Tracking | None = None,
        **beside: Any,
    ) -> Sequence[int]:
        if not stored_events:
            if tracking is not None:
                self.datastore.track(tracking)
            return []
        rows = [row_of(event) for event in stored_events]
        appended = self.datastore.append(rows, Append((), **beside), tracking)
        return range(appended.first, appended.last + 1)


class PostgresApplicationRecorder(PostgresAggregateRecorder, library.ApplicationRecorder):
    """Reads in the order of the log too. Positions have no gaps and are in commit order: a reader can miss nothing."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Store all or none; answers their positions. `raw`, `inbox`, `keys` and `recorded_at` ride along (hub.log.Append)."""
        return list(self._insert(stored_events, **kwargs))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Events in order of position. Raises LogGap where one is missing."""
        after = max((start or 0) - (1 if start and inclusive_of_start else 0), 0)
        query = "SELECT " + COLUMNS + " FROM {}.events WHERE position > %s"
        values: list[Any] = [after]
        if stop is not None:
            query, values = query + " AND position <= %s", [*values, stop]
        if topics:
            query, values = query + " AND type = ANY(%s)", [*values, list(topics)]
        query += " ORDER BY position LIMIT %s"
        rows = self.datastore.rows(query, [*values, limit])
        if not topics:
            for expected, row in enumerate(rows, after + 1):
                if row[0] != expected:
                    raise LogGap(f"position {expected} is missing: the next one there is {row[0]}")
        return [notification_of(row) for row in rows]

    def max_notification_id(self) -> int | None:
        """The last position, None for an empty log."""
        [(position,)] = self.datastore.rows("SELECT position FROM {}.head")
        return int(position) or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> library.Subscription[library.ApplicationRecorder]:
        """Events as they are committed, for ever."""
        return PostgresSubscription(self, gt, topics)


class PostgresSubscription(library.ListenNotifySubscription[PostgresApplicationRecorder]):
    """Wakes by NOTIFY, and looks itself every 75 ms: it never waits for a word that was lost."""

    def __init__(
        self,
        recorder: PostgresApplicationRecorder,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._listener = Thread(target=self._listen, name="subscription", daemon=True)
        self._listener.start()

    def __exit__(self, *args: object, **kwargs: Any) -> None:
        try:
            super().__exit__(*args, **kwargs)
        finally:
            self._listener.join()

    def _listen(self) -> None:
        datastore = self._recorder.datastore
        try:
            with psycopg.connect(datastore.dsn, autocommit=True) as conn:
                conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(datastore.names.channel)))
                while not self._has_been_stopped:
                    for _note in conn.notifies(timeout=POLL, stop_after=1):
                        break
                    self._has_been_notified.set()
        except psycopg.Error as error:
            self._thread_error = self._thread_error or error
            self.stop()


class PostgresTrackingRecorder(library.TrackingRecorder):
    """How far each follower of the log has come."""

    def __init__(self, datastore: Datastore) -> None:
        self.datastore = datastore

    def insert_tracking(self, tracking: Tracking) -> None:
        """Put it forward. Raises IntegrityError where it is there already or further on."""
        self.datastore.track(tracking)

    def max_tracking_id(self, application_name: str) -> int | None:
        """How far it has come, None for a new one."""
        query = "SELECT position FROM {}.checkpoints WHERE name = %s"
        rows = self.datastore.rows(query, [TRACKING + application_name])
        return int(rows[0][0]) if rows else None


class PostgresProcessRecorder(
    PostgresTrackingRecorder, PostgresApplicationRecorder, library.ProcessRecorder
):
    """Stores events and the place in the log that they answer in one transaction: each answer once."""


class Factory(library.InfrastructureFactory[PostgresTrackingRecorder]):
    """Makes the recorders over the log that HUB_DATABASE_URL and HUB_COUNCIL name. `hub init` makes the tables, never this."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        dsn = self.env.get("HUB_DATABASE_URL")
        if dsn is None:
            raise OSError("HUB_DATABASE_URL is not set")
        self.datastore = Datastore(dsn, self.env.get("HUB_COUNCIL") or "thurrock")

    def __exit__(self, *args: Any) -> None:
        super().__exit__(*args)
        self.close()

    def close(self) -> None:
        """Store what waits, then disconnect."""
        self.datastore.close()

    def aggregate_recorder(self, purpose: str = "events") -> PostgresAggregateRecorder:
        """For events alone: the log keeps no snapshots."""
        if purpose != "events":
            raise library.NotSupportedError(f"the log keeps no {purpose}")
        return PostgresAggregateRecorder(self.datastore)

    def application_recorder(self) -> PostgresApplicationRecorder:
        """See InfrastructureFactory."""
        return self._of(self.APPLICATION_RECORDER_TOPIC, PostgresApplicationRecorder)

    def tracking_recorder(
        self, tracking_recorder_class: type[AnyTrackingRecorder] | None = None
    ) -> AnyTrackingRecorder:
        """See InfrastructureFactory."""
        wanted = cast("type[PostgresTrackingRecorder] | None", tracking_recorder_class)
        made = (
            wanted(self.datastore)
            if wanted
            else self._of(self.TRACKING_RECORDER_TOPIC, PostgresTrackingRecorder)
        )
        return cast("AnyTrackingRecorder", made)

    def process_recorder(self) -> PostgresProcessRecorder:
        """See InfrastructureFactory."""
        return self._of(self.PROCESS_RECORDER_TOPIC, PostgresProcessRecorder)

    def _of(self, setting: str, usual: type[AnyRecorder]) -> AnyRecorder:
        topic = self.env.get(setting)
        chosen = resolve_topic(topic) if topic else usual
        assert issubclass(chosen, usual), f"{topic} is no {usual.__name__}"
        made: AnyRecorder = cast("Any", chosen)(self.datastore)
        return made


class HubApplication(Application[str]):
    """The hub's log as the library's Application: its save takes our events, its repository folds by our evolve."""

    name = "hub"
    env: ClassVar[dict[str, str]] = {"PERSISTENCE_MODULE": __name__}
    log_section_size = 1000

    def construct_mapper(self) -> EnvelopeMapper:
        """Ours: each event has its envelope."""
        return EnvelopeMapper(self.construct_transcoder())

    def construct_recorder(self) -> PostgresProcessRecorder:
        """Ours: reactions store the place that they answer."""
        return cast("PostgresProcessRecorder", self.factory.process_recorder())

    def save(self, *events: Any, **beside: Any) -> list[Recording[str]]:
        """Store new events (events.envelope.NewEvent) all or none, with what hub.log.Append lets ride along.

        Raises IntegrityError where a (stream, version) is taken, InboxTaken where a message came before.
        """
        return super().save(*(Said(event) for event in events), **beside)

    def react(self, name: str, position: int, *events: NewEvent) -> list[Recording[str]]:
        """Store what answers the event at `position`, once: raises IntegrityError where `name` has come that far."""
        answer: ProcessingEvent[str] = ProcessingEvent(Tracking(name, position))
        answer.collect_events(*(Said(event) for event in events))
        return self._record(answer)

    def fold(
        self, stream: str, evolve: Evolve[State], initial: State, version: int | None = None
    ) -> State:
        """The state of a stream, by its events up to a version. Raises AggregateNotFoundError where it has none."""

        def project(_none: Any, said: Iterable[Said]) -> Any:
            events = [one.recorded for one in said]
            return reduce(evolve, events, initial) if events else None

        get = cast("Callable[..., State]", self.repository.get)
        return get(stream, version=version, projector_func=project)
