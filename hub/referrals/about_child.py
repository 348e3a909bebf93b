"""Whether a referral is about a child, by what was said and the day of receipt: it says which front door it returns to."""

from events.content import Mention
from hub.referrals.state import Contact, Episode, Referral
from hub.values import PartialDate, age_on, london_day

ADULT_AT = 18
# Rows of routing.md that are always about a child: they answer where no date of birth does.
CHILD_ROWS = frozenset({"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R20"})


def about_child(episode: Episode, referral: Referral) -> bool:
    """Whether the person it is about may be under 18; where no age is known, whether its row is about children."""
    contact = episode.contacts.get(referral.sent.contact)
    by_age = may_be_child(contact, referral.sent.about) if contact else None
    return referral.sent.rule in CHILD_ROWS if by_age is None else by_age


def may_be_child(contact: Contact, ref: str | None) -> bool | None:
    """Whether the contact's person may have been under 18 on the day of receipt; None where no birth date was said.

    Of a partial date the youngest age counts: the front door for children is the safer of the two.
    """
    said = mention(contact, ref)
    if said is None or contact.received_at is None:
        return None
    if "unborn" in said.flags or said.expected_dob:
        return True
    born = PartialDate.parse(said.dob) if said.dob else None
    return age_on(london_day(contact.received_at), born).perhaps_under(ADULT_AT) if born else None


def mention(contact: Contact, ref: str | None) -> Mention | None:
    """The person as the contact names them."""
    return next((m for m in contact.people if m.ref == ref), None)
