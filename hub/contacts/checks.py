"""What a contact must be beyond its shape, and what in it is doubtful: one small check for each rule."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from events.content import ContactContent, Doubt, Mention
from events.message_refused import Fault
from hub.contacts.upn import is_upn
from hub.json_gate import escape
from hub.values import NhsNumber, PartialDate, Postcode, Uprn, age_on, london_day
from hub.policies.vocabulary import vocabulary

MOST_PEOPLE = 100
LONGEST_LIST = 400
LONGEST_TEXT = 1_000
LONGEST_PROSE = 50_000
PROSE = frozenset({"narrative", "text", "reason"})
OLDEST_YEAR = 1900
OLDEST_AGE = 120
LONGEST_EXPECTATION = timedelta(days=310)  # a pregnancy's 42 weeks, and some
CLOCK_SKEW = timedelta(days=1)
RANGES = {"dash": (0, 24), "pathway": (0, 3)}
SEXES = frozenset({"female", "male", "other", "unknown", "indeterminate", "f", "m", "i", "u"})
CIN_SOURCES = frozenset(
    "1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10".split()  # identifiers-and-returns.md, Annex A
)
NHS_SYSTEMS = frozenset({"nhs-number", "https://fhir.nhs.uk/Id/nhs-number"})

Faults = Iterator[Fault]
Doubts = Iterator[Doubt]


def sizes(data: Any, at: str) -> Faults:
    """Texts and lists that are longer than the schema allows; more than a hundred people."""
    if _fits(data, ""):
        return
    waiting: list[tuple[str, str, Any]] = [(at, "", data)]
    while waiting:
        pointer, name, one = waiting.pop()
        if isinstance(one, str) and len(one) > _longest(name):
            yield _fault(pointer, "too-long", f"`{name}` is longer than {_longest(name)} characters.", "Shorten it.")
        elif isinstance(one, list):
            if len(one) > _most(name):
                yield _fault(pointer, "too-many", f"`{name}` has more than {_most(name)} entries.", "Send several contacts.")
            waiting.extend((f"{pointer}/{i}", name, x) for i, x in enumerate(one[: _most(name)]))
        elif isinstance(one, dict):
            waiting.extend((f"{pointer}/{escape(k)}", k, x) for k, x in one.items())


def _fits(one: Any, name: str) -> bool:
    """Whether nothing in it is too long: the quick look that nearly every contact passes."""
    if isinstance(one, str):
        return len(one) <= LONGEST_TEXT or len(one) <= _longest(name)
    if isinstance(one, list):
        return len(one) <= _most(name) and all(_fits(x, name) for x in one)
    return not isinstance(one, dict) or all(_fits(x, k) for k, x in one.items())


def _longest(name: str) -> int:
    return LONGEST_PROSE if name in PROSE else LONGEST_TEXT


def _most(name: str) -> int:
    return MOST_PEOPLE if name == "people" else LONGEST_LIST


def faults(content: ContactContent, at: str, now: datetime) -> Faults:
    """Everything wrong with a contact of the right shape."""
    for check in CHECKS:
        yield from check(content, at, now)


def doubts(content: ContactContent, at: str, now: datetime) -> Doubts:
    """Everything that was kept as said but not understood, or not sound."""
    words = vocabulary()
    for i, concern in enumerate(content.concerns):
        if concern.code not in words.concerns:
            yield _doubt(f"{at}/concerns/{i}/code", "unknown-concern", "This concern is not a word the hub knows; a person will read it.")
    for i, relation in enumerate(content.relationships):
        if relation.type not in words.relationships:
            yield _doubt(f"{at}/relationships/{i}/type", "unknown-relationship", "This relationship is not a word the hub knows.")
    if content.reporter.cin_source and content.reporter.cin_source not in CIN_SOURCES:
        yield _doubt(f"{at}/reporter/cin_source", "unknown-source-code", "This is not a source code of the returns.")
    if content.agreement and content.agreement.to_service == "overridden" and not content.agreement.reason:
        yield _doubt(f"{at}/agreement/reason", "no-reason", "Agreement was overridden and no reason is given.")
    for i, person in enumerate(content.people):
        yield from _person_doubts(person, f"{at}/people/{i}", now)  # fmt: skip


def _whole(content: ContactContent, at: str, _now: datetime) -> Faults:
    if not content.concerns:
        yield _fault(f"{at}/concerns", "missing", "No concern is named.", "Name at least one; see vocabulary.yaml.")
    if not content.people and not any(c.code == "feedback" for c in content.concerns):
        yield _fault(f"{at}/people", "missing", "Nobody is named.", "Name at least one person, unless the concern is `feedback`.")
    if not content.reporter.org.strip():
        yield _fault(f"{at}/reporter/org", "missing", "`org` is empty.", "Name the organisation that tells.")


def _times(content: ContactContent, at: str, now: datetime) -> Faults:
    when = content.occurred_at
    if when.tzinfo is None:
        yield _fault(f"{at}/occurred_at", "time", "`occurred_at` has no time zone.", "Write it like 2026-03-04T09:50:00Z.")
    elif when > now + CLOCK_SKEW:
        yield _fault(f"{at}/occurred_at", "future", "`occurred_at` lies in the future.", "Say when it happened.")
    elif when.year < OLDEST_YEAR:
        yield _fault(f"{at}/occurred_at", "impossible", "`occurred_at` is before anybody alive.", "Say when it happened.")


def _people_faults(content: ContactContent, at: str, now: datetime) -> Faults:
    today = london_day(now)
    for i, person in enumerate(content.people):
        place = f"{at}/people/{i}"
        if not person.ref.strip():
            yield _fault(f"{place}/ref", "missing", "`ref` is empty.", "Give each person a ref of their own, such as p1.")
        if person.dob is not None:
            yield from _date(person.dob, f"{place}/dob", "dob", today)
        if person.expected_dob is not None:
            expected = PartialDate.parse(person.expected_dob)
            if expected is None:
                yield _no_date(f"{place}/expected_dob", "expected_dob")
            elif expected.earliest() > today + LONGEST_EXPECTATION:
                yield _fault(f"{place}/expected_dob", "future", "`expected_dob` is further ahead than a pregnancy lasts.", "Check the date.")
    for i, relation in enumerate(content.relationships):
        for name, said in (("since", relation.since), ("until", relation.until)):
            if said is not None and PartialDate.parse(said) is None:
                yield _no_date(f"{at}/relationships/{i}/{name}", name)
        if relation.since is not None:
            yield from _date(relation.since, f"{at}/relationships/{i}/since", "since", today)
        if relation.until and (until := PartialDate.parse(relation.until)) and until.year > today.year + 100:
            yield _fault(f"{at}/relationships/{i}/until", "future", "`until` is more than a century ahead.", "Check the date.")
    for i, concern in enumerate(content.concerns):
        if concern.date is not None:
            planned = PartialDate.parse(concern.date)
            if planned is None:
                yield _no_date(f"{at}/concerns/{i}/date", "date")
            elif planned.year > today.year + 1:
                yield _fault(f"{at}/concerns/{i}/date", "future", "`date` is more than a year ahead.", "Check the date.")


def _date(said: str, pointer: str, name: str, today: Any) -> Faults:
    date = PartialDate.parse(said)
    if date is None:
        if pointer.endswith("/dob"):
            yield _no_date(pointer, name)
    elif date.earliest() > today:
        mend = "For an unborn child send `expected_dob` and the flag `unborn`." if name == "dob" else "Check the date."
        yield _fault(pointer, "future", f"`{name}` lies in the future.", mend)


def _no_date(pointer: str, name: str) -> Fault:
    return _fault(pointer, "impossible-date", f"`{name}` is not a day that can be.", "Write 2012-02-03, or 2012-02 or 2012 where that is all that is known.")  # fmt: skip


def _references(content: ContactContent, at: str, _now: datetime) -> Faults:
    refs: set[str] = set()
    for i, person in enumerate(content.people):
        if person.ref in refs:
            yield _fault(f"{at}/people/{i}/ref", "duplicate-ref", "This ref stands for another person of the contact already.", "Give each person a ref of their own.")  # fmt: skip
        refs.add(person.ref)
    for pointer, ref in _refs_used(content, at):
        if ref not in refs:
            yield _fault(pointer, "absent-ref", "It names a person who is not in this contact.", "Use the ref of one of `people`.")
    for i, relation in enumerate(content.relationships):
        if relation.from_ref == relation.to_ref:
            yield _fault(f"{at}/relationships/{i}/to", "self-relation", "Somebody is related to themselves.", "Check `from` and `to`.")


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
                yield _fault(f"{at}/concerns/{i}/{name}", "range", f"`{name}` is not from {low} to {high}.", "Check the number.")
    for i, relation in enumerate(content.relationships):
        hours = relation.hours_per_week
        if hours is not None and not 0 <= hours <= 168:
            yield _fault(f"{at}/relationships/{i}/hours_per_week", "range", "A week has 168 hours.", "Check the number.")


def _person_doubts(person: Mention, at: str, now: datetime) -> Doubts:
    for i, said in enumerate(person.ids):
        if said.system in NHS_SYSTEMS and NhsNumber.parse(said.value) is None:
            yield _doubt(f"{at}/ids/{i}/value", "invalid-nhs-number", "This NHS number is not valid; it is kept and not matched by.")
        if said.system == "upn" and not is_upn(said.value):
            yield _doubt(f"{at}/ids/{i}/value", "invalid-upn", "This pupil number is not valid.")
    if person.address:
        if person.address.postcode is not None and Postcode.parse(person.address.postcode) is None:
            yield _doubt(f"{at}/address/postcode", "invalid-postcode", "This is not a postcode.")
        if person.address.uprn is not None and Uprn.parse(person.address.uprn) is None:
            yield _doubt(f"{at}/address/uprn", "invalid-uprn", "This is not a property number (UPRN).")
    flags = vocabulary().flags
    for i, flag in enumerate(person.flags):
        if flag not in flags:
            yield _doubt(f"{at}/flags/{i}", "unknown-flag", "This flag is not a word the hub knows; a person will read it.")
    if person.sex is not None and person.sex.strip().lower() not in SEXES:
        yield _doubt(f"{at}/sex", "unknown-sex", "This is not a word for sex that the hub knows.")
    yield from _birth_doubts(person, at, now)


def _birth_doubts(person: Mention, at: str, now: datetime) -> Doubts:
    unborn = "unborn" in person.flags
    birth = PartialDate.parse(person.dob) if person.dob else None
    if birth and birth.full is None:
        yield _doubt(f"{at}/dob", "partial-date", "Only a part of the date of birth is known.")
    if birth and age_on(london_day(now), birth).lowest > OLDEST_AGE:
        yield _doubt(f"{at}/dob", "implausible-age", f"This makes them older than {OLDEST_AGE}.")
    if unborn and person.dob:
        yield _doubt(f"{at}/dob", "unborn-with-dob", "They are marked unborn and have a date of birth.")
    if unborn and not person.expected_dob:
        yield _doubt(f"{at}/expected_dob", "no-expected-date", "They are marked unborn and no expected date is given.")
    if person.expected_dob and not unborn:
        yield _doubt(f"{at}/expected_dob", "not-marked-unborn", "An expected date is given for somebody not marked unborn.")


def _fault(pointer: str, code: str, says: str, mend: str) -> Fault:
    return Fault(pointer=pointer, code=code, says=says, mend=mend)


def _doubt(pointer: str, code: str, says: str) -> Doubt:
    return Doubt(pointer=pointer, code=code, says=says)


CHECKS: tuple[Callable[[ContactContent, str, datetime], Faults], ...] = (
    _whole,
    _times,
    _people_faults,
    _references,
    _numbers,
)
