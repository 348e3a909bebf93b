"""Two records of one person become one once a later row proves it, and two people never do."""

from collections.abc import Iterable

import pytest

from events.mentions_linked import LinkedMention
from hub.linking.file import LATER, FileLinker
from hub.linking.model import shipped
from hub.linking.proven import known_twice
from hub.linking.records import COLUMNS, Record
from tests.linking.given import World, person

HOME = "12 High Street, Grays|RM17 6XX"
AWAY = "3 Mill Lane, Tilbury|RM18 7AB"
NUMBER = "9990000018"


def row(record_id: str, name: str, dob: str = "", home: str = HOME, **more: str) -> Record:
    """A row of a file: `given family`, and a home as `lines|postcode`."""
    given, _, family = name.rpartition(" ")
    lines, _, postcode = home.partition("|")
    told = {
        "record_id": record_id, "family_name": family, "given_names": given, "dob": dob, "address_lines": lines,
        "postcode": postcode, **more,
    }  # fmt: skip
    assert set(told) <= set(COLUMNS)
    return Record(1, {name: said for name, said in told.items() if said})


def linked(*rows: Record) -> list[tuple[str, str, str]]:
    """Record, person and outcome, as they are when all is read."""
    linker = FileLinker(shipped())
    answers = [linker.link(r) for r in rows]
    linker.settle(answers)
    return [(a["record_id"], a["person"], a["outcome"]) for a in linker.restated(answers)]


def test_a_row_that_proves_two_records_to_be_one_makes_them_one_under_the_earlier_id() -> None:
    told = [
        row("a", "Grace Okoro", nhs_number=NUMBER),
        row("b", "Grace Okoro", "1981-06-12"),
        row("c", "Grace Okoro", "1981-06-12", nhs_number=NUMBER),
    ]
    assert linked(*told[:2]) == [("a", "a", "new"), ("b", "b", "review")]
    assert linked(*told) == [("a", "a", "new"), ("b", "a", "link"), ("c", "a", "link")]


def test_what_was_told_of_either_is_known_of_the_one() -> None:
    told = "1981-06-12"
    linker = FileLinker(shipped())
    for record in (
        row("a", "Grace Okoro", nhs_number=NUMBER),
        row("b", "Grace Okoro", told, phone="07700 900123"),
        row("c", "Grace Okoro", told, nhs_number=NUMBER),
    ):
        linker.link(record)
    (known,) = linker.tables.find("lives_at", home="a:RM17 6XX 12 high street")
    stored = linker.tables.get("known_person", known["person"])
    assert stored is not None
    assert (stored["births"], stored["nhs"], stored["reach"]) == ([told], [NUMBER], ["07700900123"])
    assert linker.tables.get("known_person", "P-000002") is None


def test_a_reviewed_row_that_turns_out_to_be_proven_says_so() -> None:
    linker = FileLinker(shipped())
    answers = [
        linker.link(r)
        for r in (
            row("a", "Grace Okoro", nhs_number=NUMBER),
            row("b", "Grace Okoro", "1981-06-12"),
            row("c", "Grace Okoro", "1981-06-12", nhs_number=NUMBER),
        )
    ]
    assert answers[1]["outcome"] == "review"
    assert linker.restated(answers)[1]["because"] == LATER


def test_who_is_told_of_without_a_date_is_known_once_nobody_else_of_the_name_was_told_of() -> None:
    often = [row(f"r{n}", "Grace Okoro", "1981-06-12") for n in range(4)]
    answers = linked(*often, row("x", "Grace Okoro"))
    assert answers[-1] == ("x", "r0", "link")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_parent_and_a_child_of_one_name_are_not_joined_by_who_may_be_either(place: int) -> None:
    told = [row("a", "Grace Okoro", "1951-06-12"), row("b", "Grace Okoro", "1981-02-03")]
    told.insert(place, row("x", "Grace Okoro"))
    answers = {r: p for r, p, _ in linked(*told)}
    assert answers["a"] != answers["b"]


def test_twins_are_never_one_though_one_is_told_of_without_a_forename() -> None:
    told = [
        row("a", "Rory Okoro", "2013-05-15", nhs_number=NUMBER),
        row("b", "Joshua Okoro", "2013-05-15"),
        row("c", "Okoro", "2013-05-15", nhs_number=NUMBER),
        row("d", "Joshua Okoro", "2013-05-15"),
    ]
    answers = {r: p for r, p, _ in linked(*told)}
    assert answers["a"] == answers["c"] != answers["b"] == answers["d"]


def test_two_people_of_one_name_and_date_at_two_homes_are_not_bridged_by_who_tells_no_home() -> (
    None
):
    told = [
        row("a", "Grace Okoro", "1981-06-12"),
        row("b", "Grace Okoro", "1981-06-12", AWAY),
        row("c", "Grace Okoro", "1981-06-12", ""),
    ]
    answers = {r: p for r, p, _ in linked(*told)}
    assert answers["a"] != answers["b"]


def test_a_second_known_person_is_proven_by_what_a_mention_added_to_the_first() -> None:
    world, home = World(), "12 High Street, Grays, RM17 6XX"
    for said in (
        person("x", "Grace Okoro", None, home, NUMBER),
        person("x", "Grace Okoro", "1981-06-12", home),
        person("x", "Grace Okoro", "1981-06-12", home, NUMBER),
    ):
        answers = world.tell(said).values()
        twice = known_twice(shipped(), world.tables, answers)
        assert twice == ((("P-000001", "P-000002"),) if one_linked(answers) else ())
    assert one_linked(answers)


def one_linked(answers: Iterable[LinkedMention]) -> bool:
    return [a.outcome for a in answers] == ["link"]
