"""When each row is due and whose it is, as routing.md's clock and route columns say."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from tests.routing.plain.answer import ANY, Due
from tests.routing.plain.days import end_of, working_days_after
from tests.routing.plain.family import Contact

WORKING_DAYS = {"R1": 1, "R2": 1, "R3": 1, "R4": 1, "R7": 7, "R8": 5, "R11": 1, "R15": 1, "R17": 5}
WORKING_DAYS |= {"R18": 10, "R20": 1, "R29": 3, "R32": 1}
SAME_DAY = {"R5", "R14", "R23", "R31"}
CALENDAR_DAYS = {"R9": 28, "R16": 5, "R19": 28, "R22": 2}
HOURS = {"R12": 24, "R24": 24}
IMMEDIATE = {"R0", "R6", "R28"}
NO_CLOCK = {"R10", "R13", "R27"}
URGENT_EQUIPMENT = ("fall", "end_of_life", "carer_injury")
TIMERS = ((16, 0), (17, 0), (17, 6))

TEAM = {
    "R1": "MASH", "R2": "MASH", "R3": "MASH", "R4": "MASH", "R5": "MASH", "R6": "MASH", "R7": "CSC", "R8": "YC",
    "R9": "CAR", "R10": "CSC", "R12": "ASG", "R13": "TF", "R14": "MARAC", "R15": "LADO", "R16": "PREV", "R19": "OTA",
    "R20": "OTC", "R21": "HDT", "R22": "WBT", "R23": "WBT", "R24": "AMHP", "R26": "TRANS", "R27": "HOU", "R28": "EDT",
    "R29": "HW", "R31": None,
}  # fmt: skip
LOCAL = {"R11": "CLS", "R17": "SPLW", "R18": "LAC"}


def teams(contact: Contact, rule: str, about: str | None) -> tuple[str | None, ...]:
    """The first team named in the row's route column, with its locality where it has one (two-addresses: either)."""
    if rule in LOCAL:
        sectors = contact.sectors_of(about)
        if len(sectors) > 1 or about is None:
            return (ANY,)
        place = next((contact.locality(sector) for sector in sectors), None)
        return (f"{LOCAL[rule]}-{place}" if place else "TF",)
    if rule in ("R0", "R32"):
        adults = {"R0": "ASG", "R32": "TF"}[rule]
        if about is None:
            return (ANY,)
        return (adults,) if contact.is_adult(about) else ("MASH",)
    return (TEAM[rule],)


def due(contact: Contact, rule: str, about: str | None) -> tuple[Due, ...]:
    """The row's first clock in law, else its first default, counted from receipt."""
    received, day = contact.received.astimezone(UTC), contact.day
    if rule in IMMEDIATE:
        return (received,)
    if rule in NO_CLOCK:
        return (None,)
    if rule in HOURS:
        return (received + timedelta(hours=HOURS[rule]),)
    if rule in SAME_DAY:
        return (end_of(day),)
    if rule == "R19" and urgent_equipment(contact, about):
        return tuple(end_of(working_days_after(day, count)) for count in (1, 2))
    if rule == "R21":
        return discharge(contact, about)
    if rule == "R26":
        return timer(contact, about)
    if rule in CALENDAR_DAYS:
        return (end_of(day + timedelta(days=CALENDAR_DAYS[rule])),)
    return (end_of(working_days_after(day, WORKING_DAYS[rule])),)


def urgent_equipment(contact: Contact, about: str | None) -> bool:
    """A fall, the end of life or an injured carer."""
    return any(
        ref == about and any(said.get(marker) for marker in URGENT_EQUIPMENT)
        for ref, said in contact.said("equipment-adaptation")
    )


def discharge(contact: Contact, about: str | None) -> tuple[Due, ...]:
    """The day of discharge; a day that has passed, or is not said, is today."""
    days = [said.get("date") for ref, said in contact.said("hospital-discharge") if ref == about]
    if not all(days):
        return (ANY,)
    first = min(date.fromisoformat(day) for day in days if day)
    return (end_of(first),) if first >= contact.day else (end_of(first), end_of(contact.day))


def timer(contact: Contact, about: str | None) -> tuple[Due, ...]:
    """The next of the timers at 16, 17 and 17 and a half; none after them, for the row names no other."""
    born = contact.people[about].earliest if about else None
    if born is None:
        return (None,)
    if (born.month, born.day) == (2, 29):
        return (ANY,)
    moments = [months_after(born, 12 * years + months) for years, months in TIMERS]
    ahead = [end_of(moment) for moment in moments if moment >= contact.day]
    return (ahead[0] if ahead else None,)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
