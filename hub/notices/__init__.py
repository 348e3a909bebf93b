"""Notices: whoever else must be told of a contact is told, and says so (routing.md 3.3, "Must also tell")."""
