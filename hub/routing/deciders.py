"""The versions of the decider: which one decides now, and which older ones can be decided by again."""

from typing import Final

# Names this program's reading of facts and policies. It changes whenever the same facts might be decided otherwise;
# what the older ones read otherwise stays in the program, so that their decisions can still be made again.
DECIDER_VERSION: Final = "2"
FIRST: Final = "1"
DECIDERS: Final = frozenset({FIRST, DECIDER_VERSION})
