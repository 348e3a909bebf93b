"""What a viewer may see of a run of a draft over history."""

from events.policy_shadowed import PolicyShadowed
from hub.viewer import ALL_CLEARANCES, Viewer


def see_shadow(shadowed: PolicyShadowed | None, viewer: Viewer) -> PolicyShadowed | None:
    """The counts; the contacts only for who may see everything, since which contacts a change of one row would touch tells
    which of them that row was set off by (R14 to R16), and a change of localities tells where people live."""
    if shadowed is None or viewer.clearances >= ALL_CLEARANCES:
        return shadowed
    return shadowed.model_copy(update={"contacts": ()})
