"""What the borough's teams do with what they are asked, and when: plausible times, most in time, some late, a little not at all."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from events.envelope import RecordedEvent
from events.mentions_linked import MentionsLinked
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.demo.borough.action_plan import days_told
from hub.demo.borough.contacts import working
from hub.demo.borough.words import words
from hub.people.corrections import pair
from hub.teams.book import shipped_book
from hub.values import LONDON
from projections.notices import News

OPENS, CLOSES = time(8, 30), time(17, 15)  # of a working day
FRONT_DOORS = {"MASH": ("EH", "CSC"), "TF": ("CAR", "HOU")}  # they must name who is next


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One thing that a team will do. `verb` is a word of the loop, `finish` (what is still owed is done, then the rest), `answer`, `read`
    of a notice, or `plan` with a step of the action plan.

    number     what was planned first is done first
    subject    a referral, an obligation, a notice, two people with `~` between them, or the contact that an item of the plan takes up
    referral   the team that has it, or what it went on as, acts; of an answer the team `by` which it is given
    """

    at: datetime
    number: int
    verb: str = field(compare=False)
    subject: str = field(compare=False)
    referral: str = field(compare=False)
    says: dict[str, str] = field(compare=False, default_factory=dict)


@dataclass(slots=True)
class Teams:
    """Plans what follows from what is recorded. The same event leads to the same plan, whenever it is read.

    told       contact -> what a story tells of it, by the row that asked
    teams      referral -> the team that was asked
    followed   referral -> the one that it went on as
    """

    seed: int
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    followed: dict[str, str] = field(default_factory=dict)
    planned: int = 0

    def plan(self, event: ReferralSent | ObligationOpened, at: datetime) -> list[Act]:
        """What a team will do about it."""
        if isinstance(event, ReferralSent):
            self.teams[event.referral] = event.team
            if event.follows:
                self.followed[event.follows] = event.referral
            return self._asked(event, at)
        return self._owed(event, at)

    def answers(self, linked: MentionsLinked, at: datetime, told: dict[str, Any]) -> list[Act]:
        """What a story tells that staff will say of people whom the hub could not tell."""
        doubted = [m for m in linked.mentions if m.ref in told and m.person and m.candidate]
        return [
            self._act(
                after(at, told[m.ref]["after"], pace_of(told[m.ref]["by"])),
                "answer",
                "~".join(pair(m.person or "", m.candidate or "")),
                answer=told[m.ref]["answer"],
                reason=told[m.ref]["reason"],
                by=told[m.ref]["by"],
            )
            for m in doubted
        ]

    def reads(self, news: News, recorded: RecordedEvent) -> Act:
        """When a team reads what is new about people it has: about as soon as it takes up an ask."""
        chance, pace = Random(f"{self.seed}:{news.notice}"), pace_of(news.to)
        at = after(recorded.recorded_at, pace["accepts"] * chance.lognormvariate(0, 0.8), pace)
        contact: str = recorded.light.contact
        return self._act(at, "read", news.notice, contact=contact, to=news.to)

    def holding(self, referral: str) -> str:
        """The team that has a referral, or what it went on as."""
        while referral in self.followed:
            referral = self.followed[referral]
        return self.teams[referral]

    def _act(self, at: datetime, verb: str, subject: str, referral: str = "", **says: str) -> Act:
        self.planned += 1
        return Act(at, self.planned, verb, subject, referral or subject, says)

    def _asked(self, sent: ReferralSent, at: datetime) -> list[Act]:
        story = self.told.get(sent.contact, {}).get(sent.rule)
        if story is not None:
            return self._told(sent, at, story)
        chance = Random(f"{self.seed}:{sent.referral}")
        pace = pace_of(sent.team)
        takes = after(at, pace["accepts"] * chance.lognormvariate(0, 0.8), pace)
        found = []
        if chance.random() < 0.3:
            found.append(self._act(at + (takes - at) * 0.6, "seen", sent.referral))
        if sent.follows is None and chance.random() * 100 < pace["declines"]:
            return [*found, self._sent_on(sent, takes, chance)]
        if chance.random() < 0.015:
            reason = chance.choice(words("teams")["withdrawn"])
            return [*found, self._act(takes, "withdraw", sent.referral, reason=reason)]
        found.append(self._act(takes, "accept", sent.referral))
        days = max(0.2, pace["finishes"] * chance.lognormvariate(0, 0.7))
        ends = after(takes + timedelta(days=days), chance.uniform(0, 6), pace)
        if sent.follows is None and chance.random() < 0.02:
            reason = chance.choice(words("teams")["handed_on"])
            found.append(self._act(ends, "hand-on", sent.referral, reason=reason, next=another(sent.team, chance)))  # fmt: skip
        else:
            found.append(self._act(ends, "finish", sent.referral, outcome=chance.choice(pace["says"])))  # fmt: skip
        return found

    def _sent_on(self, sent: ReferralSent, at: datetime, chance: Random) -> Act:
        """It is another team's: declined, or where an officer sees that at once, overridden."""
        if chance.random() < 0.3:
            reason = chance.choice(words("teams")["overridden"])
            return self._act(at, "override", sent.referral, reason=reason, next=another(sent.team, chance))  # fmt: skip
        reason, named = chance.choice(words("teams")["declined"]), {}
        if sent.team in FRONT_DOORS:
            named = {"next": chance.choice(FRONT_DOORS[sent.team])}
        return self._act(at, "decline", sent.referral, reason=reason, **named)

    def _told(self, sent: ReferralSent, at: datetime, story: dict[str, Any]) -> list[Act]:
        """As the story has it: hours until it is taken up, hours more until it is done, or left open."""
        pace, found = pace_of(sent.team), []
        takes = after(at, story.get("accept", 4), pace)
        if "accept" in story:
            found.append(self._act(takes, "accept", sent.referral))
        if "done" in story:
            ends = after(takes, story["done"], pace)
            found.append(self._act(ends, "finish", sent.referral, outcome=story["outcome"]))  # fmt: skip
        for step, days, says in days_told(story["action"]) if "action" in story else ():
            at_work = after(takes + days, 1, pace)
            found.append(self._act(at_work, f"plan {step}", sent.contact, sent.referral, **says))
        return found

    def _owed(self, owed: ObligationOpened, at: datetime) -> list[Act]:
        """Most of it is done in time, a part with the work itself, some waived with a reason."""
        chance = Random(f"{self.seed}:{owed.obligation}")
        team = self.teams.get(owed.referral)
        if team is None or chance.random() < 0.35:
            return []
        due = owed.due_at or at + timedelta(days=20)
        late = 1.3 if chance.random() < 0.08 else chance.uniform(0.15, 0.9)
        on = after(at + (due - at) * late, 0.5, pace_of(team))
        said = words("teams")
        if chance.random() < 0.06:
            reason = chance.choice(said["owed_waived"])
            return [self._act(on, "waive", owed.obligation, owed.referral, reason=reason)]
        outcome = chance.choice(said["owed_done"])
        return [self._act(on, "done", owed.obligation, owed.referral, outcome=outcome)]


def pace_of(team: str) -> dict[str, Any]:
    """How a team works, whatever its locality."""
    found: dict[str, Any] = words("teams")["teams"][team.partition("-")[0]]
    return found


def another(team: str, chance: Random) -> str:
    """Some other team, that a matter may go on to."""
    others = ("CAR", "TF", "EH", "WBT", "OTA", "HOU")
    return chance.choice([code for code in others if code != team and code in shipped_book().codes])


def after(moment: datetime, hours: float, pace: dict[str, Any]) -> datetime:
    """So many working hours later; of a team that works always, plain hours."""
    if pace.get("always"):
        return moment + timedelta(hours=hours)
    local, left = moment.astimezone(LONDON), timedelta(hours=hours)
    while True:
        day = working(local.date())
        opens, closes = (datetime.combine(day, hour, LONDON) for hour in (OPENS, CLOSES))
        begins = max(local, opens) if day == local.date() else opens
        if begins < closes and left <= closes - begins:
            return begins + left
        left -= max(closes - begins, timedelta())
        local = datetime.combine(day + timedelta(days=1), time(), LONDON)
