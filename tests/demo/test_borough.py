"""The made-up borough: the same for the same seed, taken by the door without exception, as varied as the vocabulary, and nobody real."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import pytest

from events.content import ContactContent, Mention
from hub.contacts.receive import Accept, Carrier, receive
from hub.demo.borough import Borough
from hub.demo.borough.population import nhs_number
from hub.demo.borough.stories import stories
from hub.demo.borough.words import words
from hub.policies.vocabulary import vocabulary
from hub.values import NhsNumber, PartialDate
from tests.guards.repository import ROOT

ENDS_ON = date(2026, 3, 4)
DRAMA = re.compile(
    r"07700900\d{3}|01632960\d{3}|02079460\d{3}|011[3-8]4960\d{3}"
)  # Ofcom's numbers for drama


@cache
def borough() -> Borough:
    """The whole borough, as it is shipped."""
    return Borough(ENDS_ON)


@cache
def accepted() -> list[tuple[Accept, dict[str, str]]]:
    """Every contact as the door takes it, with the truth about its people. Fails where the door refuses one."""
    taken = []
    for sent in borough().sent:
        carrier = Carrier("http", sent.slug, frozenset({sent.source}))
        decided = receive(sent.message, carrier, "C-26-000001", sent.at, sent.at)
        assert isinstance(decided, Accept), (sent.id, getattr(decided, "error", None), decided)
        taken.append((decided, sent.who))
    return taken


def contents() -> Iterator[ContactContent]:
    """What each says."""
    return (accept.read.content for accept, _ in accepted())


def mentions() -> Iterator[tuple[Mention, str]]:
    """Every mention, with the person who was meant."""
    for accept, who in accepted():
        for mention in accept.read.content.people:
            yield mention, who[mention.ref]


def fingerprint(made: Borough) -> str:
    """A hash over everything that is sent, when, and the truth about it."""
    told = hashlib.sha256()
    for sent in made.sent:
        told.update(f"{sent.at.isoformat()} {sent.source} {sorted(sent.who.items())}".encode())
        told.update(sent.message.body)
    return told.hexdigest()


def test_every_contact_of_the_whole_borough_is_accepted_by_the_door() -> None:
    assert len(accepted()) == len(borough().sent)


def test_it_has_about_two_thousand_families_seven_thousand_people_and_fifteen_thousand_contacts() -> (
    None
):
    assert len(borough().families) == 2_000
    assert 6_000 < sum(len(f.people) for f in borough().families) < 8_000
    assert 14_000 < len(borough().sent) < 17_000


def test_it_spans_two_years_and_ends_on_its_last_day_in_order() -> None:
    times = [sent.at for sent in borough().sent]
    assert times == sorted(times)
    assert times[0] - borough().begins_at < timedelta(days=3)
    assert borough().ends_at - times[-1] < timedelta(days=2)
    for year in (ENDS_ON.year - 1, ENDS_ON.year):
        assert sum(t.year == year for t in times) > 1_000


def test_each_message_has_a_source_and_id_of_its_own() -> None:
    assert max(Counter((s.source, s.id) for s in borough().sent).values()) == 1


def test_it_is_the_same_in_another_process_whatever_its_hash_seed() -> None:
    ask = (
        "from tests.demo.test_borough import fingerprint; from hub.demo.borough import Borough; "
        "from datetime import date; print(fingerprint(Borough(date(2026, 3, 4), households=60)))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", ask], cwd=ROOT, env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo"))
    }  # fmt: skip
    assert found == {fingerprint(Borough(ENDS_ON, households=60))}


def test_another_seed_is_another_borough() -> None:
    assert fingerprint(Borough(ENDS_ON, 1, 20)) != fingerprint(Borough(ENDS_ON, 2, 20))


def test_a_family_is_the_same_however_many_others_are_drawn() -> None:
    few = Borough(ENDS_ON, households=3).families[2]
    many = Borough(ENDS_ON, households=300).families[2]
    assert [(p.id, p.given, p.born, p.nhs) for p in few.people] == [(p.id, p.given, p.born, p.nhs) for p in many.people]  # fmt: skip


def test_every_word_of_the_vocabulary_is_used() -> None:
    words = vocabulary()
    concerns = Counter(c.code for content in contents() for c in content.concerns)
    relations = Counter(r.type for content in contents() for r in content.relationships)
    flags = Counter(flag for content in contents() for p in content.people for flag in p.flags)
    doors = Counter(content.door for content in contents())
    assert not set(words.concerns) - set(concerns)
    assert not set(words.relationships) - set(relations)
    assert not set(words.flags) - set(flags)
    assert len(doors) == 8 and min(doors.values()) > 100


def test_every_fact_is_answered_in_more_than_one_way() -> None:
    facts = Counter(item for content in contents() for item in content.facts.model_dump().items())
    names = {name for name, _ in facts}
    assert all(len({said for name, said in facts if name == fact}) >= 2 for fact in names)


def test_what_a_concern_may_carry_is_carried() -> None:
    carried = {
        name
        for content in contents()
        for concern in content.concerns
        for name, value in concern.model_dump(exclude_none=True).items()
        if value
    }
    assert carried >= {
        "dash", "escalating", "repeat_within_12_months", "professional_judgement", "fall", "end_of_life", "carer_injury",
        "date", "pathway",
    }  # fmt: skip
    pathways = {c.pathway for content in contents() for c in content.concerns}
    assert pathways == {None, 0, 1, 2, 3}


def test_agreement_is_given_refused_not_asked_overridden_and_unsaid() -> None:
    said = {content.agreement and content.agreement.to_service for content in contents()}
    assert said == {"given", "refused", "not-asked", "overridden", None}


def test_every_member_of_staff_has_a_name_a_team_and_perhaps_a_role_and_nothing_else() -> None:
    for member in words("teams")["staff"]:
        assert member.keys() <= {"name", "team", "role"}, member
        assert member["name"].count("(") == member["name"].count(")") == 1


def test_nobody_in_it_is_real() -> None:
    for mention, _ in mentions():
        assert all(i.value.replace(" ", "").startswith("999") for i in mention.ids)
        assert all(DRAMA.fullmatch(phone.replace(" ", "")) for phone in mention.phones)
        assert all(mail.endswith("@example.org") for mail in mention.emails)
    for content in contents():
        assert not content.reporter.phone or DRAMA.fullmatch(content.reporter.phone.replace(" ", ""))  # fmt: skip
        assert not content.reporter.email or content.reporter.email.endswith(".example.org")


@pytest.mark.parametrize("index", [0, 1, 2, 3, 77, 4_000, 84_001, 900_000])
def test_a_made_up_nhs_number_has_its_check_digit(index: int) -> None:
    assert NhsNumber.parse(nhs_number(index)) == nhs_number(index)


def test_the_numbers_of_two_people_are_never_the_same() -> None:
    numbers = Counter(p.nhs for f in borough().families for p in f.people)
    assert max(numbers.values()) == 1


def test_the_data_are_as_messy_as_real_ones() -> None:
    people = {p.id: p for f in borough().families for p in f.people}
    mess: Counter[str] = Counter()
    for mention, who in mentions():
        person = people.get(who)
        if person is None or mention.name is None:
            continue
        given, family = mention.name.given[:1], mention.name.family
        mess["no birth date"] += mention.dob is None and mention.expected_dob is None
        partial = PartialDate.parse(mention.dob) if mention.dob else None
        mess["partial birth date"] += partial is not None and partial.full is None
        mess["wrong birth date"] += bool(partial and partial.full not in (None, person.born))
        mess["names swapped"] += given == (person.family,)
        mess["another first name"] += bool(given) and given[0].lower() != person.given[0].lower()
        mess["another family name"] += bool(family) and family.lower() != person.family.lower()
        mess["no address"] += mention.address is None
        numbers = [i.value.replace(" ", "") for i in mention.ids]
        mess["an NHS number that is none"] += any(NhsNumber.parse(n) is None for n in numbers)
        mess["another's NHS number"] += any(NhsNumber.parse(n) and n != person.nhs for n in numbers)
        mess["unborn"] += "unborn" in mention.flags
    assert min(mess.values()) >= 15, mess
    assert mess["another first name"] < sum(1 for _ in mentions()) * 0.2, mess


def test_families_are_of_many_kinds() -> None:
    families = borough().families
    kinds: Counter[str] = Counter()
    for family in families:
        born = [p.born for p in family.people]
        ties = {t.type for t in family.ties}
        kinds["twins"] += len(set(born)) < len(born)
        kinds["parted and partnered again"] += {"ex-partner-of", "step-parent-of"} <= ties
        kinds["three generations"] += "grandparent-of" in ties
        kinds["moved"] += any(len(p.homes) > 1 for p in family.people)
        kinds["at a shared address"] += any(h.shared for p in family.people for _, h in p.homes)
        kinds["hidden"] += family.lives == "hidden"
        kinds["born or to be born"] += any(b > borough().population.begins_on for b in born)
        kinds["somebody died"] += any(p.died for p in family.people)
        kinds["two homes"] += any(p.role == "child" and len(p.homes) > 1 for p in family.people)
    assert min(kinds.values()) >= 20, kinds


def test_the_truth_is_told_of_every_mention_and_stands_in_no_message() -> None:
    truth = borough().truth
    for sent in borough().sent:
        read = {(sent.source, sent.id, ref) for ref in sent.who}
        assert read <= set(truth.meant)
        assert all(person.encode() not in sent.message.body for person in sent.who.values())
    assert set(truth.meant.values()) <= set(truth.families)


def test_the_stories_are_the_same_whatever_the_seed() -> None:
    told = {s.id: s.message.body for s in Borough(ENDS_ON, 7, 5).sent if s.family.startswith("story:")}  # fmt: skip
    again = {s.id: s.message.body for s in Borough(ENDS_ON, 8, 9).sent if s.family.startswith("story:")}  # fmt: skip
    assert told == again
    assert len(told) == sum(len(story.sent) for story in stories(ENDS_ON))


@pytest.mark.parametrize("ends_on", [date(2026, 3, 4), date(2026, 12, 27), date(2027, 5, 30), date(2028, 2, 29)])  # fmt: skip
def test_the_stories_are_accepted_whatever_day_the_borough_ends_on(ends_on: date) -> None:
    for sent in Borough(ends_on, households=0).sent:
        carrier = Carrier("http", sent.slug, frozenset({sent.source}))
        decided = receive(sent.message, carrier, "C-26-000001", sent.at, sent.at)
        assert isinstance(decided, Accept) and not [d for d in decided.doubts if d.code != "partial-date"]  # fmt: skip
