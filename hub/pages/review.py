"""Two people side by side: are they one person? Three answers, each of which can be taken back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits, refuse_cross_site, viewer_of
from hub.corrections.judge import judge
from hub.errors import NotKnown
from hub.pages.render import page
from hub.pages.reviews import pair_of
from hub.pages.side_by_side import lines_of
from hub.review_page_reading import (
    Elsewhere,
    MergedPage,
    Pair,
    next_for,
    review_page_for,
    standing_of,
)
from hub.services import Hub
from hub.teams.register import member_of
from projections.reviews import Review

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

TAKEN_BACK = "taken-back"
SETTLED = ("same", "different")


@router.get("/reviews/{one}/{other}")
@permits("duty", "auditor", "operator")
async def review(
    request: Request, one: str, other: str, of: str = "", min_position: int = 0
) -> Response:
    """What is known of each, how far it agrees, what was answered; by whatever ids the two are known now."""
    hub, viewer = hub_of(request), viewer_of(request)
    shown = await review_page_for(hub, viewer, one, other, pair_of(of), min_position)
    if isinstance(shown, Elsewhere):
        return RedirectResponse(elsewhere(shown, one, other), 303)
    asked = (
        shown.merged.review if isinstance(shown, MergedPage) else shown.comparison.compared.review
    )
    facts: dict[str, Any] = {
        "asked": asked,
        "judged_by": await name_of(hub, asked),
        "may_answer": viewer.role == "duty",
        "before": place_of(shown.before),
        "after": place_of(shown.after),
        "answered": shown.answered,
    }
    if isinstance(shown, MergedPage):
        return await page(request, "merged.html", with_keys=True, merged=shown.merged, **facts)
    return await page(
        request,
        "review.html",
        with_keys=True,
        comparison=shown.comparison,
        at=shown.at,
        lines=lines_of(shown),
        both_have_work=all(beside.asks for beside in shown.beside),
        settled=asked is not None and asked.status in SETTLED,
        **facts,
    )


@router.post("/reviews/{one}/{other}")
@permits("duty")
async def answer(request: Request, one: str, other: str) -> Response:
    """Record the answer, and on to the next review; to the same two, where it was taken back."""
    refuse_cross_site(request)
    hub, viewer = hub_of(request), viewer_of(request)
    form = await request.form()
    said, reason = str(form.get("answer") or ""), str(form.get("reason") or "")
    standing = await standing_of(hub, one, other)
    done = await judge(hub, viewer, one, other, said, reason.strip() or None)
    following = await next_for(hub, viewer, standing) if said != TAKEN_BACK else (one, other)
    return RedirectResponse(
        f"{place_of(following) or '/reviews'}?of={one}~{other}&min_position={done.position}", 303
    )


def place_of(pair: Pair | None) -> str | None:
    """The address of a review."""
    return f"/reviews/{pair[0]}/{pair[1]}" if pair else None


def elsewhere(shown: Elsewhere, one: str, other: str) -> str:
    """Where the two are who were asked for."""
    people = shown.people
    if len(people) == 1:
        was = next((p for p in (one, other) if p != people[0]), one)
        return f"/people/{people[0]}?was={was}"
    return f"/reviews/{people[0]}/{people[1]}"


async def name_of(hub: Hub, asked: Review | None) -> str | None:
    """Who answered last, by name; None where nobody did, or it may not be told."""
    if asked is None or asked.judged_by is None:
        return None
    staff = asked.judged_by.removeprefix("staff:")
    try:
        return (await member_of(hub.log, staff)).name
    except NotKnown:
        return staff
