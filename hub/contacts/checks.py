"""What a contact must be beyond its shape, and what in it is doubtful: one small check for each rule."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from events.content import ContactContent, Doubt, Mention, Relationship
from events.message_refused import Fault
from events.nhs_numbers import is_nhs
from hub.contacts.cloud_event import read_time
from hub.contacts.upn import is_upn
from hub.json_gate import escape
from hub.policies.vocabulary import vocabulary
from hub.values import NhsNumber, PartialDate, Postcode, Uprn, age_on, london_day

MOST_PEOPLE = 100
LONGEST_LIST = 400
LONGEST_TEXT = 1_000
LONGEST_PROSE = 50_000
PROSE = frozenset({"narrative", "text", "reason"})
OLDEST_YEAR = 1900
OLDEST_AGE = 120
LONGEST_EXPECTATION = timedelta(days=310)  # a pregnancy's 42 weeks, and some
LONGEST_OVERDUE = timedelta(days=28)
CLOCK_SKEW = timedelta(days=1)
YEAR = timedelta(days=366)
CENTURY = timedelta(days=36525)
RANGES = {"dash": (0, 24), "pathway": (0, 3)}
SEXES = frozenset({"female", "male", "other", "unknown", "indeterminate", "f", "m", "i", "u"})
CIN_SOURCES = frozenset(  # identifiers-and-returns.md, Annex A
    ("1A", "1B", "1C", "1D", "2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F", "4", "5A", "5B", "5C", "5D", "6", "7", "8", "9", "10")
)  # fmt: skip

Faults = Iterator[Fault]
Doubts = Iterator[Doubt]


def sizes(data: Any, at: str) -> Faults:
    """Texts and lists that are longer than the schema allows; more than a hundred people."""
    if _fits(data, ""):
        return
    waiting: list[tuple[str, str, Any]] = [(at, "", data)]
    while waiting:
        pointer, name, one = waiting.pop()
        if isinstance(one, str) and len(one) > longest(name):
            yield _fault(
                pointer,
                "too-long",
                f"`{name}` is longer than {longest(name)} characters.",
                "Shorten it.",
            )
        elif isinstance(one, list):
            if len(one) > most(name):
                yield _fault(
                    pointer,
                    "too-many",
                    f"`{name}` has more than {most(name)} entries.",
                    "Send several contacts.",
                )
            waiting.extend((f"{pointer}/{i}", name, x) for i, x in enumerate(one[: most(name)]))
        elif isinstance(one, dict):
            waiting.extend((f"{pointer}/{escape(k)}", k, x) for k, x in one.items())


def _fits(one: Any, name: str) -> bool:
    """Whether nothing in it is too long: the quick look that nearly every contact passes."""
    kind = type(one)
    if kind is str:
        return len(one) <= LONGEST_TEXT or len(one) <= longest(name)
    if kind is list:
        if len(one) > most(name):
            return False
        for x in one:
            if not _fits(x, name):
                return False
    elif kind is dict:
        for member, x in one.items():
            if type(x) is str:
                if len(x) > LONGEST_TEXT and len(x) > longest(member):
                    return False
            elif not _fits(x, member):
                return False
    return True


def longest(name: str) -> int:
    """How many characters a text of this name may have."""
    return LONGEST_PROSE if name in PROSE else LONGEST_TEXT


def most(name: str) -> int:
    """How many entries a list of this name may have."""
    return MOST_PEOPLE if name == "people" else LONGEST_LIST


def raw_times(data: Mapping[str, Any], at: str) -> Faults:
    """A time that is not written as RFC 3339 has it, which the model would read all the same."""
    said = data.get("occurred_at")
    if isinstance(said, str) and read_time(said) is None:
        mend = "Write it like 2026-03-04T09:50:00Z, with its zone."
        yield _fault(f"{at}/occurred_at", "time", "`occurred_at` is not a time.", mend)


def faults(content: ContactContent, at: str, now: datetime) -> Faults:
    """Everything wrong with a contact of the right shape."""
    for check in CHECKS:
        yield from check(content, at, now)


def doubts(content: ContactContent, at: str, now: datetime) -> Doubts:
    """Everything that was kept as said but not understood, or not sound."""
    words = vocabulary()
    for i, concern in enumerate(content.concerns):
        if concern.code not in words.concerns:
            yield _doubt(
                f"{at}/concerns/{i}/code",
                "unknown-concern",
                "This concern is not a word the hub knows; a person will read it.",
            )
    for i, relation in enumerate(content.relationships):
        if relation.type not in words.relationships:
            yield _doubt(
                f"{at}/relationships/{i}/type",
                "unknown-relationship",
                "This relationship is not a word the hub knows.",
            )
    if content.reporter.cin_source and content.reporter.cin_source not in CIN_SOURCES:
        yield _doubt(
            f"{at}/reporter/cin_source",
            "unknown-source-code",
            "This is not a source code of the returns.",
        )
    if (
        content.agreement
        and content.agreement.to_service == "overridden"
        and not content.agreement.reason
    ):
        yield _doubt(
            f"{at}/agreement/reason",
            "no-reason",
            "Agreement was overridden and no reason is given.",
        )
    for i, person in enumerate(content.people):
        yield from _person_doubts(person, f"{at}/people/{i}", now)  # fmt: skip
    for i, relation in enumerate(content.relationships):
        if _ends_before_it_begins(relation):
            yield _doubt(
                f"{at}/relationships/{i}/until",
                "until-before-since",
                "This relationship would have ended before it began.",
            )


def _ends_before_it_begins(relation: Relationship) -> bool:
    since = _read(relation.since) if relation.since else None
    until = _read(relation.until) if relation.until else None
    return since is not None and until is not None and until.latest() < since.earliest()


def _whole(content: ContactContent, at: str, _now: datetime) -> Faults:
    if not content.concerns:
        yield _fault(
            f"{at}/concerns",
            "missing",
            "No concern is named.",
            "Name at least one; GET /schema/contact/1 lists the words.",
        )
    if not content.people and not any(c.code == "feedback" for c in content.concerns):
        yield _fault(
            f"{at}/people",
            "missing",
            "Nobody is named.",
            "Name at least one person, unless the concern is `feedback`.",
        )
    if not content.reporter.org.strip():
        yield _fault(
            f"{at}/reporter/org", "missing", "`org` is empty.", "Name the organisation that tells."
        )


def _times(content: ContactContent, at: str, now: datetime) -> Faults:
    when = content.occurred_at
    if when.tzinfo is None:
        return  # `raw_times` names it
    if when > now + CLOCK_SKEW:
        says = "`occurred_at` lies in the future."
        yield _fault(f"{at}/occurred_at", "future", says, "Say when it happened.")
    elif OLDEST_YEAR > when.year > 1:
        says = "`occurred_at` is before anybody alive."
        yield _fault(f"{at}/occurred_at", "impossible", says, "Say when it happened.")


def _people_faults(content: ContactContent, at: str, now: datetime) -> Faults:
    today = _day_of(now)
    latest = today + LONGEST_EXPECTATION
    for i, person in enumerate(content.people):
        if (
            person.ref.strip()
            and _can_be(person.dob, today)
            and _can_be(person.expected_dob, latest)
        ):
            continue
        place = f"{at}/people/{i}"
        if not person.ref.strip():
            yield _fault(
                f"{place}/ref",
                "missing",
                "`ref` is empty.",
                "Give each person a ref of their own, such as p1.",
            )
        if person.dob is not None:
            mend = "For an unborn child send `expected_dob` and the flag `unborn`."
            yield from _date(person.dob, f"{place}/dob", today, mend)
        if person.expected_dob is not None:
            mend = "It is further ahead than a pregnancy lasts: check the date."
            yield from _date(person.expected_dob, f"{place}/expected_dob", latest, mend)


def _relation_dates(content: ContactContent, at: str, now: datetime) -> Faults:
    for i, relation in enumerate(content.relationships):
        place = f"{at}/relationships/{i}"
        if relation.since is not None:
            yield from _date(relation.since, f"{place}/since", _day_of(now), "Check the date.")
        if relation.until is not None:
            latest = _day_of(now) + CENTURY
            yield from _date(relation.until, f"{place}/until", latest, "Check the date.")


def _concern_dates(content: ContactContent, at: str, now: datetime) -> Faults:
    for i, concern in enumerate(content.concerns):
        if concern.date is not None:
            latest = _day_of(now) + YEAR
            yield from _date(concern.date, f"{at}/concerns/{i}/date", latest, "Check the date.")


def _date(said: str, pointer: str, latest: date, mend: str) -> Faults:
    """A date, perhaps partial, that can be and lies no later than `latest`."""
    if _can_be(said, latest):
        return
    name = pointer.rpartition("/")[2]
    if _first_day(said) is None:
        whole = "Write 2012-02-03, or 2012-02 or 2012 where that is all that is known."
        yield _fault(pointer, "impossible-date", f"`{name}` is not a day that can be.", whole)
    else:
        yield _fault(pointer, "future", f"`{name}` lies too far in the future.", mend)


def _can_be(said: str | None, latest: date) -> bool:
    """Whether it is a day that can be and may lie no later than that, or is not said."""
    return said is None or ((first := _first_day(said)) is not None and first <= latest)


@lru_cache(8192)
def _first_day(said: str) -> date | None:
    """The first day that a date, perhaps partial, may be; None where it is none."""
    found = _read(said)
    return found.earliest() if found else None


@lru_cache(16)
def _day_of(now: datetime) -> date:
    """The day in London: one contact's checks ask for it again and again."""
    return london_day(now)


def _read(said: str) -> PartialDate | None:
    """The date, where it is written as the schema asks: with no spaces around it."""
    return PartialDate.parse(said) if said[:1].isdigit() and said[-1:].isdigit() else None


def _refer_well(content: ContactContent) -> bool:
    """The quick look that nearly every contact passes: each ref stands for one person, and each one used is there."""
    refs = {person.ref for person in content.people}
    if len(refs) != len(content.people):
        return False
    for relation in content.relationships:
        one, other = relation.from_ref, relation.to_ref
        if one not in refs or other not in refs or one == other:
            return False
    named = {said.about for said in content.concerns}
    named.update(said.about for said in content.strengths)
    named.update(said.about for said in content.wants)
    named.add(content.agreement.by if content.agreement else None)
    return named - {None} <= refs


def _references(content: ContactContent, at: str, _now: datetime) -> Faults:
    if _refer_well(content):
        return
    refs: set[str] = set()
    for i, person in enumerate(content.people):
        if person.ref in refs:
            says = "This ref stands for another person of the contact already."
            mend = "Give each person a ref of their own."
            yield _fault(f"{at}/people/{i}/ref", "duplicate-ref", says, mend)
        refs.add(person.ref)
    for pointer, ref in _refs_used(content, at):
        if ref not in refs:
            yield _fault(
                pointer,
                "absent-ref",
                "It names a person who is not in this contact.",
                "Use the ref of one of `people`.",
            )
    for i, relation in enumerate(content.relationships):
        if relation.from_ref == relation.to_ref:
            yield _fault(
                f"{at}/relationships/{i}/to",
                "self-relation",
                "Somebody is related to themselves.",
                "Check `from` and `to`.",
            )


def _refs_used(content: ContactContent, at: str) -> Iterator[tuple[str, str]]:
    for i, relation in enumerate(content.relationships):
        yield f"{at}/relationships/{i}/from", relation.from_ref
        yield f"{at}/relationships/{i}/to", relation.to_ref
    for name in ("concerns", "strengths", "wants"):
        for i, said in enumerate(getattr(content, name)):
            if said.about is not None:
                yield f"{at}/{name}/{i}/about", said.about
    if content.agreement and content.agreement.by is not None:
        yield f"{at}/agreement/by", content.agreement.by


def _numbers(content: ContactContent, at: str, _now: datetime) -> Faults:
    for i, concern in enumerate(content.concerns):
        for name, (low, high) in RANGES.items():
            number = getattr(concern, name)
            if number is not None and not low <= number <= high:
                yield _fault(
                    f"{at}/concerns/{i}/{name}",
                    "range",
                    f"`{name}` is not from {low} to {high}.",
                    "Check the number.",
                )
    for i, relation in enumerate(content.relationships):
        hours = relation.hours_per_week
        if hours is not None and not 0 <= hours <= 168:
            yield _fault(
                f"{at}/relationships/{i}/hours_per_week",
                "range",
                "A week has 168 hours.",
                "Check the number.",
            )


def _person_doubts(person: Mention, at: str, now: datetime) -> Doubts:
    for i, said in enumerate(person.ids):
        if is_nhs(said.system) and NhsNumber.parse(said.value) is None:
            yield _doubt(
                f"{at}/ids/{i}/value",
                "invalid-nhs-number",
                "This NHS number is not valid; it is kept and not matched by.",
            )
        if said.system == "upn" and not is_upn(said.value):
            yield _doubt(f"{at}/ids/{i}/value", "invalid-upn", "This pupil number is not valid.")
    if person.address:
        if person.address.postcode is not None and Postcode.parse(person.address.postcode) is None:
            yield _doubt(f"{at}/address/postcode", "invalid-postcode", "This is not a postcode.")
        if person.address.uprn is not None and Uprn.parse(person.address.uprn) is None:
            yield _doubt(
                f"{at}/address/uprn", "invalid-uprn", "This is not a property number (UPRN)."
            )
    flags = vocabulary().flags
    for i, flag in enumerate(person.flags):
        if flag not in flags:
            yield _doubt(
                f"{at}/flags/{i}",
                "unknown-flag",
                "This flag is not a word the hub knows; a person will read it.",
            )
    if person.sex is not None and person.sex.strip().lower() not in SEXES:
        yield _doubt(f"{at}/sex", "unknown-sex", "This is not a word for sex that the hub knows.")
    yield from _birth_doubts(person, at, now)


def _birth_doubts(person: Mention, at: str, now: datetime) -> Doubts:
    unborn = "unborn" in person.flags
    birth = _read(person.dob) if person.dob else None
    if birth and birth.day is None:
        yield _doubt(f"{at}/dob", "partial-date", "Only a part of the date of birth is known.")
    old = birth is not None and birth.year < now.year - OLDEST_AGE
    if birth and old and age_on(_day_of(now), birth).lowest > OLDEST_AGE:
        yield _doubt(f"{at}/dob", "implausible-age", f"This makes them older than {OLDEST_AGE}.")
    if unborn and person.dob:
        yield _doubt(
            f"{at}/dob", "unborn-with-dob", "They are marked unborn and have a date of birth."
        )
    if unborn and not person.expected_dob:
        yield _doubt(
            f"{at}/expected_dob",
            "no-expected-date",
            "They are marked unborn and no expected date is given.",
        )
    expected = _read(person.expected_dob) if person.expected_dob else None
    if expected and expected.latest() < _day_of(now) - LONGEST_OVERDUE:
        yield _doubt(
            f"{at}/expected_dob", "expected-date-past", "This day has gone by: they may be born."
        )
    if person.expected_dob and not unborn:
        yield _doubt(
            f"{at}/expected_dob",
            "not-marked-unborn",
            "An expected date is given for somebody not marked unborn.",
        )


def _fault(pointer: str, code: str, says: str, mend: str) -> Fault:
    return Fault(pointer=pointer, code=code, says=says, mend=mend)


def _doubt(pointer: str, code: str, says: str) -> Doubt:
    return Doubt(pointer=pointer, code=code, says=says)


CHECKS: tuple[Callable[[ContactContent, str, datetime], Faults], ...] = (
    _whole,
    _times,
    _people_faults,
    _relation_dates,
    _concern_dates,
    _references,
    _numbers,
)
