"""Programs that run in the environments of other packages, never in the hub's own; each stands alone."""
