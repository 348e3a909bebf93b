"""Says what is wrong with a message, where, and how to mend it; stores nothing."""

from datetime import datetime

from pydantic import BaseModel

from events.content import Doubt
from events.message_refused import Fault
from hub.contacts.cloud_event import LARGEST, Message
from hub.contacts.message import Unreadable, read
from hub.errors import TooLarge


class Checked(BaseModel):
    """The verdict on one message. `place` says where it stands in its file."""

    place: str
    ok: bool
    source: str | None
    id: str | None
    problem: str | None = None
    errors: tuple[Fault, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    hint: str | None = None

    def lines(self) -> list[str]:
        """The verdict for a person."""
        name = f"{self.place}: message {self.id}" if self.id else self.place
        if self.ok:
            return [
                f"{name}: can be used.",
                *(f"  {d.pointer}: doubtful: {d.says}" for d in self.doubts),
            ]
        found = [
            f"  {f.pointer or 'the message'}: {f.says} {f.mend or ''}".rstrip() for f in self.errors
        ]
        return [
            f"{name}: cannot be used ({self.problem}).",
            *found,
            *([f"  {self.hint}"] if self.hint else []),
        ]


def check(message: Message, place: str, now: datetime) -> Checked:
    """The verdict on a message."""
    if len(message.body) > LARGEST:
        return _refused(place, Unreadable(TooLarge(), None, None, None))
    found = read(message, now)
    if isinstance(found, Unreadable):
        return _refused(place, found)
    return Checked(
        place=place, ok=True, source=found.source, id=found.message_id, doubts=found.doubts
    )


def _refused(place: str, found: Unreadable) -> Checked:
    error = found.error
    faults = error.faults or (Fault(pointer="", code=error.slug, says=error.says),)
    hint = error.hint if error.hint not in {fault.mend for fault in faults} else ""
    return Checked(
        place=place, ok=False, source=found.source, id=found.message_id, problem=error.slug, errors=faults, hint=hint or None,
    )  # fmt: skip
