"""What a viewer may see of where the contacts of a bulk list stand."""

from collections.abc import Sequence

from hub.access.unmet import FEW
from hub.viewer import Viewer
from projections.surges import SurgeCount


def see_places(counts: Sequence[SurgeCount], viewer: Viewer) -> tuple[SurgeCount, ...]:
    """How many contacts of one list stand where. Of a list of few, who knows one of the people on it would learn where that one is:
    it is told to those cleared for hidden people alone."""
    if "shielded" in viewer.clearances or sum(one.many for one in counts) >= FEW:
        return tuple(counts)
    return ()
