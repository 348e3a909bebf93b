"""Relives the borough's two years: contacts through the door, the engine's turn, the teams' acts, slice by slice, each at its time.

A past that was broken off goes on where the log has it: what is recorded leads to the same plans, and is not done again.
"""

import heapq
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from events.base import Event
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent, new_event
from events.mentions_linked import MentionsLinked
from events.notice_received import NoticeReceived
from events.obligation_opened import ObligationOpened
from events.people_judged import PeopleJudged
from events.referral_accepted import ReferralAccepted
from events.referral_sent import ReferralSent
from hub.actions.register import REGISTER as ACTION_PLAN
from hub.contacts.receive import Accept, Carrier, contact_id, receive
from hub.demo.borough.action_plan import next_step
from hub.demo.borough.chronicle import Borough
from hub.demo.borough.contacts import Sent
from hub.demo.borough.directory import directory_on
from hub.demo.borough.partners import senders
from hub.demo.borough.past_log import PastLog, RelivedLog
from hub.demo.borough.stories import stories
from hub.demo.borough.teams_at_work import Act, Teams
from hub.demo.borough.words import words
from hub.directory.importing import import_services
from hub.errors import NotAllowed
from hub.log import Append
from hub.partners.register import add_partner
from hub.referrals.act import act
from hub.referrals.episodes import read_episode
from hub.referrals.state import ObligationEnding, ReferralEnding, contact_of, number
from hub.surges.register import REGISTER as SURGES
from hub.surges.register import decide_begin, fold
from hub.teams.book import shipped_book
from hub.teams.register import add_staff, list_staff
from hub.teams.viewers import viewer_of
from hub.turns import Kept
from hub.viewer import Viewer
from projections.notices import HELD, held_news

SLICE = timedelta(hours=4)
TOGETHER = timedelta(minutes=20)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
A_DAY = timedelta(
    days=1
)  # so often the clocks of a past are looked at; who acts late says so at once
NOTED = frozenset(
    e.TYPE
    for e in (
        ContactReceived, ReferralSent, ObligationOpened, ReferralAccepted, PeopleJudged, NoticeReceived,
        *get_args(ReferralEnding), *get_args(ObligationEnding),
    )
)  # fmt: skip


@dataclass
class History:
    """A borough's past on its way into a log.

    turn          one turn of the engine; by how many positions it went on, 0 where nothing waited
    next_contact  the next contact's number
    now           nothing is relived that has not happened yet
    tell          told how many contacts of how many are in
    keep          says what time has led to by a moment, with nothing left to be read
    """

    borough: Borough
    log: RelivedLog
    turn: Callable[[], int]
    next_contact: Callable[[], Awaitable[int]]
    now: datetime
    tell: Callable[[int, int], None] = lambda done, total: None
    keep: Callable[[datetime], Kept] = lambda moment: Kept()

    def __post_init__(self) -> None:
        self.past = PastLog(self.log)
        self.teams = Teams(self.borough.seed)
        self.clock = self.borough.begins_at
        self.told = {m: work for s in stories(self.borough.ends_on) for m, work in s.work.items()}
        told_of = [s.listed for s in stories(self.borough.ends_on) if s.listed]
        self.lists = {listed.source: listed for listed in told_of}
        self.answers = {
            m: said for s in stories(self.borough.ends_on) for m, said in s.answers.items() if said
        }
        self.doubted: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, int] = {}
        self.acts: list[Act] = []
        self.received: set[str] = set()
        self.accepted: set[str] = set()
        self.over: set[str] = set()
        self.staff: dict[str, Viewer] = {}
        self.decided = 0
        self.outdated = 0

    async def relive(self) -> int:
        """Until the borough's last moment; how many contacts it has by then. Then the log lives in the present."""
        ends_at = min(self.borough.ends_at, self.now)
        told = replace(self.borough).tell()  # by one that is let go of, with its families
        await self.begin(told)
        await self.catch_up()
        total = sum(s.at < ends_at for s in told)
        waiting = [s for s in reversed(told) if s.at < ends_at and s.id not in self.received]
        del told  # what was received is kept no longer
        while (moment := self.next_moment(waiting)) is not None and moment < ends_at:
            await self.look_at_the_clocks(moment)
            until = min(moment + SLICE, ends_at)
            contacts = taken(waiting, until)
            await self.work(contacts[-1].at if contacts and contacts[-1].urgent else until)
            await self.receive(contacts)
            self.tell(total - len(waiting), total)
        await import_services(self.log, directory_on(self.borough.ends_on))
        await self.log.end_past()
        return total

    async def begin(self, told: Sequence[Sent]) -> None:
        """Partners, staff, and the numbers of the borough's contacts: the first ones, which nobody else is given."""
        self.numbers = numbers_of(told, self.borough.ends_on)
        for sender in senders():
            await add_partner(self.log, sender.source, sender.name, sender.slug, recorded_at=self.clock)  # fmt: skip
        for member in words("teams")["staff"]:
            role = member.get("role", "duty")
            await add_staff(self.log, member["name"], member["team"], role, recorded_at=self.clock)
        while await self.next_contact() < len(self.numbers):
            pass
        members = await list_staff(self.log)
        self.staff = {m.team: viewer_of(m, shipped_book()) for m in members if m.role == "duty"}

    async def catch_up(self) -> None:
        """What the log has already: the engine decides on what waits there, and it leads to the plans that it led to before."""
        while self.turn():
            pass
        await self.note_news()
        self.decided = self.past.position

    async def note_news(self) -> None:
        """Take in what was recorded since, by the door, the engine, and teams before the past was broken off."""
        async for page in self.past.news():
            for recorded in page:
                self.clock = max(self.clock, recorded.recorded_at)
                if recorded.type in NOTED or self.is_told(recorded):
                    self.take_in(recorded.event, recorded.recorded_at)
                elif recorded.type == ContactRouted.TYPE:
                    for news in held_news(recorded):
                        heapq.heappush(self.acts, self.teams.reads(news, recorded))

    def is_told(self, recorded: RecordedEvent) -> bool:
        """Whether it says who the people of a contact are on which a story has an answer."""
        linked = recorded.type == MentionsLinked.TYPE and self.doubted
        return bool(linked) and any(tag.partition(":")[2] in self.doubted for tag in recorded.tags)

    def next_moment(self, waiting: list[Sent]) -> datetime | None:
        """When something happens next: never before what has happened, None where nothing does."""
        nexts = [one[-1].at for one in (waiting,) if one] + [act.at for act in self.acts[:1]]
        return max(min(nexts), self.clock) if nexts else None

    async def look_at_the_clocks(self, moment: datetime) -> None:
        """Where a midnight lies between what has happened and what happens next, say what time has led to by then: at the same
        moments, and of the same, however often the loading is broken off."""
        midnight = moment - (moment - EPOCH) % A_DAY
        if self.clock >= midnight:
            return
        while moved := self.turn():
            self.decided += moved
        kept = self.keep(midnight)
        self.decided += kept.moved
        if kept.said:
            await self.note_news()

    async def receive(self, contacts: list[Sent]) -> None:
        """Contacts come in at the door, those that follow close on each other at the time of the last; then the engine decides."""
        last = self.decided
        for close in together(contacts):
            self.clock = max(self.clock, close[-1].at)
            await self.begin_lists(close)
            last = await self.past.receive([self.append_of(sent) for sent in close])
        while self.decided < last:
            self.decided += self.turn()
        await self.note_news()

    async def begin_lists(self, contacts: list[Sent]) -> None:
        """The bulk lists that the first of these contacts is from begin before it."""
        for source in {sent.source for sent in contacts} & self.lists.keys():
            known, listed = fold(await self.past.read_tagged([SURGES])), self.lists[source]
            for begun in decide_begin(known, listed.surge, listed.about):
                wrapped = new_event(begun, 1, actor="operator", tags=(SURGES,))
                await self.past.append(Append((wrapped,), recorded_at=self.clock))
            await self.past.store()

    def append_of(self, sent: Sent) -> Append:
        """What the door makes of a message. That it takes every one, a test holds."""
        carrier = Carrier("http", sent.slug, frozenset({sent.source}))
        if sent.source in self.lists:
            carrier = Carrier("file")
        contact = contact_id(self.numbers[sent.id], self.clock)
        decided = receive(sent.message, carrier, contact, self.clock, self.clock)
        assert isinstance(decided, Accept), sent.id
        return decided.append

    def take_in(self, event: Event, at: datetime) -> None:
        """Plan what follows from it, and know what is over."""
        if isinstance(event, ContactReceived):
            self.received.add(event.message_id)
            self.teams.told[event.contact] = self.told.get(event.message_id, {})
            if event.message_id in self.answers:
                self.doubted[event.contact] = self.answers[event.message_id]
        elif isinstance(event, MentionsLinked):
            for answer in self.teams.answers(event, at, self.doubted[event.contact]):
                heapq.heappush(self.acts, answer)
        elif isinstance(event, ReferralSent | ObligationOpened):
            for planned in self.teams.plan(event, at):
                heapq.heappush(self.acts, planned)
        elif isinstance(event, ReferralAccepted):
            self.accepted.add(event.referral)
        elif isinstance(event, PeopleJudged | NoticeReceived):
            self.over.add(event.stream_id())
        elif isinstance(event, ReferralEnding):
            self.over.add(event.referral)
        elif isinstance(event, ObligationEnding):
            self.over.add(event.obligation)

    async def work(self, until: datetime) -> None:
        """What the teams do by then, stored together."""
        while self.acts and self.acts[0].at <= until:
            planned = heapq.heappop(self.acts)
            begun = planned.verb in ("accept", "seen") and planned.subject in self.accepted
            if planned.subject not in self.over and not begun:
                self.clock = max(self.clock, planned.at)
                await self.do(planned)
        await self.past.store()

    async def do(self, planned: Act) -> None:
        """One act, in the name of somebody of the team; nothing, where it came to something else meanwhile."""
        if planned.verb == "answer":
            await self.answer(planned)
            return
        if planned.verb == "read":
            await self.read(planned)
            return
        team = self.teams.holding(planned.referral)
        viewer = self.staff.get(team) or self.staff[team.partition("-")[0]]
        if planned.verb.startswith("plan "):
            await self.plan(viewer, planned)
            return
        try:
            if planned.verb in ("finish", "withdraw"):
                await self.meet_what_is_owed(viewer, planned)
            verb = "done" if planned.verb == "finish" else planned.verb
            await self.act(viewer, verb, planned.subject, planned.says)
        except NotAllowed:
            self.outdated += 1

    async def read(self, planned: Act) -> None:
        """Somebody of a team says that they have seen what is new about people it has."""
        to = planned.says["to"]
        viewer = self.staff.get(to) or self.staff[to.partition("-")[0]]
        event = NoticeReceived(
            notice=planned.subject,
            contact=planned.says["contact"],
            rule=HELD,
            to=to,
            team=viewer.team,
        )
        wrapped = new_event(event, 1, actor=viewer.actor, correlation_id=event.contact, purpose="direct-care")  # fmt: skip
        await self.past.append(Append((wrapped,), recorded_at=self.clock))
        self.take_in(event, self.clock)

    async def answer(self, planned: Act) -> None:
        """Somebody of the team says whether two people are one, and the engine does at once what follows."""
        viewer, said = self.staff[planned.says["by"]], {**planned.says}
        one, _, other = planned.subject.partition("~")
        said["team"] = said.pop("by")
        event = PeopleJudged.model_validate({"one": one, "other": other, **said})
        wrapped = new_event(event, 1, actor=viewer.actor, purpose="direct-care")
        await self.past.append(Append((wrapped,), recorded_at=self.clock))
        await self.past.store()
        self.take_in(event, self.clock)
        last = self.past.position
        while self.decided < last:
            self.decided += self.turn()
        await self.note_news()

    async def plan(self, viewer: Viewer, planned: Act) -> None:
        """A step of the action plan, with an item for the feedback of a story."""
        recorded = await self.past.read_tagged([ACTION_PLAN])
        verb = planned.verb.partition(" ")[2]
        for append in next_step(recorded, verb, planned.subject, planned.says, viewer, self.clock):
            await self.past.append(append)

    async def meet_what_is_owed(self, viewer: Viewer, planned: Act) -> None:
        """Nothing ends before its obligations are met."""
        episode = await read_episode(self.past, contact_of(planned.subject))
        for owed in episode.belonging_to(planned.subject):
            if owed.open:
                said = words("teams")["owed_done"]
                await self.act(viewer, "done", owed.id, {"outcome": said[number(owed.id) % len(said)]})  # fmt: skip

    async def act(self, viewer: Viewer, verb: str, subject: str, says: dict[str, str]) -> None:
        """Through the door of the loop, as anybody's."""
        done = await act(
            self.past, viewer, verb, subject, says, recorded_at=self.clock, teams=shipped_book()
        )
        for event in done.events:
            self.take_in(event, self.clock)


def numbers_of(told: Sequence[Sent], ends_on: date) -> dict[str, int]:
    """The number of each contact, by message id: the stories' first, so that they can be found whatever the seed."""
    stories_own = dict.fromkeys(sent.id for story in stories(ends_on) for sent in story.sent)
    ids = dict.fromkeys((*stories_own, *(sent.id for sent in told)))
    return {message_id: n for n, message_id in enumerate(ids, 1)}


def taken(waiting: list[Sent], until: datetime) -> list[Sent]:
    """Those received by then, taken off the end of `waiting`; an urgent one is the last, for it waits for no other."""
    found: list[Sent] = []
    while waiting and waiting[-1].at <= until:
        found.append(waiting.pop())
        if found[-1].urgent:
            break
    return found


def together(contacts: list[Sent]) -> list[list[Sent]]:
    """Those that were received within a short time of the first of them, in groups."""
    found: list[list[Sent]] = []
    for sent in contacts:
        if not found or sent.at - found[-1][0].at > TOGETHER:
            found.append([])
        found[-1].append(sent)
    return found
