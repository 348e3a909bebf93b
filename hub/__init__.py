"""Decides: what is accepted, who people are, which team is asked, what may be seen; and the doors people use."""

import sys
from types import ModuleType

# `cel` loads its own command line along with itself, and by it a terminal's completion and colours, which nothing here uses:
# a tenth of a second and 250 modules for each process. Whatever it finds under this name it takes for loaded.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))
