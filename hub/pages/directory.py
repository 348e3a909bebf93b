"""The directory of services: searched by need, place and age, with what is stale shown as stale."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, hub_of, permits
from hub.directory.rules import directory_rules
from hub.directory.shown import ForPerson, for_view, read_asked, read_when, search
from hub.pages.nav import Place
from hub.pages.paging import paged
from hub.pages.render import page
from hub.services import Hub
from hub.teams.book import team_book
from hub.viewer import Viewer
from projections.contact_view import ContactView

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Services", "/directory", 44)


@router.get("/directory")
@permits("duty", "auditor", "operator")
async def directory(
    request: Request,
    need: str = "",
    postcode: str = "",
    age: str = "",
    q: str = "",
    number: int = 1,
    min_position: int = 0,
) -> Response:
    """The services that may fit, best first."""
    hub = hub_of(request)
    found = await search(hub, read_asked(need, postcode, age, q), min_position)
    return await page(
        request,
        "directory.html",
        found=paged(found, number),
        asked={"need": need, "postcode": postcode, "age": age, "q": q},
        needs={code: of.say for code, of in directory_rules().needs.items()},
        reads=await read_when(hub),
    )


async def services_beside(hub: Hub, viewer: Viewer, view: ContactView) -> list[ForPerson]:
    """The services that may fit the people of a contact, for the teams that look for some, beside the rows that ask for it."""
    rules = directory_rules()
    asks = any(r.rule in rules.beside for r in view.referrals)
    return await for_view(hub, view) if asks and looks_for_services(viewer) else []


def looks_for_services(viewer: Viewer) -> bool:
    """Whether the viewer's team is one that is shown suggestions, or a front door."""
    if viewer.role != "duty" or viewer.team is None:
        return False
    bare = viewer.team.partition("-")[0]
    return bare in directory_rules().shown_to or team_book().is_front_door(bare)
