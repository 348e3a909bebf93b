"""The hub under faults: what was acknowledged is there once, whatever dies."""
