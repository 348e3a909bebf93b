"""Who belongs together: stated relations first, a shared home second. Pure."""
