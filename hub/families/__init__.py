"""Who belongs together: stated relations first, a shared home second. Pure."""

from hub.families.derive import derive

__all__ = ["derive"]
