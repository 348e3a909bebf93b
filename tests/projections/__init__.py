"""Projections: given events, these rows."""
