"""What the commands on who people are share: who may give them, what their words may be, and that their effect is seen."""

from dataclasses import dataclass
from typing import Any

from events.base import Event
from events.envelope import new_event
from events.message_refused import Fault
from events.people_merged import PeopleMerged
from events.person_split import PersonSplit
from hub import access
from hub.errors import InvalidCommand, NotKnown, NotPermitted
from hub.log import Append
from hub.services import Hub
from hub.viewer import Viewer
from projections import family_view
from projections.secrets import Hidden
from projections.table import Tables

LONGEST = 4000
TRIES = 3
WITHIN = 15.0  # seconds: an engine at work takes a turn in far less, but where the machine is full


@dataclass(frozen=True, slots=True)
class Corrected:
    """What became of it.

    position   the position to read from
    moved      the people whom mentions went from and to, where any went
    """

    position: int
    moved: tuple[str, str] | None = None


def who_may(viewer: Viewer) -> None:
    """Staff of a team alone say who people are. Raises NotPermitted."""
    if viewer.role == "operator":
        raise NotPermitted(
            "An operator does not say who people are: staff of a team do, with a key or a sign-in of their own."
        )
    if viewer.role != "duty":
        raise NotPermitted("Only staff may say who people are.")


def text_of(said: Any, member: str) -> str | None:
    """Words of the person who acts, trimmed; None where there are none. Raises InvalidCommand."""
    if said is None:
        return None
    if not isinstance(said, str) or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in said):
        raise bad(member, "not-text", "This is not text.")
    if len(said) > LONGEST:
        raise bad(member, "too-long", f"This is longer than {LONGEST} characters.")
    return said.strip() or None


def bad(member: str, code: str, says: str) -> InvalidCommand:
    """The fault of one member of the request."""
    return InvalidCommand(
        "The request has members that cannot be used.",
        [Fault(pointer=f"/{member}", code=code, says=says)],
    )


async def refuse_unless_seen(hub: Hub, viewer: Viewer, *people: str) -> None:
    """Raise NotKnown unless the viewer may see each of these people, or whoever they were merged into."""

    def all_seen(tables: Tables) -> bool:
        now = [family_view.now(tables, person) for person in people]
        known = family_view.people_of(tables, now)
        hidden = Hidden(tables)
        return all(p in known and access.see_person(known[p], hidden, viewer) for p in now)

    if not await hub.views.ask(all_seen):
        raise NotKnown


async def record(hub: Hub, viewer: Viewer, event: Event, version: int) -> Corrected:
    """Put what somebody said into the log, and wait until it is seen. Raises VersionConflict where somebody else spoke first."""
    wrapped = new_event(event, version, actor=viewer.actor, purpose="direct-care")
    appended = await hub.log.append(Append((wrapped,)))
    return await settled(hub, appended.last)


async def settled(hub: Hub, position: int) -> Corrected:
    """Once the engine has done what follows and the views show it; where they are behind, the answer does not wait for them."""
    if not await hub.engine.wait_for(position, WITHIN):
        return Corrected(position)
    head = await hub.log.head()
    await hub.views.wait_for(head, WITHIN)
    correction = f"correction:K-{position:06}"
    made = [e.event for e in await hub.log.read_stream(correction)]
    moved = next((e for e in made if isinstance(e, PeopleMerged | PersonSplit)), None)
    return Corrected(head, (moved.from_person, moved.to_person) if moved else None)
