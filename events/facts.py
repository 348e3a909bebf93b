"""The facts a routing decision was made from, pinned in the decision so that it can be made again."""

from events.base import Fact


class PinnedFacts(Fact):
    """Everything `hub.routing.decide` reads of the contact, its people and their family, and nothing else."""
