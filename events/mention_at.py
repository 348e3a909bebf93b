"""A mention by its place, and what it is to move some from one person to another."""

from events.base import Event, Fact


class MentionAt(Fact):
    """One person as one contact names them: `ref` is the contact's own word for them."""

    contact: str
    ref: str


def contacts_named(mentions: tuple[MentionAt, ...]) -> tuple[str, ...]:
    """The contacts of these mentions as tags, each once."""
    return tuple(dict.fromkeys(f"contact:{m.contact}" for m in mentions))


class Moved(Event):
    """Mentions of one person are of another from here on.

    correction   its own number, `K-` and the place in the log of what led to it
    """

    correction: str
    from_person: str
    to_person: str
    mentions: tuple[MentionAt, ...]
    because: str

    def stream_id(self) -> str:
        return self.correction

    def tags(self) -> tuple[str, ...]:
        people = (f"person:{self.from_person}", f"person:{self.to_person}")
        return (*people, *contacts_named(self.mentions))
