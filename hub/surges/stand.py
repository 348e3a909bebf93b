"""Where the contacts of bulk lists stand."""

from dataclasses import dataclass
from typing import Any

from hub import access
from hub.errors import NotKnown
from hub.services import Hub
from hub.surges.register import Surge, surges
from hub.viewer import Viewer
from projections import surges as view
from projections.surges import SurgeCount


@dataclass(frozen=True, slots=True)
class Standing:
    """A list with what became of its contacts; `places`: locality by locality, as far as the viewer may know where they are."""

    surge: Surge
    counts: tuple[SurgeCount, ...]
    places: tuple[SurgeCount, ...]

    @property
    def stages(self) -> dict[str, int]:
        """The same of all localities together."""
        return dict(view.totals(self.counts))

    @property
    def localities(self) -> dict[str, dict[str, int]]:
        """How many stand where, by locality."""
        found: dict[str, dict[str, int]] = {}
        for one in self.places:
            found.setdefault(one.place, {})[one.stage] = one.many
        return found

    @property
    def said(self) -> str:
        """`12 asked, 3 in hand`."""
        stages = self.stages
        return ", ".join(f"{stages[s]} {s}" for s in view.STAGES if stages.get(s)) or "nothing yet"

    def told(self) -> dict[str, Any]:
        """The list for a script."""
        of = self.surge
        return {
            "surge": of.surge, "about": of.about, "begun_at": of.begun_at.isoformat(),
            "ended_at": of.ended_at and of.ended_at.isoformat(), "stages": self.stages,
            "localities": [c.model_dump() for c in self.places],
        }  # fmt: skip


async def standing(hub: Hub, viewer: Viewer, surge: str) -> Standing:
    """Where one list stands; raises NotKnown."""
    known = await surges(hub.log)
    if surge not in known:
        raise NotKnown(f"There is no surge {surge[:40]!r}.")
    return await _standing(hub, viewer, known[surge])


async def standing_of_all(hub: Hub, viewer: Viewer) -> list[Standing]:
    """Where each list stands, oldest first."""
    return [await _standing(hub, viewer, one) for one in (await surges(hub.log)).values()]


async def _standing(hub: Hub, viewer: Viewer, surge: Surge) -> Standing:
    counts = await hub.views.ask(lambda tables: view.counts(tables, surge.surge))
    return Standing(surge, tuple(counts), access.see_places(counts, viewer))
