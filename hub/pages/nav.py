"""The navigation: a page that has an entry in it says so by its `PLACE`, and is found here."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache

import hub.pages
from hub.viewer import Role, Viewer

STAFF: frozenset[Role] = frozenset({"duty", "auditor", "operator"})
LOOKS_ON: frozenset[Role] = frozenset({"auditor", "operator"})


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: what it says, the page it leads to, who sees it, and where it stands among the others.

    demonstration   only a demonstration has it
    more            it stands under "More", not in the row
    """

    text: str
    href: str
    order: int
    roles: frozenset[Role] = STAFF
    demonstration: bool = False
    more: bool = False


@cache
def places() -> tuple[Place, ...]:
    """Every entry, in order."""
    names = [m.name for m in pkgutil.iter_modules(hub.pages.__path__)]
    modules = [importlib.import_module(f"{hub.pages.__name__}.{name}") for name in names]
    found = (getattr(module, "PLACE", None) for module in modules)
    return tuple(sorted((p for p in found if isinstance(p, Place)), key=lambda p: p.order))


Entry = dict[str, object]


def places_of(
    viewer: Viewer | None, path: str, demonstration: bool
) -> tuple[list[Entry], list[Entry]]:
    """The entries of a viewer, as the service navigation takes them: those of the row, and those under "More"."""
    if viewer is None or viewer.role not in STAFF:
        return [], []
    shown = [
        p for p in places() if viewer.role in p.roles and (demonstration or not p.demonstration)
    ]
    if viewer.role == "duty" and viewer.team:
        shown.insert(0, Place("Queue", f"/queues/{viewer.team}", 0))
    row, more = [p for p in shown if not p.more], [p for p in shown if p.more]
    return [entry(p, path) for p in row], [entry(p, path) for p in more]


def entry(place: Place, path: str) -> Entry:
    """As the service navigation takes it: the page that is shown is marked, and the entry that a page below it belongs to."""
    below = path.startswith(f"{place.href}/")
    return {"text": place.text, "href": place.href, "current": path == place.href, "active": below}
