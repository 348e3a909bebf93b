"""The people of a contact as the engine looks for them: evidence, what it makes of somebody unknown, and the keys to look under."""

from collections import OrderedDict
from dataclasses import dataclass

from events.content import ContactContent
from hub.people.evidence import Evidence, read_contact
from hub.people.person import keys_of, learn, looked_under, unknown_person
from projections.table import Row

REMEMBERED = 512
"""So many contacts are remembered as read: more than a turn of the engine looks ahead."""


@dataclass(frozen=True, slots=True)
class Said:
    """One mention.

    alone   the row of somebody of whom this is all that is known
    known   the keys such a person would be found by
    keys    those the mention looks under
    """

    evidence: Evidence
    alone: Row
    known: frozenset[int]
    keys: frozenset[int]

    @classmethod
    def of(cls, evidence: Evidence) -> "Said":
        """The mention behind some evidence."""
        home = evidence.home.key if evidence.home else None
        alone = learn(unknown_person("", 0), evidence, home, 0)
        known = frozenset(keys_of(alone))
        return cls(evidence, alone, known, frozenset(looked_under(alone)))


def read_people(content: ContactContent) -> tuple[Said, ...]:
    """The mentions of a contact, in order. Looking ahead, linking and learning ask in turn: each contact is read once."""
    found = _read.get(id(content))
    if found is not None:
        return found[1]
    said = tuple(Said.of(e) for e in read_contact(content))
    _read[id(content)] = (content, said)  # while it is held here, no other contact has its id
    if len(_read) > REMEMBERED:
        _read.popitem(last=False)
    return said


_read = OrderedDict[int, tuple[ContactContent, tuple[Said, ...]]]()
