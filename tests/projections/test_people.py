"""People and families as contacts told of them, found by name, number or birth date, with what happened around them."""

import pytest

from hub.families.shown import read_family, with_known_people
from hub.reading import newest_of
from projections import family_view, person_index, timeline
from projections.as_at import fold_as_at
from projections.family_view import PersonShown
from projections.table import MemoryTables
from tests.projections.story import BEGAN, Story

MOTHER, SON, AUNT = "P-000001", "P-000002", "P-000003"


def a_family() -> Story:
    story = Story()
    first = story.contact(
        1,
        {
            "people": [
                {
                    "ref": "p1", "name": {"family": "O'Connor-Łukasz", "given": ["Grace", "Ann"]}, "dob": "1981-06-12",
                    "ids": [{"system": "nhs-number", "value": "999 000 0018"}], "phones": ["07700 900123"],
                },
                {"ref": "p2", "name": {"given": ["Daniel"]}, "dob": "2012", "school": "Example Academy"},
            ],
            "relationships": [{"from": "p1", "type": "parent-of", "to": "p2"}],
            "strengths": [{"about": "p2", "text": "Cooks well"}], "wants": [{"text": "Evenings free"}],
        },
    )  # fmt: skip
    story.link(first, p1=MOTHER, p2=SON)
    second = story.contact(
        2,
        {
            "people": [
                {"ref": "a", "name": {"family": "Li", "given": ["Mei"]}},
                {"ref": "b", "name": {"family": "Okoro", "given": ["Grace"]}, "phones": ["07700 900999"]},
            ],
            "relationships": [{"from": "a", "type": "sibling-of", "to": "b"}],
        },
    )  # fmt: skip
    story.link(second, a=AUNT, b=MOTHER)
    return story


@pytest.fixture(scope="module")
def tables() -> MemoryTables:
    return fold_as_at(a_family().events, with_known_people())


def person(tables: MemoryTables, person_id: str) -> PersonShown:
    shown = family_view.read_person(tables, person_id)
    assert shown
    return shown


def test_a_person_is_shown_by_all_that_was_said_newest_first(tables: MemoryTables) -> None:
    mother = person(tables, MOTHER)
    assert mother.names == ("Grace Okoro", "Grace Ann O'Connor-Łukasz")
    assert mother.phones == ("07700 900999", "07700 900123")
    assert mother.births == ("1981-06-12",)
    assert mother.contacts == ("C-26-000001", "C-26-000002")


def test_who_said_what_stays_to_be_seen(tables: MemoryTables) -> None:
    assert [(s.contact, s.ref, s.organisation) for s in person(tables, MOTHER).said] == [
        ("C-26-000001", "p1", "F81XXX"),
        ("C-26-000002", "b", "F81XXX"),
    ]


def test_nobody_is_shown_for_an_id_that_nobody_has(tables: MemoryTables) -> None:
    assert family_view.read_person(tables, "P-999999") is None
    assert read_family(tables, "P-999999", BEGAN.date()) is None


@pytest.mark.parametrize("asked", [MOTHER, SON, AUNT])
def test_a_family_is_the_same_whoever_of_it_is_asked_for(tables: MemoryTables, asked: str) -> None:
    family = read_family(tables, asked, BEGAN.date())
    assert family
    assert (family.root, set(family.members)) == (MOTHER, {MOTHER, SON, AUNT})
    assert {(r.from_person, r.type, r.to_person) for r in family.relations} == {
        (MOTHER, "parent-of", SON),
        (AUNT, "sibling-of", MOTHER),
    }


def test_a_family_shows_what_they_are_good_at_and_what_they_want(tables: MemoryTables) -> None:
    family = read_family(tables, AUNT, BEGAN.date())
    assert family
    assert [(r.kind, r.person, r.text) for r in family.remarks] == [
        ("strength", SON, "Cooks well"),
        ("want", None, "Evenings free"),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("okoro", [MOTHER]),
        ("oconnor", [MOTHER]),
        ("gra", [MOTHER]),
        ("Grace Lukasz", []),
        ("Grace Łukasz", [MOTHER]),
        ("mei li", [AUNT]),
        ("999 000 0018", [MOTHER]),
        ("9990000018", [MOTHER]),
        ("1981-06-12", [MOTHER]),
        ("Grace 12/06/1981", [MOTHER]),
        ("Daniel 12/06/1981", []),
        ("grace mei", []),
        ("", []),
        ("x", []),
        ("'; DROP TABLE", []),
    ],
)
def test_people_are_found_by_name_number_and_birth_date(
    tables: MemoryTables, asked: str, found: list[str]
) -> None:
    assert sorted({hit.person for hit in person_index.search(tables, asked)}) == found


@pytest.mark.parametrize(
    "system", ["nhs-number", "NHS Number", "https://fhir.nhs.uk/Id/nhs-number"]
)
def test_an_nhs_number_is_one_by_whatever_name_its_system_goes(system: str) -> None:
    story = Story()
    numbers = [
        {"system": system, "value": "9990000018", "status": "superseded"},
        {"system": system, "value": "9990000026", "status": "verified"},
        {"system": "mosaic", "value": "9990000034"},
    ]
    said = {"people": [{"ref": "p", "name": {"family": "Okoro"}, "ids": numbers}]}
    story.link(story.contact(1, said), p=MOTHER)
    tables = fold_as_at(story.events, with_known_people())
    assert person(tables, MOTHER).nhs_numbers == ("9990000026", "9990000018")
    for number in ("9990000018", "9990000026"):
        [hit] = person_index.search(tables, number)
        assert (hit.person, hit.nhs_number) == (MOTHER, "9990000026")
    assert person_index.search(tables, "9990000034") == []


def test_who_is_found_is_shown_with_what_was_not_said_again(tables: MemoryTables) -> None:
    [found] = newest_of(person_index.search(tables, "grace"))
    assert (found.name, found.birth, found.nhs_number) == (
        "Grace Okoro",
        "1981-06-12",
        "9990000018",
    )


def test_what_happened_is_told_oldest_first_by_contact_person_and_family(
    tables: MemoryTables,
) -> None:
    of_son = timeline.of_people(tables, [SON])
    of_all = timeline.of_people(tables, [MOTHER, SON, AUNT])
    assert {e.contact for e in of_son} == {"C-26-000001"}
    assert [e.position for e in of_all] == sorted(e.position for e in of_all)
    assert of_son[0].sentence == "Contact C-26-000001 arrived by the door health, about 2 people."
    assert timeline.people_of(tables, "C-26-000002") == [MOTHER, AUNT]


def test_as_at_an_earlier_moment_only_what_had_been_recorded_is_known() -> None:
    story = a_family()
    second = next(
        e.position for e in story.events if getattr(e.event, "contact", "") == "C-26-000002"
    )
    then = fold_as_at(story.events[: second - 1], with_known_people())
    family = read_family(then, MOTHER, BEGAN.date())
    assert family
    assert set(family.members) == {MOTHER, SON}
    assert person(then, MOTHER).name == "Grace Ann O'Connor-Łukasz"


def test_somebody_of_whom_too_little_was_said_is_no_person() -> None:
    story = Story()
    story.link(story.contact(1, {"people": [{"ref": "p1", "name": {"given": ["Baby"]}}]}), p1=None)
    assert person_index.search(fold_as_at(story.events), "baby") == []


def test_a_home_in_two_spellings_is_one_home() -> None:
    story = Story()
    spellings = (
        {"lines": ["12 Harbour Row"], "postcode": "RM17 6XX"},
        {"lines": ["Flat above, 7 Mill Lane"], "postcode": "RM16 2AA"},
        {"lines": ["12 HARBOUR ROW", "Grays"], "uprn": "100090000042"},
        {"lines": ["12, Harbour Row"], "postcode": "rm176xx", "uprn": "100090000042"},
    )
    for number, address in enumerate(spellings, 1):
        who = {"ref": "p1", "name": {"family": "Li", "given": ["Mei"]}, "address": address}
        story.link(story.contact(number, {"people": [who]}), p1=MOTHER)
    homes = person(fold_as_at(story.events, with_known_people()), MOTHER).homes
    assert [home.lines[0] for home in homes] == ["12, Harbour Row", "Flat above, 7 Mill Lane"]


def test_a_word_that_fits_too_many_finds_nobody_alone_and_narrows_beside_another(
    tables: MemoryTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person_index, "MOST", 1)
    with pytest.raises(person_index.TooCommon):
        person_index.search(tables, "grace")
    assert {h.person for h in person_index.search(tables, "grace okoro")} == {MOTHER}
    assert person_index.search(tables, "grace li") == []
