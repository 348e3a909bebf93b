"""A whole family, now or as it was known at a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.access import WITHHELD
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.families.households import households_of
from hub.families.relations import said
from hub.page_reading import FamilyPage, family_page_for
from hub.pages.happenings import Happening, happenings_of
from hub.pages.isolating import isolated
from hub.pages.moments import moment_of
from hub.pages.paging import paged
from hub.pages.render import page
from hub.pages.warnings import warnings_of
from hub.pages.words import day_said, plain, team_said
from hub.teams.book import team_book
from projections.contact_view import Circumstances
from projections.family_view import FamilyShown, RelationShown
from projections.referrals_and_clocks import Referral

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Involved:
    """A team or somebody who reported: their part, when they last did something, and a number to ring."""

    who: str
    part: str
    last_at: datetime
    ring: str | None
    contact: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """One relation, with the contacts that said it."""

    one: str
    words: str
    other: str
    more: str
    contacts: tuple[str, ...]


@router.get("/families/{person}")
@permits("duty", "auditor", "operator")
async def family(
    request: Request,
    person: str,
    as_at: str = "",
    min_position: int = 0,
    happened: int = 1,
    was: str = "",
) -> Response:
    """The people connected to one person, what relates them, who works with them, and what happened; an id that was merged
    leads to the one that stands."""
    moment, viewer = moment_of(as_at), viewer_of(request)
    shown = await family_page_for(hub_of(request), viewer, person, moment, min_position, was)
    kept = {"as_at": as_at} if as_at else {}
    if shown.family.asked != person:
        query = urlencode({**kept, "was": person})
        return RedirectResponse(f"/families/{shown.family.asked}?{query}", 303)
    everybody = (*shown.family.people, *shown.family.beyond)
    names = {p.person: isolated(p.name) for p in everybody if p.name}
    told = happenings_of(shown.timeline, names)
    entries = paged(told[::-1], happened)
    return await page(
        request,
        "family.html",
        family=shown.family,
        names=names,
        as_at=moment,
        kept=kept,
        was=shown.was,
        warnings=warnings_of(shown, viewer),
        involved=involved_in(shown),
        related=related_in(shown.family, names),
        households=households_of(shown.family),
        asked=[r for r in shown.referrals if r.is_open],
        owed=[o for o in shown.obligations if o.is_open],
        entries=entries,
        days=days_of(entries.items),
    )


def involved_in(shown: FamilyPage) -> list[Involved]:
    """Every team that was asked and every organisation that reported, each by what it last did; who works on comes first."""
    teams: dict[str, Referral] = {}
    for referral in sorted(shown.referrals, key=lambda r: (r.is_open, last_step(r))):
        teams[referral.team] = referral
    reporters: dict[str, Circumstances] = {}
    at = {s.contact: s.at for p in shown.family.people for s in p.said if s.contact}
    for contact in sorted(shown.told, key=lambda c: at[c]):
        reporter = shown.told[contact].reporter
        if reporter.org != WITHHELD:
            reporters[f"{reporter.org} {reporter.name or ''}".strip()] = shown.told[contact]
    found = [
        *(by_team(referral) for referral in teams.values()),
        *(by_reporter(told, at[told.contact]) for told in reporters.values()),
    ]
    return sorted(found, key=lambda i: (i.open, i.last_at), reverse=True)


def by_team(referral: Referral) -> Involved:
    """A team by the last ask made to it."""
    lead = ", lead" if referral.lead else ""
    part = {
        "sent": "was asked",
        "seen": "was asked, has looked",
        "accepted": f"works with them{lead}",
    }
    return Involved(
        who=team_said(referral.team),
        part=part.get(referral.status, plain(referral.status)),
        last_at=last_step(referral),
        ring=team.phone if (team := team_book().find(referral.team)) else None,
        contact=referral.contact,
        open=referral.is_open,
    )


def by_reporter(told: Circumstances, at: datetime) -> Involved:
    """Whoever reported, by the last contact they brought."""
    reporter = told.reporter
    who = ", ".join(isolated(part) for part in (reporter.name, reporter.role, reporter.org) if part)
    return Involved(who, "reported", at, reporter.phone, told.contact)


def last_step(referral: Referral) -> datetime:
    """When something was last done about an ask."""
    steps = (referral.sent_at, referral.seen_at, referral.accepted_at, referral.ended_at)
    return max(step for step in steps if step)


def related_in(family: FamilyShown, names: Mapping[str, str]) -> list[Related]:
    """Each relation once, in words, with the contacts that said it, oldest first."""
    by_what: dict[tuple[str, str, str, str], list[str]] = {}
    for r in family.relations:
        key = (r.from_person, said(r.type), r.to_person, more_of(r))
        by_what.setdefault(key, []).append(r.contact)
    return [
        Related(names.get(one, one), words, names.get(other, other), more, once(contacts))
        for (one, words, other, more), contacts in by_what.items()
    ]


def once(contacts: Iterable[str]) -> tuple[str, ...]:
    """Each contact once, those left out that may not be told."""
    return tuple(dict.fromkeys(c for c in contacts if c))


def more_of(relation: RelationShown) -> str:
    """How much, and until when."""
    hours = f", {relation.hours_per_week:g} hours a week" if relation.hours_per_week else ""
    return hours + (f", until {relation.until}" if relation.until else "")


def days_of(entries: Iterable[Happening]) -> list[tuple[str, Sequence[Happening]]]:
    """What happened, by day."""
    return [(day, list(some)) for day, some in groupby(entries, key=lambda e: day_said(e.at))]
