"""Carries pages to teams: by e-mail and by webhook."""
