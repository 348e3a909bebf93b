"""Finds what can be done with a referral or an obligation by walking the two packages; a module is a verb where it has `VERB`."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Any

import hub.obligations
import hub.referrals
from events.base import Event
from events.message_refused import Fault
from hub.errors import InvalidCommand, NotKnown
from hub.referrals.state import Episode
from hub.referrals.steps import missing

MEMBERS = ("rule", "reason", "next", "outcome", "note")
ASKED = {
    "rule": "a rule of the policy",
    "reason": "a reason",
    "next": "the next team",
    "outcome": "an outcome",
    "note": "a note",
}
LONGEST = 4000
SUBJECTS = {"referral": hub.referrals, "obligation": hub.obligations}


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that can be done: `word` as in the address, its command, its decision, and the first
    paragraph of what the command says of itself to a person."""

    subject: str
    word: str
    command: type[Any]
    decide: Callable[[Episode, Any], list[Event]]
    says: str

    @property
    def does(self) -> str:
        """The word as what somebody does: `hand on`, `finish`."""
        return "finish" if self.word == "done" else self.word.replace("-", " ")

    @property
    def members(self) -> tuple[str, ...]:
        """The members of the request's body that apply."""
        return tuple(f.name for f in fields(self.command) if f.name in MEMBERS)

    @property
    def needed(self) -> tuple[str, ...]:
        """Those that must be there."""
        return tuple(
            f.name for f in fields(self.command) if f.name in MEMBERS and f.default is MISSING
        )


@cache
def verbs() -> dict[tuple[str, str], Verb]:
    """Every verb by subject (`referral` or `obligation`) and word."""
    found = {}
    for subject, package in SUBJECTS.items():
        for listed in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{listed.name}")
            if hasattr(module, "VERB"):
                says = " ".join((module.COMMAND.__doc__ or "").partition("\n\n")[0].split())
                verb = Verb(subject, module.VERB, module.COMMAND, module.decide, says)
                found[subject, verb.word] = verb
    return found


def verb_for(subject_id: str, word: str) -> Verb:
    """The verb for `R-26-000001-1` or `O-26-000001-1`, by its word or as `referral.accept`; raises NotKnown."""
    subject = {"R": "referral", "O": "obligation"}.get(subject_id[:1], "")
    kind, _, bare = word.rpartition(".")
    if (kind or subject) != subject or (subject, bare) not in verbs():
        raise NotKnown(f"Nothing can be done by the name of {word[:40]!r} here.")
    return verbs()[subject, bare]


def words(verb: Verb, body: Any) -> dict[str, str]:
    """The members of the request's body, trimmed, blank ones left out; raises InvalidCommand naming what is wrong."""
    if body is None:
        body = {}
    if not isinstance(body, Mapping):
        raise InvalidCommand(
            "The body must be an object.", [Fault(pointer="", code="type", says="Not an object.")]
        )
    faults = [fault for member, said in body.items() if (fault := fault_in(verb, member, said))]
    if faults:
        raise InvalidCommand("The request has members that cannot be used.", faults)
    given = {member: said.strip() for member, said in body.items() if said and said.strip()}
    for member in verb.needed:
        if member not in given:
            raise missing(member, f"To {verb.does}, give {ASKED[member]}.")
    return given


def fault_in(verb: Verb, member: object, said: object) -> Fault | None:
    """What is wrong with one member, or nothing."""
    pointer = "/" + str(member).replace("~", "~0").replace("/", "~1")[:80]
    if said is None or (isinstance(said, str) and not said.strip() and member in MEMBERS):
        return None
    if member not in verb.members:
        takes = ", ".join(verb.members) or "nothing"
        return Fault(
            pointer=pointer,
            code="not-taken",
            says="This does not apply here.",
            mend=f"It takes {takes}.",
        )
    if not isinstance(said, str):
        return Fault(pointer=pointer, code="type", says="This is not text.")
    if len(said) > LONGEST:
        return Fault(
            pointer=pointer,
            code="too-long",
            says=f"The {member} is longer than {LONGEST} characters.",
        )
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in said):
        return Fault(
            pointer=pointer, code="not-text", says=f"The {member} has characters that are no text."
        )
    return None
