"""What is to be done now about an ask that pages: whom to page by what way, whether another team is paged too, when to look again.

It is pure: the same ask, log, register and moment give the same steps.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.base import Event
from events.of_page import Way
from events.page_escalated import PageEscalated
from events.page_failed import PageFailed
from events.page_sent import PageSent
from hub.paging.page import NotDelivered
from hub.paging.state import Ask, Paged, Tried
from hub.policies.paging import Paging
from hub.teams.book import TeamBook

LOOKS_AGAIN = timedelta(minutes=1)
"""Where nothing is set up that could be tried, so often it is looked whether something is now."""


@dataclass(frozen=True, slots=True)
class Send:
    """Page this team by this way, at this address of its record."""

    team: str
    by: Way
    to: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Steps:
    """What is to be done now; `wakes` is when to look again, None for never: there is nothing more that could be done."""

    sends: tuple[Send, ...] = ()
    says: tuple[Event, ...] = ()
    wakes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the steps turn on besides the ask itself.

    last_of     who is paged where a team's record names nobody: the emergency duty team
    not_set_up  why nothing can go this way, whoever it is for, by way
    """

    paging: Paging
    teams: TeamBook
    last_of: str | None
    not_set_up: Mapping[Way, str]

    def addresses(self, team: str) -> dict[Way, str]:
        """Where a team is paged, as its record says."""
        record = self.teams.find(team)
        if record is None:
            return {}
        said: dict[Way, str | None] = {"email": record.email, "webhook": record.webhook}
        return {way: to for way, to in said.items() if to}

    def next_team(self, paged: Paged) -> str | None:
        """Who is paged where nobody of those paged saw it; each team is paged about an ask once."""
        last = list(paged.begun)[-1]
        record = self.teams.find(last)
        known = {team.partition("-")[0] for team in paged.begun}
        asked = (record.escalates_to if record else None, self.last_of)
        return next((team for team in asked if team and team not in known), None)


def reference(ask: Ask, team: str) -> str:
    """What all pages to a team about an ask are known by."""
    return f"{ask.id}.{team}"


def steps(ask: Ask, paged: Paged, rules: Rules, now: datetime) -> Steps:
    """What is to be done now about an ask that nobody has touched."""
    sends: list[Send] = []
    says: list[Event] = []
    moments: list[datetime] = []
    for team, begun in paged.begun.items():
        ends_at = rules.paging.ends_at(begun or now)
        for by, to, why in ways(team, rules):
            before = paged.tried.get((team, by))
            if by and to and why is None:
                if due(before, now, ends_at):
                    sends.append(Send(team, by, to, before.attempts + 1 if before else 1))
                elif before and not before.delivered and before.again_at:
                    moments.append(before.again_at)
            elif why and now < ends_at:
                moments.append(min(now + LOOKS_AGAIN, ends_at))
                if before is None or (before.because != why and not before.delivered):
                    says.append(failed(ask, team, by, 0, why, now, None))
    last, begun = list(paged.begun.items())[-1]
    to_next = rules.next_team(paged)
    if to_next and not any(s.team == last for s in sends):
        hopeless = all(cannot(paged.tried.get((last, by)), why) for by, _, why in ways(last, rules))
        at = rules.paging.escalates_at(begun or now)
        if hopeless or at <= now:
            says.append(escalated(ask, last, to_next, hopeless, rules, now))
            moments.append(now)
        else:
            moments.append(at)
    elif to_next:
        moments.append(rules.paging.escalates_at(begun or now))
    return Steps(tuple(sends), tuple(says), min(moments, default=None))


def ways(team: str, rules: Rules) -> Iterator[tuple[Way | None, str | None, str | None]]:
    """Each way to a team with its address, and why nothing can go that way; no way at all where its record names none."""
    addresses = rules.addresses(team)
    for by, to in addresses.items():
        yield by, to, rules.not_set_up.get(by)
    if not addresses:
        yield None, None, f"The record of {team} names neither an e-mail address nor a webhook."


def due(before: Tried | None, now: datetime, ends_at: datetime) -> bool:
    """Whether a way is to be tried now."""
    if before is None or (not before.delivered and before.attempts == 0):
        return now <= ends_at
    return not before.delivered and before.again_at is not None and before.again_at <= now


def cannot(before: Tried | None, why: str | None) -> bool:
    """Whether there is no hope that a team is reached this way."""
    if why is not None:
        return before is None or not before.delivered
    return before is not None and not before.delivered and before.again_at is None


def delivered(ask: Ask, send: Send, now: datetime) -> PageSent:
    """What is said where a page went out."""
    return PageSent(
        ask=ask.id, contact=ask.contact, team=send.team, by=send.by,
        reference=reference(ask, send.team), attempt=send.attempt, at=now,
    )  # fmt: skip


def not_delivered(
    ask: Ask, paged: Paged, send: Send, why: NotDelivered, paging: Paging, now: datetime
) -> PageFailed:
    """What is said where it did not, with when it is tried again."""
    begun = paged.begun.get(send.team) or now
    again = None if why.for_good else paging.again_at(send.attempt, now, begun)
    return failed(ask, send.team, send.by, send.attempt, why.because, now, again)


def failed(
    ask: Ask, team: str, by: Way | None, attempt: int, because: str, at: datetime, again: datetime | None
) -> PageFailed:  # fmt: skip
    return PageFailed(
        ask=ask.id, contact=ask.contact, team=team, by=by, reference=reference(ask, team),
        attempt=attempt, because=because, at=at, again_at=again,
    )  # fmt: skip


def escalated(
    ask: Ask, last: str, to: str, hopeless: bool, rules: Rules, now: datetime
) -> PageEscalated:
    """What is said where another team is paged too."""
    minutes = rules.paging.escalates_after
    because = (
        f"{last} cannot be paged at all."
        if hopeless
        else f"Nobody has seen it within {minutes} {'minute' if minutes == 1 else 'minutes'}."
    )
    return PageEscalated(ask=ask.id, contact=ask.contact, team=last, to=to, because=because, at=now)
