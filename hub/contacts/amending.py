"""What a message that amends an earlier one says beside the contact: which message it corrects or takes back, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from events.message_refused import Fault
from hub.contacts import checks
from hub.contacts.cloud_event import CONTROL, CORRECTED, LONGEST, TAKEN, WITHDRAWN, Envelope
from hub.errors import TypeNotTaken
from hub.json_gate import escape

Kind = Literal["received", "corrected", "withdrawn"]
KINDS: Mapping[str, Kind] = {TAKEN: "received", CORRECTED: "corrected", WITHDRAWN: "withdrawn"}
NAMES: Mapping[Kind, str] = {"corrected": "corrects", "withdrawn": "withdraws"}
"""The member that names the message that is amended: by its `id`, under the same `source`."""


@dataclass(frozen=True, slots=True)
class Amends:
    """An earlier message, by its id, and why it is taken back, where it is."""

    message_id: str
    reason: str | None = None


def kind_of(envelope: Envelope) -> Kind:
    """What kind of message it is, taken for a contact where it does not say."""
    return KINDS.get(envelope.text("type") or TAKEN, "received")


def not_taken(envelope: Envelope, faults: list[Fault]) -> TypeNotTaken | None:
    """The type is looked at before the data, for another type has other data."""
    kind = envelope.text("type")
    if kind is None or kind in KINDS:
        return None
    unsound = (envelope.place("specversion"), envelope.place("type"))
    if any(f.pointer in unsound for f in faults):
        return None
    says = f"The hub does not take messages of the type {kind}."
    mend = f"Send {TAKEN}, or to amend it {CORRECTED} or {WITHDRAWN}."
    fault = Fault(pointer=envelope.place("type"), code="type-not-taken", says=says, mend=mend)
    return TypeNotTaken(says, [fault])


def contact_in(kind: Kind, data: Mapping[str, Any]) -> dict[str, Any]:
    """The contact itself in the data of a contact or a correction."""
    return {k: v for k, v in data.items() if k != NAMES.get(kind)}


def faults_of(kind: Kind, data: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """What is wrong with the members that amend; nothing for a contact."""
    if kind == "received":
        return
    yield from _text_fault(
        data, NAMES[kind], LONGEST, at, "Give the `id` of the message that it amends."
    )
    if kind == "withdrawn":
        longest = checks.longest("reason")
        yield from _text_fault(data, "reason", longest, at, "Say in a few words why.")
        yield from _unknown(data, at)


def amends_of(kind: Kind, data: Mapping[str, Any]) -> Amends | None:
    """Which message is amended, read where there is no fault; None for a contact."""
    if kind == "received":
        return None
    return Amends(data[NAMES[kind]], data["reason"] if kind == "withdrawn" else None)


def _text_fault(
    data: Mapping[str, Any], name: str, longest: int, at: str, mend: str
) -> Iterator[Fault]:
    """What is wrong with a text that must be there."""
    pointer, said = f"{at}/{name}", data.get(name)
    if said is None:
        yield Fault(pointer=pointer, code="missing", says=f"`{name}` is missing.", mend=mend)
    elif not isinstance(said, str):
        yield Fault(pointer=pointer, code="type", says=f"`{name}` is not text.", mend=mend)
    elif not said.strip():
        yield Fault(pointer=pointer, code="empty", says=f"`{name}` is empty.", mend=mend)
    elif len(said) > longest:
        says = f"`{name}` is longer than {longest} characters."
        yield Fault(pointer=pointer, code="too-long", says=says, mend="Shorten it.")
    elif name != "reason" and CONTROL.search(said):
        says = f"`{name}` holds a control character."
        yield Fault(pointer=pointer, code="characters", says=says, mend=mend)


def _unknown(data: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """A withdrawal says which message it takes back, and why, and nothing else."""
    known = (NAMES["withdrawn"], "reason")
    for name in data:
        if name not in known:
            close = get_close_matches(name, known, 1)
            mend = (
                f"Did you mean `{close[0]}`?"
                if close
                else "Leave it out: a withdrawal says no more."
            )
            says = f"`{escape(name)}` is not a member the hub knows here."
            yield Fault(pointer=f"{at}/{escape(name)}", code="unknown-member", says=says, mend=mend)
