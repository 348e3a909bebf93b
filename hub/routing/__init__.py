"""Facts in, routes out: which team each person of a contact goes to, by when, and why."""

from hub.routing.decide import decide, decide_with_room
from hub.routing.deciders import DECIDER_VERSION, DECIDERS
from hub.routing.gather import gather

__all__ = ["DECIDERS", "DECIDER_VERSION", "decide", "decide_with_room", "gather"]
