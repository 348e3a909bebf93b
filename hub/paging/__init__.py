"""Waking people: which asks page their team, by what ways, how often, and who is paged too where nobody sees it."""

READER = "pager"
"""The reader of the log whose checkpoint says how far pages were seen to."""
