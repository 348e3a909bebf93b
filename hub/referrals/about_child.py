"""Whether a referral is about a child, by the facts its decision pinned: it says which front door it returns to."""

from datetime import datetime

from events.content import Mention
from events.facts import PinnedPerson
from hub.referrals.state import Episode, Referral
from hub.values import PartialDate, age_on, london_day

ADULT_AT = 18
# Rows of routing.md that are always about a child: they answer where no age does.
CHILD_ROWS = frozenset({"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R20"})


def about_child(episode: Episode, referral: Referral) -> bool:
    """Whether the person it is about may be under 18; where no age is known, whether its row is about children."""
    contact = episode.contacts.get(referral.sent.contact)
    known = (p for p in contact.people if p.about == referral.sent.about) if contact else ()
    by_age = next((may_be_child(person) for person in known), None)
    return referral.sent.rule in CHILD_ROWS if by_age is None else by_age


def may_be_child(person: PinnedPerson) -> bool | None:
    """Whether the person may have been under 18 on the day of receipt; None where the age cannot be told at all.

    Of a partial date the youngest age counts: the front door for children is the safer of the two.
    """
    if person.unborn:
        return True
    return None if person.oldest is None else person.youngest < ADULT_AT


def born_a_child(said: Mention, at: datetime) -> bool | None:
    """The same by what a contact said of somebody, on the day it was received."""
    if "unborn" in said.flags or said.expected_dob:
        return True
    born = PartialDate.parse(said.dob) if said.dob else None
    return None if born is None else age_on(london_day(at), born).lowest < ADULT_AT
