"""One person: what each contact said of them, what was asked for them, who else they may be, and what is not of them."""

import re
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.mention_at import MentionAt
from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.corrections.unlink import unlink
from hub.errors import InvalidCommand
from hub.page_reading import person_page_for
from hub.pages.moments import moment_of
from hub.pages.paging import paged
from hub.pages.render import page
from projections.family_view import PersonShown, Said
from projections.reviews import WAITS

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

PERSON = re.compile(r"P-\d{6,12}", re.ASCII)


@router.get("/people/{person}")
@permits("duty", "auditor", "operator")
async def one_person(
    request: Request,
    person: str,
    as_at: str = "",
    min_position: int = 0,
    said: int = 1,
    was: str = "",
    moved: str = "",
) -> Response:
    """What each contact said of one person, now or by a moment; an id that was merged leads to the one that stands."""
    moment, viewer = moment_of(as_at), viewer_of(request)
    shown = await person_page_for(
        hub_of(request), viewer, person, min_position, moment, was=was, moved=moved
    )
    kept = {"as_at": as_at} if as_at else {}
    if shown.person.person != person:
        return RedirectResponse(
            f"/people/{shown.person.person}?{urlencode({**kept, 'was': person})}", 303
        )
    beside = {
        c.one.person if c.other.person == person else c.other.person: c.review
        for c in shown.compared
    }
    return await page(
        request,
        "person.html",
        person=shown.person,
        was=shown.was,
        said=paged(shown.person.said[::-1], said),
        asked=[r for r in shown.referrals if r.is_open],
        ended=[r for r in shown.referrals if not r.is_open],
        owed=[o for o in shown.obligations if o.is_open],
        may_be={p: r for p, r in beside.items() if r and r.status in WAITS},
        is_not=[p for p, r in beside.items() if r and r.status == "different"],
        names={p.person: p.name for c in shown.compared for p in (c.one, c.other)},
        moved=shown.moved,
        may_unlink=viewer.role == "duty" and moment is None and can_unlink(shown.person),
        whole_mention=whole_mention,
        as_at=moment,
        kept=kept,
    )


@router.post("/people/{person}/unlink")
@permits("duty")
async def not_of_this_person(request: Request, person: str) -> Response:
    """The mentions that were ticked are of another person: of whoever is named, or of somebody new. Then the page says of whom."""
    refuse_cross_site(request)
    form = await request.form()
    ticked = [mention_of(str(value)) for value in form.getlist("mention")]
    to, reason = str(form.get("to") or "").strip().upper(), str(form.get("reason") or "")
    if to and not PERSON.fullmatch(to):
        raise InvalidCommand("Name a person by their number, such as P-000001, or leave it empty.")
    done = await unlink(hub_of(request), viewer_of(request), person, ticked, to or None, reason)
    came, went = done.moved or (person, "")
    query = urlencode({"moved": went, "min_position": done.position})
    return RedirectResponse(f"/people/{came}?{query}", 303)


def can_unlink(person: PersonShown) -> bool:
    """Whether there is more than one mention: of one alone nothing would be left."""
    return len(person.said) > 1 and any(map(whole_mention, person.said))


def whole_mention(said: Said) -> bool:
    """Whether a mention is shown with its contact and the contact's own word, by which it can be named."""
    return bool(said.contact) and not said.withheld


def mention_of(ticked: str) -> MentionAt:
    """A mention by the value of its box: the contact, a space, and the contact's own word for the person."""
    contact, _, ref = ticked.partition(" ")
    return MentionAt(contact=contact, ref=ref)
