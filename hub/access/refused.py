"""What a viewer may see of messages that could not be used."""

from events.message_refused import Fault
from hub.access.words import plain_pointer
from hub.viewer import ALL_CLEARANCES, Viewer
from projections.quarantine import RefusedMessage

UNREAD = "Withheld: the message may name somebody who is hidden."


def see_refused(message: RefusedMessage, viewer: Viewer) -> RefusedMessage | None:
    """A message that could not be used. Its sender and the cleared see all of it: nobody knows whom an unread message names."""
    if viewer.role == "partner":
        return message if message.partner == viewer.id else None
    if viewer.clearances >= ALL_CLEARANCES:
        return message
    faults = tuple(guarded_fault(f) for f in message.faults)
    return message.model_copy(
        update={
            "faults": faults, "source": None, "message_id": None, "body_sha256": None,
            "withheld": ("body", "faults", "source", "message_id"),
        }
    )  # fmt: skip


def may_read_raw(viewer: Viewer) -> bool:
    """Whether the viewer may open the bytes of a message as they came: nothing in them can be taken out."""
    return viewer.role != "partner" and viewer.clearances >= ALL_CLEARANCES


def guarded_fault(fault: Fault) -> Fault:
    """A fault by its code and a plain place; words could quote the message."""
    return Fault(pointer=plain_pointer(fault.pointer), code=fault.code, says=UNREAD)
