"""What becomes of a message that corrects or withdraws an earlier one: it follows that one's contact, or is refused and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.contact_corrected import ContactCorrected
from events.contact_withdrawn import ContactWithdrawn
from events.envelope import RecordedEvent, new_event
from events.light import light
from events.message_refused import Fault
from hub.contacts.amending import NAMES
from hub.contacts.message import ReadContact
from hub.contacts.receive import (
    LIGHT_DOUBT,
    Accept,
    Carrier,
    Refuse,
    carries_shield,
    raw_of,
    refuse,
)
from hub.errors import AlreadyWithdrawn, FirstNotReceived, HubError, OfAnotherSource
from hub.log import Append, InboxEntry, InboxTaken, Log

STREAM = ContactCorrected.STREAM


@dataclass(frozen=True, slots=True)
class First:
    """The contact that is amended, and how it was amended before.

    message_id   the message that a later one must name
    """

    contact: str
    message_id: str
    before: Sequence[Any] = ()

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return any(isinstance(event, ContactWithdrawn) for event in self.before)


async def follow(
    log: Log,
    found: ReadContact,
    carrier: Carrier,
    recorded_at: datetime | None = None,
) -> Accept | Refuse | InboxTaken:
    """What becomes of it by what the log holds now: an Append that may be overtaken (VersionConflict), a refusal, or what was
    stored when it came before."""
    assert found.amends is not None
    own, named = (found.source, found.message_id), (found.source, found.amends.message_id)
    others = [(s, found.amends.message_id) for s in sorted(carrier.sources or ())]
    taken = {
        (t.entry.source, t.entry.message_id): t for t in await log.accepted([own, named, *others])
    }
    if own in taken:
        return taken[own]
    first = None
    if named in taken:
        contact = taken[named].entry.contact
        before = await log.read_stream(f"{STREAM}:{contact}")
        first = first_of(contact, named[1], before)
    elsewhere = any(name in taken for name in others if name != named)
    return amend(found, carrier, first, elsewhere=elsewhere, recorded_at=recorded_at)


def first_of(contact: str, message_id: str, before: Sequence[RecordedEvent]) -> First:
    """The contact behind the name of a message, with what amended it; of a message that only amends, its first one is told."""
    events = [e.event for e in before]
    names = {e.message_id: first_named(e) for e in events if isinstance(e, AMENDMENTS)}
    return First(contact, names.get(message_id, message_id), events)


AMENDMENTS = (ContactCorrected, ContactWithdrawn)


def first_named(event: ContactCorrected | ContactWithdrawn) -> str:
    """The message that an amendment names."""
    return event.corrects if isinstance(event, ContactCorrected) else event.withdraws


def amend(
    found: ReadContact,
    carrier: Carrier,
    first: First | None,
    *,
    elsewhere: bool = False,
    recorded_at: datetime | None = None,
) -> Accept | Refuse:
    """What becomes of a message that amends `first`. `elsewhere`: a message of that name came under another of the sender's sources."""
    error = error_of(found, first, elsewhere=elsewhere)
    if error is not None or first is None:
        return refuse(found.sent, carrier, error or FirstNotReceived(), found, recorded_at)
    return Accept(
        append=_amended(found, carrier, first, recorded_at),
        read=found,
        contact=first.contact,
        shields=found.light is not None and carries_shield(found.light),
    )


def error_of(found: ReadContact, first: First | None, *, elsewhere: bool) -> HubError | None:
    """Why it cannot follow; None where it can."""
    assert found.amends is not None
    at = pointer_of(found)
    if first is None and elsewhere:
        says = "A message of that id came under another of your sources, not under this one."
        return OfAnotherSource(says, [_fault(at, "of-another-source", says, OfAnotherSource.hint)])
    if first is None:
        says = "No message of that id has been accepted under this source."
        return FirstNotReceived(
            says, [_fault(at, "first-not-received", says, FirstNotReceived.hint)]
        )
    if first.message_id != found.amends.message_id:
        says = "That message only amends another itself."
        mend = f"Name the first message of the contact: {first.message_id}."
        return FirstNotReceived(says, [_fault(at, "not-the-first", says, mend)])
    if first.withdrawn and found.kind == "corrected":
        says = f"Contact {first.contact} was withdrawn: it cannot be corrected any more."
        return AlreadyWithdrawn(
            says, [_fault(at, "already-withdrawn", says, AlreadyWithdrawn.hint)]
        )
    return None


def pointer_of(found: ReadContact) -> str:
    """Where the name of the amended message stands."""
    within = "" if found.sent.attributes is not None else "/data"
    return f"{within}/{NAMES[found.kind]}"


def _fault(pointer: str, code: str, says: str, mend: str) -> Fault:
    return Fault(pointer=pointer, code=code, says=says, mend=mend)


def _amended(
    found: ReadContact, carrier: Carrier, first: First, recorded_at: datetime | None
) -> Append:
    raw = raw_of(found.sent)
    recorded = new_event(
        _event(found, carrier, first, raw.sha256),
        len(first.before) + 1,
        actor=carrier.actor,
        organisation=found.light.reporter.org if found.light is not None else None,
        occurred_at=found.light.occurred_at if found.light is not None else None,
        correlation_id=first.contact,
        purpose=(found.light.lawful_basis if found.light is not None else None) or "direct-care",
        tags=(f"partner:{carrier.partner}",) if carrier.partner else (),
    )
    entry = InboxEntry(found.source, found.message_id, found.body_hash, first.contact)
    return Append((recorded,), raw=raw, inbox=entry, recorded_at=recorded_at)


def _event(found: ReadContact, carrier: Carrier, first: First, sha256: str) -> Any:
    assert found.amends is not None
    told = {
        "contact": first.contact, "source": found.source, "message_id": found.message_id, "partner": carrier.partner,
        "carried_by": carrier.carried_by, "body_sha256": sha256, "extensions": dict(found.extensions),
    }  # fmt: skip
    if found.kind == "withdrawn":
        return light(ContactWithdrawn)(
            **told, withdraws=found.amends.message_id, reason=found.amends.reason
        )
    doubts = [LIGHT_DOUBT(**dict(doubt)) for doubt in found.doubts]
    return light(ContactCorrected)(
        **told, corrects=found.amends.message_id, content=found.light, doubts=doubts
    )
