"""A mention by its place: the contact, and the contact's own word for the person."""

from events.base import Fact


class MentionAt(Fact):
    """One person as one contact names them: `ref` is the contact's own word for them."""

    contact: str
    ref: str


def contacts_named(mentions: tuple[MentionAt, ...]) -> tuple[str, ...]:
    """The contacts of these mentions as tags, each once."""
    return tuple(dict.fromkeys(f"contact:{m.contact}" for m in mentions))
