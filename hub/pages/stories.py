"""The stories of a demonstration: each leads to the family it tells of, whatever the seed and the day the borough ends on."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from events.contact_received import ContactReceived
from events.log_created import LogCreated
from events.mentions_linked import MentionsLinked
from hub.api.permissions import GuardedRoute, hub_of, permits
from hub.contacts.receive import contact_id
from hub.demo.borough.chronicle import Borough, borough_of
from hub.demo.borough.history import SLICE
from hub.demo.borough.stories import Story, stories
from hub.errors import NotKnown
from hub.pages.nav import Place
from hub.pages.render import page
from hub.services import Hub

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Stories", "/stories", 60, demonstration=True)


@router.get("/stories")
@permits("duty", "auditor", "operator")
async def listed(request: Request) -> Response:
    """Every story, told; on a demonstration with a borough alone."""
    told = stories((await borough_behind(hub_of(request))).ends_on)
    return await page(request, "stories.html", stories=told)


@router.get("/stories/{story}")
@permits("duty", "auditor", "operator")
async def opened(request: Request, story: str) -> Response:
    """To the family of a story, or to its contact where it names nobody."""
    hub = hub_of(request)
    told = stories((await borough_behind(hub)).ends_on)
    found = next((s for s in told if s.slug == story), None)
    if found is None:
        raise NotKnown(f"No story is called {story[:40]!r}.")
    return RedirectResponse(await place_of(hub, told, found), 303)


async def place_of(hub: Hub, told: tuple[Story, ...], story: Story) -> str:
    """The page of the person a story is about, as the last contact that names them was linked; else its last contact's; of a list, where
    the lists stand."""
    if story.listed:
        return "/surges"
    first = 1 + sum(len(s.sent) for s in told[: told.index(story)])
    place = ""
    for number, sent in enumerate(story.sent, first):
        for contact in {contact_id(number, sent.at), contact_id(number, sent.at + SLICE)}:
            events = [e.event for e in await hub.log.read_stream(f"contact:{contact}")]
            if not any(isinstance(e, ContactReceived) and e.message_id == sent.id for e in events):
                continue
            place = place if place.startswith("/families/") else f"/contacts/{contact}"
            refs = [ref for ref, who in sent.who.items() if who.endswith(f".{story.about}")]
            for linked in (e for e in events if isinstance(e, MentionsLinked)):
                people = [m.person for m in linked.mentions if m.ref in refs and m.person]
                place = f"/families/{people[0]}" if people else place
    if not place:
        raise NotKnown("This story has not been loaded yet.")
    return place


async def borough_behind(hub: Hub) -> Borough:
    """The borough that the log was begun with; raises NotKnown where there is none."""
    [first] = await hub.log.read(0, 1)
    found = borough_of(first.event) if isinstance(first.event, LogCreated) else None
    if found is None:
        raise NotKnown("There are no stories here: this log began without a made-up borough.")
    return found
