"""Given what has happened, when somebody acts, then this happens: the shape of every test of the loop."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from events.base import Event
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.content import Concern, ContactContent, Mention, Reporter
from events.decision import Decision, ObligationNeeded, PolicyPin, Route
from events.envelope import NewEvent, RecordedEvent, new_event
from events.facts import PinnedFacts, PinnedPerson
from hub.clocks import england
from hub.errors import HubError
from hub.log import Append, Appended, VersionConflict
from hub.referrals.act import command_for, holding
from hub.referrals.meeting import with_clocks
from hub.referrals.sent import open_referrals
from hub.referrals.state import Episode, fold
from hub.referrals.verbs import verb_for
from hub.teams.book import team_book
from hub.values import PartialDate, age_on, london_day
from tests.routing.given import policy

RECEIVED_AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DUE_AT = datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC)
C1, C2 = "C-26-000001", "C-26-000002"
R1, R2, R3 = "R-26-000001-1", "R-26-000001-2", "R-26-000001-3"
O1, O2 = "O-26-000001-1", "O-26-000001-2"

DANIEL = Mention(ref="p2", dob="2012-02-03")
GRACE = Mention(ref="p1", dob="1981-06-12")


def route(
    row: str,
    team: str | None,
    about: str = "p2",
    person: str = "P-000002",
    held_by: str | None = None,
) -> Route:
    """A route as the policy proposes it; with `held_by`, an F7 one."""
    return Route(
        rule="F7" if held_by else row, about=about, person=person, team=team, pathway=None, rank=1, due_at=DUE_AT,
        clock="offer within 5 working days", because="So that the test has a reason.", row=row, held_by=held_by,
    )  # fmt: skip


def owed(rule: str, about: str | None = "p2", person: str | None = "P-000002") -> ObligationNeeded:
    """An obligation as the policy proposes it."""
    return ObligationNeeded(
        rule=rule, about=about, person=person, due_at=DUE_AT, clock=None, does="Ask the question.", because="Nobody did."
    )  # fmt: skip


def contact_of_a_family(
    *routes: Route,
    obligations: Sequence[ObligationNeeded] = (),
    contact: str = C1,
    people: Sequence[Mention] = (GRACE, DANIEL),
) -> list[Event]:
    """A contact received and routed: the events that the doors and the engine write."""
    ranked = tuple(r.model_copy(update={"rank": rank}) for rank, r in enumerate(routes, 1))
    decision = Decision(routes=ranked, obligations=tuple(obligations), tell=())
    content = ContactContent(
        occurred_at=RECEIVED_AT, door="health", reporter=Reporter(org="F81XXX"), people=tuple(people),
        concerns=(Concern(code="young-carer", about="p2"),),
    )  # fmt: skip
    received = ContactReceived(
        contact=contact, source="urn:ods:F81XXX/systmone", message_id=contact, partner="grays-surgery", carried_by="http",
        body_sha256="0" * 64, content=content,
    )  # fmt: skip
    routed = ContactRouted(
        contact=contact, input_position=1, received_at=RECEIVED_AT, family="P-000001",
        policy=PolicyPin(name="thurrock", version="1", hash="0" * 64), calendar_hash="0" * 64, decider="1",
        facts=PinnedFacts(received_at=RECEIVED_AT, position=1, people=tuple(map(pinned, people))), decision=decision,
    )  # fmt: skip
    sent, opened = open_referrals(decision, contact, "P-000001", RECEIVED_AT)
    return [received, routed, *sent, *opened]


def pinned(said: Mention) -> PinnedPerson:
    """The person as the routing decision pins them: with the ages they may have had on the day of receipt."""
    born = PartialDate.parse(said.dob) if said.dob else None
    ages = age_on(london_day(RECEIVED_AT), born) if born else None
    return PinnedPerson(
        about=said.ref, person=None, named=True, youngest=ages.lowest if ages else 0, oldest=ages.highest if ages else None,
        unborn="unborn" in said.flags,
    )  # fmt: skip


def young_carer(obligations: Sequence[ObligationNeeded] = ()) -> list[Event]:
    """One contact, one referral to the young carers team."""
    return contact_of_a_family(route("R8", "YC"), obligations=obligations)


def recorded(events: Sequence[Event]) -> list[RecordedEvent]:
    """The events as the log would hold them."""
    log = MemoryLog()
    log.store([*wrapped(events, log)])
    return log.events


def wrapped(events: Sequence[Event], log: "MemoryLog") -> list[NewEvent]:
    """The events ready for a log, each next in its stream."""
    versions, found = dict(log.versions), []
    for event in events:
        stream = f"{event.STREAM}:{event.stream_id()}"
        versions[stream] = versions.get(stream, 0) + 1
        found.append(new_event(event, versions[stream], actor="engine"))
    return found


def episode_of(events: Sequence[Event], contact: str = C1) -> Episode:
    """The episode after these events."""
    return fold(contact, recorded(events))


@dataclass
class MemoryLog:
    """A log in memory that keeps the one promise the loop leans on: a version is taken once. `meanwhile` acts between read and append."""

    events: list[RecordedEvent] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    meanwhile: list[Callable[["MemoryLog"], Any]] = field(default_factory=list)
    appends: list[Append] = field(default_factory=list)
    rows_read: int = 0

    @classmethod
    def holding(cls, *events: Event) -> "MemoryLog":
        log = cls()
        log.store(wrapped(events, log))
        return log

    def store(self, new: Sequence[NewEvent], at: datetime = RECEIVED_AT) -> Appended:
        taken = dict(self.versions)
        for event in new:
            if event.version != taken.get(event.stream, 0) + 1:
                raise VersionConflict(event.stream)
            taken[event.stream] = event.version
        first = len(self.events) + 1
        for event in new:
            self.versions[event.stream] = event.version
            self.events.append(
                RecordedEvent(
                    event.event, event.stream, event.version, event.actor, event.organisation, event.occurred_at,
                    event.correlation_id, event.causation_id, event.purpose, event.tags, event.event_id,
                    len(self.events) + 1, at,
                )
            )  # fmt: skip
        return Appended(first, len(self.events), at)

    async def append(self, command: Append) -> Appended:
        if self.meanwhile:
            self.meanwhile.pop(0)(self)
        self.appends.append(command)
        return self.store(command.events, command.recorded_at or RECEIVED_AT)

    async def read_tagged(
        self,
        tags: Sequence[str],
        until: datetime | None = None,
        types: Iterable[str] | None = None,
    ) -> list[RecordedEvent]:
        wanted = set(tags)
        found = [
            e
            for e in self.events
            if wanted & set(e.tags)
            and (until is None or e.recorded_at <= until)
            and (types is None or e.type in types)
        ]
        self.rows_read += len(found)
        return found

    async def read_stream(self, stream: str, after: int = 0) -> list[RecordedEvent]:
        found = [e for e in self.events if e.stream == stream and e.version > after]
        self.rows_read += len(found)
        return found

    async def head(self) -> int:
        return len(self.events)


def given(*events: Event, contact: str = C1) -> "Given":
    """Given that these events have happened."""
    return Given(events, contact)


@dataclass(frozen=True)
class Given:
    """What has happened; `when` says what somebody asks for next."""

    events: Sequence[Event]
    contact: str = C1
    moment: datetime | None = None

    def at(self, moment: datetime) -> "Given":
        """What is done next is done then, and means something for the clocks."""
        return replace(self, moment=moment)

    def when(self, verb: str, subject: str, **body: str) -> "Then":
        """Decide on a command, purely: with the words of a request's body, looked up as the door looks up."""
        episode = episode_of(self.events, self.contact)
        try:
            chosen = verb_for(subject, verb)
            referral = holding(episode, chosen, subject)
            looked_up = {"at": self.moment, "calendar": england(), "policy": policy()}
            command = command_for(chosen, episode, referral, subject, body, team_book(), looked_up)
            decided = chosen.decide(episode, command)
            if self.moment is not None:
                decided = with_clocks(episode, decided, self.moment)
            return Then(self, decided, None)
        except HubError as refusal:
            return Then(self, [], refusal)

    def and_then(self, verb: str, subject: str, **body: str) -> "Given":
        """Given, further, that this was done."""
        return self.when(verb, subject, **body).so_far()


@dataclass(frozen=True)
class Then:
    """What was decided: events, or a refusal."""

    before: Given
    events: list[Event]
    refusal: HubError | None

    def then(self, *events: Event) -> None:
        """Just these events."""
        assert self.refusal is None, self.refusal
        assert self.events == list(events)

    def then_types(self, *types: str) -> list[Event]:
        """Events of just these types."""
        assert self.refusal is None, self.refusal
        assert [e.TYPE for e in self.events] == list(types)
        return self.events

    def then_nothing(self) -> None:
        """Nothing to do, and no refusal."""
        self.then()

    def then_refused(self, kind: type[HubError], *words: str) -> None:
        """A refusal of just this kind whose sentence has these words."""
        assert type(self.refusal) is kind, (self.refusal, self.events)
        for word in words:
            assert word in self.refusal.says

    def so_far(self) -> Given:
        """All that has happened, to go on from."""
        assert self.refusal is None, self.refusal
        return replace(self.before, events=[*self.before.events, *self.events])
