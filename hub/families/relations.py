"""Which relations make a family, until when, and how to say them from either side."""

from datetime import date

from hub.values import PartialDate
from projections.kin import ENDS, joins

PARTNER = "partner-of"
PARTNERS = frozenset({PARTNER, "lives-with"})
PARTED = "ex-partner-of"
HARMS = "alleged-to-harm"
ENDING = ENDS | {"step-parent-of"}
"""Relations that can end; blood does not."""

KINSHIP = frozenset(
    {"parent-of", "step-parent-of", "sibling-of", "grandparent-of", "other-relative-of"}
)
"""Relations that, for a child in an adoptive placement, may be those of the family of birth."""

RAISES = frozenset({"parent-of", "step-parent-of", "guardian-of", "foster-carer-of"})
"""Who has children, for the question whether these are safe too (F4)."""

_SAID = {
    "parent-of": ("is a parent of", "is a child of"),
    "step-parent-of": ("is a step-parent of", "is a step-child of"),
    "guardian-of": ("is the guardian of", "is under the guardianship of"),
    "foster-carer-of": ("is a foster carer of", "is fostered by"),
    "partner-of": ("is the partner of", "is the partner of"),
    "ex-partner-of": ("is a former partner of", "is a former partner of"),
    "sibling-of": ("is a brother or sister of", "is a brother or sister of"),
    "grandparent-of": ("is a grandparent of", "is a grandchild of"),
    "other-relative-of": ("is a relative of", "is a relative of"),
    "lives-with": ("lives with", "lives with"),
    "cares-for": ("cares for", "is cared for by"),
    "alleged-to-harm": ("is alleged to harm", "is allegedly harmed by"),
}


def said(relation: str) -> str:
    """The relation as words between two people: `is a parent of`."""
    return _SAID.get(relation, (relation.replace("-", " "), ""))[0]


def said_inversely(relation: str) -> str:
    """The same seen from the other person: `is a child of`."""
    return _SAID.get(relation, ("", f"stands in the relation “{relation.replace('-', ' ')}” from"))[
        1
    ]


def joins_on(day: date, relation: str, since: str | None, until: str | None) -> bool:
    """Whether a relation makes two people one family on that day.

    A date that says only the year counts as long as it may: until 2026 joins all through 2026. An end that cannot be read
    is an end, for it was said that the relation is over.
    """
    if not joins(relation):
        return False
    begin = PartialDate.parse(since or "")
    if begin is not None and begin.earliest() > day:
        return False
    if not until or relation not in ENDING:
        return True
    end = PartialDate.parse(until)
    return end is not None and end.latest() >= day
