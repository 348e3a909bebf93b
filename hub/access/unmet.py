"""What a viewer may see of the needs that could not be met."""

from collections.abc import Sequence

from hub.access.words import stream_of
from hub.viewer import ALL_CLEARANCES, Viewer
from projections.unmet_needs import Unmet

FEW = 5
"""Fewer than so many may be somebody whom one knows."""


def see_unmet(counts: Sequence[Unmet], viewer: Viewer) -> list[Unmet]:
    """The counts, without those of a restricted stream for the uncleared; how few there are is told to those cleared for hidden
    people alone."""
    if viewer.role == "partner":
        return []
    known = [u for u in counts if not stream_of(u.rule, u.team) - viewer.clearances]
    if "shielded" in viewer.clearances:
        return known
    return [u.model_copy(update={"many": None}) if (u.many or 0) < FEW else u for u in known]


def may_count(team: str, viewer: Viewer) -> bool:
    """Whether the viewer may know how much a team has in hand: of a restricted stream the cleared alone."""
    everything = viewer.clearances >= ALL_CLEARANCES
    return viewer.role != "partner" and (everything or not stream_of("", team) - viewer.clearances)
