"""Contacts: read from a message, accepted or refused, and never lost."""
