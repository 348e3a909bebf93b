"""The HTTP door of a hub that runs, as a partner's developer with curl meets it, and as one who wants to break it."""
