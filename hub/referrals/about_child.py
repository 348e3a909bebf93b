"""Whether a referral is about a child, by what was known on the day of receipt: it says which front door it returns to."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from events.content import Mention
from hub.referrals.state import Contact, Episode, Referral

LONDON = ZoneInfo("Europe/London")
ADULT_AT = 18
# Rows of routing.md that are always about a child: they answer where no date of birth does.
CHILD_ROWS = frozenset({"R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R20"})


def about_child(episode: Episode, referral: Referral) -> bool:
    """Whether the person it is about may be under 18; where no age is known, whether its row is about children."""
    contact = episode.contacts.get(referral.sent.contact)
    said = _mention(contact, referral.sent.about) if contact else None
    by_age = may_be_child(said, contact.received_at) if said and contact else None
    return referral.sent.rule in CHILD_ROWS if by_age is None else by_age


def may_be_child(said: Mention, received_at: datetime | None) -> bool | None:
    """Whether the person may have been under 18 on the London day of receipt; None where no birth date was said.

    Of a partial date the latest day counts: the front door for children is the safer of the two.
    """
    if "unborn" in said.flags or said.expected_dob:
        return True
    latest = latest_birth(said.dob)
    if latest is None or received_at is None:
        return None
    return received_at.astimezone(LONDON).date() < birthday(latest, ADULT_AT)


def latest_birth(dob: str | None) -> date | None:
    """The latest day that `2012-02-03`, `2012-02` or `2012` can mean; None where it means none."""
    if not dob:
        return None
    year, _, rest = dob.partition("-")
    try:
        if not rest:
            return date(int(year), 12, 31)
        if "-" not in rest:
            month = int(rest)
            return date(int(year) + month // 12, month % 12 + 1, 1) - date.resolution
        return date.fromisoformat(dob)
    except ValueError:
        return None


def birthday(born: date, age: int) -> date:
    """The day somebody turns `age`; who was born on 29 February turns it on 1 March."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _mention(contact: Contact, ref: str | None) -> Mention | None:
    return next((m for m in contact.people if m.ref == ref), None)
