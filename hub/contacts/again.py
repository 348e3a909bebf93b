"""A message that could not be used is sent again through the same door, as its own sender's: what was kept first stays."""

from hub.contacts.cloud_event import Message
from hub.contacts.intake import Answer, Intake
from hub.contacts.receive import Carrier
from hub.log import RawMessage
from projections.quarantine import RefusedMessage

HEADER = b"ce-"


def message_of(raw: RawMessage) -> Message:
    """The message as it came; of a binary one the attributes stand before the body, as header lines."""
    head, blank, body = raw.body.partition(b"\r\n\r\n")
    lines = [line.partition(b": ") for line in head.split(b"\r\n")]
    if not blank or not all(line[0].startswith(HEADER) and line[1] for line in lines):
        return Message(raw.body, raw.content_type)
    attributes = {text_of(name.removeprefix(HEADER)): text_of(value) for name, _, value in lines}
    return Message(body, raw.content_type, attributes)


def text_of(said: bytes) -> str:
    """A header as it came, also where it was no UTF-8."""
    return said.decode("utf-8", "surrogateescape")


async def send_again(
    intake: Intake,
    refused: RefusedMessage,
    raw: RawMessage,
    by: str,
    sources: frozenset[str] | None,
) -> Answer:
    """Through the door once more, whoever sent it first. Raises the HubError that says why it still cannot be used;
    one that was accepted meanwhile gets the first answer."""
    carrier = Carrier(f"sent again by {by}", refused.partner, sources if refused.partner else None)
    return await intake.accept(message_of(raw), carrier)
