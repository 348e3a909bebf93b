"""The tree of everything the hub refuses, each with a problem type, an HTTP status, a sentence and a hint.

HubError
├── Refused             a message or a command that cannot be used
│   ├── InvalidContact  422  the message is not a contact: every fault named by JSON pointer
│   ├── NotJson         400  the bytes are not strict JSON
│   ├── TooLarge        413
│   ├── WrongContentType 415
│   ├── TypeNotTaken    422  an event type the hub does not yet take
│   ├── NotYourSource   403  another partner's source
│   ├── SourceTaken     409  the source belongs to another partner
│   ├── MessageIdTaken  409  another body under a taken (source, id)
│   ├── FirstNotReceived 409 it corrects or withdraws a message that has not arrived
│   ├── OfAnotherSource 409  it corrects or withdraws a message of another source
│   ├── AlreadyWithdrawn 409 it corrects a contact that was withdrawn
│   ├── InvalidCommand  422  a command that lacks something
│   │   └── InvalidTeams 422 a document that is no register of teams
│   ├── InvalidDirectory 422 a directory of services that cannot be read to its end
│   ├── UnreadableFile  422  a file of people that cannot be linked
│   └── NotAllowed      409  a command that the state does not permit
├── NotKnown            404
├── NotSignedIn         401
├── NotPermitted        403
├── Conflict            409  somebody else acted first
├── TooSlow             408  the body did not come in time
├── TooMany             429  more at once than a caller's share
└── Unavailable         503  not now: try again
    └── StillLoading    503  a demonstration that relives its past
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from events.message_refused import Fault


class HubError(Exception):
    """Anything the hub refuses. `slug` names the problem type, `says` is for a person, `hint` for a developer.

    `again_after` is in how many seconds it may be tried again, where trying again can help.
    `at` is the place of a fault that stands in one place always: a header, or "" for the message as a whole.
    """

    slug: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong."
    hint: ClassVar[str] = ""
    at: ClassVar[str | None] = None
    again_after: ClassVar[int | None] = None

    def __init__(self, says: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(says or self.title)
        self.says = says or self.title
        self.faults = tuple(faults) or self._only_fault()

    def _only_fault(self) -> tuple[Fault, ...]:
        if self.at is None:
            return ()
        return (Fault(pointer=self.at, code=self.slug, says=self.says, mend=self.hint or None),)


class Refused(HubError):
    """A message or a command that cannot be used."""

    slug, status, title = "refused", 422, "The request cannot be used."


class InvalidContact(Refused):
    """The message is not a contact; `faults` names each fault by JSON pointer."""

    slug, status, title = "invalid-contact", 422, "The message is not a contact the hub can read."
    hint = (
        "Each fault names its place by JSON pointer. The schemas are at /schema/contact/1, /schema/correction/1 and "
        "/schema/withdrawal/1; `hub check FILE` explains."
    )


class NotJson(Refused):
    """The bytes are not strict JSON (RFC 8259, UTF-8, no duplicate keys, no NUL, no lone surrogates, finite numbers)."""

    slug, status, title = "not-json", 400, "The body is not strict JSON."
    hint = "Send UTF-8 JSON without duplicate keys, NUL, lone surrogates, NaN or infinities, at most 64 levels deep."


class TooLarge(Refused):
    """The body is larger than 1 MB."""

    slug, status, title = "too-large", 413, "The message is larger than 1 MB."
    at = ""
    hint = "Send one contact a message; attachments stay in your system."


class WrongContentType(Refused):
    """The content type is not one this address takes."""

    slug, status, title = "wrong-content-type", 415, "The content type is not taken here."
    at = "content-type"
    hint = "Say in Content-Type what the body is; /docs tells what each address takes."


class TypeNotTaken(Refused):
    """An event type that the hub does not take yet."""

    slug, status, title = "type-not-taken", 422, "The hub does not take this type of message."
    hint = "Send uk.gov.thurrock.nwd.contact.received.v1, or to amend it contact.corrected.v1 or contact.withdrawn.v1."


class NotYourSource(Refused):
    """The source is not one of the partner's own."""

    slug, status, title = "not-your-source", 403, "The source is not one of yours."
    hint = "A key is bound to its partner's sources: ask the hub's operator to add the source."


class SourceTaken(Refused):
    """The source, or slug, belongs to a partner already."""

    slug, status, title = "source-taken", 409, "That source or slug belongs to a partner already."


class MessageIdTaken(Refused):
    """Another body came before under the same source and id."""

    slug, status, title = (
        "message-id-taken",
        409,
        "Another message was accepted under this source and id.",
    )
    hint = "Give a new message a new id; send the very same body to be answered as the first time."


class FirstNotReceived(Refused):
    """It amends a message that the hub has not accepted, or one that only amends another itself."""

    slug, status, title = "first-not-received", 409, "The message that it amends has not arrived."
    hint = "Send the first message; then send this one again as it is. It is kept meanwhile."


class OfAnotherSource(Refused):
    """It amends a message that came under another source."""

    slug, status, title = (
        "of-another-source",
        409,
        "The message that it amends is of another source.",
    )
    hint = "Send it under the source of the message that it amends."


class AlreadyWithdrawn(Refused):
    """It corrects a contact that was withdrawn."""

    slug, status, title = "already-withdrawn", 409, "The contact that it corrects was withdrawn."
    hint = "Send the contact as a new one, with an id of its own."


class NotAllowed(Refused):
    """The command does not fit what has happened so far."""

    slug, status, title = "not-allowed", 409, "That cannot be done now."


class InvalidCommand(Refused):
    """The command lacks something it needs, such as a reason."""

    slug, status, title = "invalid-command", 422, "The request lacks something it needs."


class InvalidTeams(InvalidCommand):
    """The document is no register of teams: each fault names its place in it, and the line."""

    slug, title = "invalid-teams", "The document is not a register of teams."
    hint = "`hub teams check FILE` names each fault by its line; `hub teams export` writes the register in force."


class InvalidDirectory(Refused):
    """A directory of services that cannot be read to its end: a page is broken, or the address does not answer as it should."""

    slug, status, title = "invalid-directory", 422, "The directory of services cannot be read."
    hint = "Nothing was changed. Run the command again: pages that were read are not asked for twice within a day."


class UnreadableFile(Refused):
    """A file of people that cannot be linked: says the file, the row and the column."""

    slug, status, title = "unreadable-file", 422, "The file of people cannot be linked."
    hint = "Mend what is named, and run the command again: nothing was written."

    def __init__(self, path: Path, row: int, column: str, says: str) -> None:
        place = f"{path.name}, row {row}" if row else path.name
        super().__init__(f"{place}{f', column {column}' if column else ''}: {says}")


class NotKnown(HubError):
    """Nothing by that name, or nothing the caller may know of."""

    slug, status, title = "not-known", 404, "Nothing is known by that name."


class NotSignedIn(HubError):
    """No key, or a key that does not work."""

    slug, status, title = "not-signed-in", 401, "A valid key is needed."
    at = "authorization"
    hint = "Send `Authorization: Bearer KEY`."


class NotPermitted(HubError):
    """The caller may not do this."""

    slug, status, title = "not-permitted", 403, "You may not do this."


class Conflict(HubError):
    """Somebody else acted on the same thing first."""

    slug, status, title = "conflict", 409, "Somebody else acted on this first."
    hint = "Read it again and decide again."


class TooSlow(HubError):
    """The body of the request did not come in time."""

    slug, status, title = "too-slow", 408, "The request's body did not come in time."
    hint = "Send it again; nothing of it was stored."


class TooMany(HubError):
    """The caller has more under way than a share of what the hub can hold; others are served meanwhile."""

    slug, status, title = "too-many", 429, "You have more requests under way than the hub can hold."
    hint = "Wait as long as Retry-After says, then send it again; nothing of this one was stored."
    again_after = 1


class Unavailable(HubError):
    """The hub cannot answer now."""

    slug, status, title = "unavailable", 503, "The hub cannot answer just now."
    hint = "Try again in a moment; nothing was lost."
    again_after = 1


class StillLoading(Unavailable):
    """A demonstration that relives its past cannot take in what happens today."""

    slug, status = "still-loading", 503
    title = "The made-up borough is still being loaded; nothing of this was stored."
    hint = "Its pages say how far it is. Send it again when it is through, in a minute or a few."
    again_after = 10
