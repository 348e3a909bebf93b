"""A message that could not be used is sent again through the same door, as its own sender's: what was kept first stays."""

from hub.contacts.intake import Answer, Intake
from hub.contacts.receive import Carrier, message_of
from hub.log import RawMessage
from projections.quarantine import RefusedMessage


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
    return await intake.accept(message_of(raw, refused.size), carrier)
