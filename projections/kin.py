"""The words of relations, and how a home, a telephone or an address is told to be the same one. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from events.content import Address, Mention

NEVER_JOIN = frozenset({"ex-partner-of", "alleged-to-harm"})  # any other word, known or not, joins

ENDS = frozenset({"partner-of", "lives-with", "cares-for", "foster-carer-of", "guardian-of"})
HOUSEHOLD = 8  # more people than this at one address are a care home or a hostel, not a family

# Written where nobody knows: sharing one of these says nothing (linking.md: placeholders are null evidence).
NO_POSTCODE = re.compile(r"^ZZ\d\d?")


def joins(relation: str) -> bool:
    """Whether a relation puts two people into one family."""
    return relation not in NEVER_JOIN


def marks_of(mention: Mention) -> list[str]:
    """What would lead somebody to where this person is: home, telephones, e-mail, each in one spelling."""
    homes = home_marks(mention.address) if mention.address else []
    phones = [f"phone:{number}" for number in map(plain_phone, mention.phones) if number]
    emails = [f"email:{e.strip().casefold()}" for e in mention.emails if e.strip()]
    return list(dict.fromkeys([*homes, *phones, *emails]))


def home_marks(address: Address) -> list[str]:
    """One home in its spellings: by UPRN, and by postcode with house number, else by what is written."""
    marks = (
        [f"uprn:{address.uprn.strip().lstrip('0')}"]
        if address.uprn and address.uprn.strip()
        else []
    )
    postcode = re.sub(r"[^A-Z0-9]", "", (address.postcode or "").upper())
    if NO_POSTCODE.match(postcode):
        return marks
    written = plain_text(" ".join(address.lines))
    number = re.search(r"\d+[a-z]?", written)
    if postcode and written:
        marks.append(f"home:{postcode}|{number.group() if number else written}")
    elif len(written) > 5:
        marks.append(f"home:|{written}")
    return marks


def plain_text(text: str) -> str:
    """Letters and digits only, one space between words, small letters."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def plain_phone(number: str) -> str | None:
    """A United Kingdom number in its national form; None where it is too short or only one digit to mean anything."""
    digits = re.sub(r"\D", "", number)
    if digits.startswith("0044"):
        digits = "0" + digits[4:]
    elif digits.startswith("44"):
        digits = "0" + digits[2:]
    return digits if len(digits) >= 8 and len(set(digits)) > 2 else None


def connected(start: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Everybody who can be reached from `start`, itself first, nearest first."""
    beside: dict[str, list[str]] = {}
    for one, other in pairs:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    found = {start: None}
    for person in (queue := [start]):
        for other in sorted(beside.get(person, ())):
            if other not in found:
                found[other] = None
                queue.append(other)
    return list(found)


def joins_now(relation: str, until: str | None) -> bool:
    """Whether a relation still puts two people into one family: blood does not end, living together and caring do."""
    return joins(relation) and (until is None or relation not in ENDS)


def home_pairs(homes: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Who shares a home with whom, by the marks of each person's latest home; a home of more than HOUSEHOLD joins nobody."""
    living: dict[str, list[str]] = {}
    for person, marks in homes.items():
        for mark in marks:
            living.setdefault(mark, []).append(person)
    small = (people for people in living.values() if len(people) <= HOUSEHOLD)
    return [(people[0], other) for people in small for other in people[1:]]
