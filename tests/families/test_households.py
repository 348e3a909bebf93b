"""Who was said to live together: dated, several homes a person, from what a viewer sees alone."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from events.content import Mention
from hub.cli.family import lived
from hub.families.households import Lives, households_of
from projections.family_view import FamilyShown, PersonShown, Said
from tests.linking.given import person

MILL = "12 Mill Lane, Grays, RM17 6XX"
BYRON = "19 Byron Gardens, Tilbury, RM18 8PP"
DAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def family(told: list[tuple[int, str, Mention]]) -> FamilyShown:
    """A family by what was said on which day of whom."""
    said: dict[str, list[Said]] = {}
    for day, who, mention in sorted(told, key=lambda t: t[0]):
        said.setdefault(who, []).append(
            Said(
                contact=f"C-{day}", ref=mention.ref, position=day + 1, at=DAY + timedelta(days=day), occurred_at=None,
                door=None, organisation=None, outcome="link", candidate=None, mention=mention,
            )
        )  # fmt: skip
    people = tuple(PersonShown(person=who, said=tuple(rows)) for who, rows in said.items())
    return FamilyShown(
        asked=people[0].person, root=None, people=people, relations=(), remarks=(), beyond=()
    )


def at(home: str) -> Mention:
    """Somebody at a home."""
    return person("x", "Tiago Costa", home=home)


def test_a_child_of_two_homes_is_in_both_households_with_the_days() -> None:
    shown = family(
        [(0, "mum", at(MILL)), (0, "tiago", at(MILL)), (5, "dad", at(BYRON)), (5, "tiago", at(BYRON)), (9, "tiago", at(MILL))]
    )  # fmt: skip
    homes = {h.address.postcode: {p.person: p for p in h.people} for h in households_of(shown)}
    assert {code: set(people) for code, people in homes.items()} == {
        "RM17 6XX": {"mum", "tiago"},
        "RM18 8PP": {"dad", "tiago"},
    }
    tiago = homes["RM17 6XX"]["tiago"]
    assert ((tiago.first_at - DAY).days, (tiago.last_at - DAY).days, tiago.newest) == (0, 9, True)
    assert not homes["RM18 8PP"]["tiago"].newest


def test_one_home_in_two_spellings_is_one_and_a_postcode_alone_is_none() -> None:
    full = {"lines": ["12 Mill Lane"], "postcode": "RM17 6XX", "uprn": "100090000001"}
    told = [
        (0, "a", at(MILL)),
        (1, "b", person("x", "B C", address={"uprn": "100090000001"})),
        (2, "c", person("x", "C D", address=full)),
        (3, "d", person("x", "D E", address={"postcode": "RM17 6XX"})),
        (3, "e", person("x", "E F", address={"postcode": "RM17 6XX"})),
    ]
    (only,) = households_of(family(told))
    assert {p.person for p in only.people} == {"a", "b", "c"}
    assert only.address.uprn == "100090000001"


def test_who_lives_alone_is_no_household() -> None:
    assert households_of(family([(0, "a", at(MILL)), (1, "b", at(BYRON))])) == []


@pytest.mark.parametrize("seed", range(40))
def test_every_home_that_two_share_is_told_once_with_the_days_it_was_said(seed: int) -> None:
    chance = random.Random(seed)
    homes = [f"{n} Mill Lane, Grays, RM17 {n}XX" for n in range(1, 5)]
    told = [
        (day, chance.choice("abcd"), chance.choice(homes)) for day in chance.sample(range(90), 20)
    ]
    told.sort()
    truth: dict[str, dict[str, list[int]]] = {}
    for day, who, home in told:
        truth.setdefault(home[-4:-2].strip(), {}).setdefault(who, []).append(day)
    last = {who: home for _, who, home in told}
    shown = households_of(family([(day, who, at(home)) for day, who, home in told]))
    found = {
        (h.address.postcode or "")[-4:-2].strip(): {
            p.person: ((p.first_at - DAY).days, (p.last_at - DAY).days, p.newest) for p in h.people
        }
        for h in shown
    }
    assert found == {
        code: {
            who: (days[0], days[-1], last[who][-4:-2].strip() == code)
            for who, days in people.items()
        }
        for code, people in truth.items()
        if len(people) > 1
    }


def test_it_is_said_in_a_line() -> None:
    lives = Lives("p", DAY, DAY + timedelta(days=9), newest=False)
    assert lived(lives, {"p": "Tiago"}) == (
        "Tiago (said from 2026-03-02 to 2026-03-11, another home since)"
    )
