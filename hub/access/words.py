"""The words that are safe to say: team codes without their locality, codes of the vocabulary, plain places in a message."""

import hashlib
import re
from collections.abc import Iterable
from typing import overload

from hub.policies.vocabulary import vocabulary
from projections.hidden_people import RESTRICTED, STREAM_OF_CONCERN, STREAM_OF_TEAM

WITHHELD = "Withheld: somebody here is hidden."
TELLS_WHERE = frozenset({"lives-with"})
PLAIN_POINTER = re.compile(r"(/[a-z_0-9]{1,32})*")
PLAIN_REF = re.compile(r"[A-Za-z]{0,6}-?\d{0,3}|P-\d{6,}")
TEAM_CODE = re.compile(r"^([A-Z]+)-.*$", re.DOTALL)
RESTRICTED_CONCERNS = frozenset({*STREAM_OF_CONCERN, "domestic-abuse"})


@overload
def bare(team: str) -> str: ...
@overload
def bare(team: None) -> None: ...
@overload
def bare(team: str | None) -> str | None: ...
def bare(team: str | None) -> str | None:
    """A team's code without its locality; a door such as voluntary-sector, or None, stays as it is."""
    return TEAM_CODE.sub(r"\1", team) if team else team


def own_ref(about: str | None) -> str | None:
    """The contact's own word for somebody; a person's id would tell that others are known."""
    return None if about is None or about.startswith("P-") else about


@overload
def plain_ref(ref: str) -> str: ...
@overload
def plain_ref(ref: None) -> None: ...
def plain_ref(ref: str | None) -> str | None:
    """A contact's own word for somebody, where it is a mere mark such as p1; any other is free text, and the same word
    always becomes the same mark."""
    if ref is None or PLAIN_REF.fullmatch(ref):
        return ref
    return f"ref-{hashlib.sha256(ref.encode()).hexdigest()[:8]}"


def plain_actor(actor: str | None) -> str | None:
    """Who acts, where that says nothing of a place."""
    return actor if actor in ("engine", "operator") else None


def plain_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """The concerns that every partner can rely on; any other word is as free as free text."""
    return tuple(c for c in codes if c in vocabulary().concerns)


def is_plain_relation(type_: str) -> bool:
    """Whether a relation's word says nothing of where somebody is."""
    return type_ in vocabulary().relationships and type_ not in TELLS_WHERE


def plain_pointer(pointer: str) -> str:
    """A place in a message, where its words are the contract's own; any other could quote the message."""
    return pointer if PLAIN_POINTER.fullmatch(pointer) else ""


def stream_of(rule: str, team: str) -> frozenset[str]:
    """The restricted stream an ask belongs to."""
    streams = {rule} & RESTRICTED
    by_team = STREAM_OF_TEAM.get(team.partition("-")[0])
    return frozenset({*streams, *([by_team] if by_team else [])})
