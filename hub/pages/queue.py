"""The queue of a team: what waits, soonest due first, and what it has in hand."""

from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.content import Door
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.errors import InvalidCommand
from hub.notices.waiting import waiting_for
from hub.page_reading import Wanted, queue_page_for
from hub.pages.buttons import MEMBERS, buttons, may_act
from hub.pages.moments import moment_of
from hub.pages.paging import SIZE, begins_at, page_of
from hub.pages.render import page
from hub.paging.stands import pages_about
from hub.teams.book import team_book, works_for
from hub.viewer import Viewer

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

DOORS = get_args(Door)
PAUSED = "paused"


@router.get("/queues/{team}")
@permits("duty", "auditor", "operator")
async def queue(
    request: Request,
    team: str,
    as_at: str = "",
    min_position: int = 0,
    waiting: int = 1,
    held: int = 1,
    door: str = "",
    overdue: str = "",
    other: str = "",
) -> Response:
    """What waits for the team and what it holds, now or as at a moment; a page of each. `other` leads to another's queue."""
    viewer, moment = viewer_of(request), moment_of(as_at)
    kept = {"as_at": as_at, "door": door, "overdue": overdue}
    kept = {name: value for name, value in kept.items() if value}
    if other and other != team and other in queues_of(viewer):
        return RedirectResponse(f"/queues/{other}?{urlencode(kept)}", 303)
    if door and door not in DOORS:
        raise InvalidCommand("There is no door of that name.")
    wanted = Wanted(
        begins_at(waiting), begins_at(held), SIZE, door or None, bool(overdue) and overdue != PAUSED, overdue == PAUSED
    )  # fmt: skip
    hub = hub_of(request)
    shown = await queue_page_for(hub, viewer, team, wanted, min_position, moment)
    to_know = await waiting_for(hub, viewer, team, min_position, moment)
    asks = [row.referral for row in (*shown.waiting.rows, *shown.held.rows)]
    asks += [one.notice.notice for one in to_know]
    return await page(
        request,
        "queue.html",
        pages={} if moment else await pages_about(hub, asks),
        queue=shown,
        waiting=page_of(shown.waiting.rows, shown.waiting.first, shown.waiting.total),
        held=page_of(shown.held.rows, shown.held.first, shown.held.total),
        asked_door=door,
        asked_overdue=wanted.overdue,
        asked_paused=wanted.paused,
        kept=kept,
        doors=DOORS,
        teams=queues_of(viewer),
        to_know=to_know,
        may_receive=may_act(viewer, team) and not moment,
        can_meet=buttons("obligation", ("done", "waive"))
        if may_act(viewer, team) and not moment
        else [],
        labels=MEMBERS,
    )


def queues_of(viewer: Viewer) -> list[str]:
    """The queues that a viewer may see: of duty staff those of their team, as a whole and in each locality."""
    book = team_book()
    codes = dict.fromkeys(code for team in book.teams.values() for code in (team.code, *team.codes))
    return [c for c in codes if viewer.role != "duty" or works_for(viewer.team, c)]
