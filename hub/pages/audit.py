"""The log in plain sentences: from any position, as at any moment, of one contact or person, of one kind; and what followed."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from events.registry import event_types
from hub.api.permissions import GuardedRoute, hub_of, permits, viewer_of
from hub.audit_reading import Looked, events_around_for, looked_for, what_followed
from hub.errors import InvalidCommand
from hub.pages.moments import moment_of
from hub.pages.nav import LOOKS_ON, Place
from hub.pages.queue import queues_of
from hub.pages.render import page
from hub.reading import events_for, last_by

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Audit", "/audit", 30, LOOKS_ON)

SIZE = 100


@router.get("/audit")
@permits("auditor", "operator")
async def audit(
    request: Request,
    after: str = "",
    as_at: str = "",
    about: str = "",
    kind: str = "",
    followed: str = "",
) -> Response:
    """What happened, in order; the last hundred, as at the moment asked for, where nothing else is named."""
    hub, viewer, moment = hub_of(request), viewer_of(request), moment_of(as_at)
    head = await last_by(hub, moment) if moment else await hub.log.head()
    begin = min(position_of(after), head) if after.strip() else 0
    if kind and kind not in kinds():
        raise InvalidCommand("There is no event of that kind.")
    if followed.strip():
        looked = await what_followed(hub, viewer, position_of(followed), moment)
    elif about.strip():
        tag = tag_of(about)
        looked = await events_around_for(hub, viewer, tag, begin, SIZE, kind or None, moment)
    elif kind:
        looked = await looked_for(hub, viewer, kind, begin, SIZE, head, moment)
    else:
        begin = begin if after.strip() else max(head - SIZE, 0)
        events = await events_for(hub, viewer, begin, SIZE, moment)
        looked = Looked(tuple(events), begin, events[-1].position if events else head)
    kept = {"as_at": as_at, "about": about.strip(), "kind": kind}
    return await page(
        request,
        "audit.html",
        events=looked.events,
        begin=looked.after,
        end=looked.to,
        more=looked.to < head and not followed,
        head=head,
        size=SIZE,
        asked={"after": after, "about": about, "kind": kind, "followed": followed.strip()},
        as_at=moment,
        kept={name: value for name, value in kept.items() if value},
        plain_log=not (about.strip() or kind or followed.strip()),
        kinds=kinds(),
        teams=queues_of(viewer),
    )


def kinds() -> list[str]:
    """Every kind of event, by name."""
    return sorted(event_types())


def tag_of(about: str) -> str:
    """What a contact's or a person's events are marked with. Raises InvalidCommand."""
    said = about.strip().upper()
    kind = {"C-": "contact", "P-": "person"}.get(said[:2])
    if kind is None or len(said) > 30:
        raise InvalidCommand("Name a contact, such as C-26-000001, or a person, such as P-000001.")
    return f"{kind}:{said}"


def position_of(text: str) -> int:
    """The position somebody typed. Raises InvalidCommand."""
    said = text.strip()
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise InvalidCommand("That is not a position: write a whole number, such as 120.")
    return int(said)
