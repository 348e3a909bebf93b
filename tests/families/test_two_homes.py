"""A child of parents who live apart belongs to both households, and neither household to the other."""

from datetime import date

import pytest

from events.content import ContactContent
from hub.families.derive import derive
from hub.routing import gather
from tests.families.made import FORENAMES, Separated
from tests.linking.given import World, content, in_family, person, tie

SEEDS = range(60)
MILL = "12 Mill Lane, Grays, RM17 6XX"
BYRON = "19 Byron Gardens, Tilbury, RM18 8PP"
ELSEWHERE = "3 Quay Street, Purfleet, RM19 1AA"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_childs_family_is_both_households(seed: int) -> None:
    made = Separated(seed)
    for child in made.children:
        assert made.of(made.family(child)) == set(made.ids)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("side", "other"), [("mum", "dad"), ("dad", "mum")])
def test_nobody_of_one_household_is_kin_of_the_other(seed: int, side: str, other: str) -> None:
    made = Separated(seed)
    for who in made.sides[side]:
        view = made.family(who)
        known = made.of(view)
        if f"{side}'s mother" == who:  # joined to her grandchild directly, like a parent
            assert {who, side, *made.children} <= known
            continue
        assert {*made.sides[side], *made.children} <= known, (who, known)
        assert known.isdisjoint(made.sides[other]), (who, known)
        assert [p.person for p in view.beyond] == [made.ids[other]], "the other parent is not lost"


@pytest.mark.parametrize("seed", SEEDS)
def test_in_which_order_a_contact_names_them_makes_no_difference(seed: int) -> None:
    made = Separated(seed)
    for who in (("mum", made.children[0]), ("mum's partner", "dad"), ("mum", "dad's partner", made.children[-1])):  # fmt: skip
        there, back = made.family(*who), made.family(*reversed(who))
        assert made.of(there) == made.of(back)
        assert there.root == back.root
        assert {p.person for p in there.beyond} == {p.person for p in back.beyond}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_child_lives_in_both_homes_and_they_stay_two(seed: int) -> None:
    made = Separated(seed)
    for child in made.children:
        (known,) = [p for p in made.family(child).people if p.person == made.ids[child]]
        homes = {h.postcode: h.second for h in known.homes}
        assert set(homes) == {"RM16 6XX", "RM17 7XX"}
        assert sorted(homes.values()) == [False, True]
    shared = households(made, made.children[0])
    for child in made.children:
        assert len(shared[child]) == 2
    for side in ("mum", "dad"):
        assert len(shared[side]) == 1
        assert shared[side] == shared[f"{side}'s partner"]
    assert shared["mum"].isdisjoint(shared["dad"])


def households(made: Separated, about: str) -> dict[str, set[int]]:
    """The homes that a decision about a contact takes these people to share."""
    received = made.world.receive(made_of(made, about))
    mentions = made.world.decide(received)
    people = [m.person for m in mentions if m.person]
    view = derive(made.world.tables, people, on=date(2026, 11, 22), mentions=mentions)
    facts = gather(received.event.content, mentions, view, received.recorded_at, received.position)  # type: ignore[arg-type]  # a contact
    names = {p: w for w, p in made.ids.items()}
    return {names[p.person]: set(p.homes) for p in facts.people if p.person}


def made_of(made: Separated, about: str) -> ContactContent:
    """A contact that names one person, without a home."""
    said = made.mention(about, "x", "mum").model_copy(update={"address": None})
    return content([said])


# By hand


def parted(*, said: str = "") -> tuple[World, dict[str, str]]:
    """A mother and a father, each with a home and a new partner, and their child at either."""
    world = World()
    child = person("c", "Tiago Costa Nunes", "2015-09-01", MILL, nhs="9990000018")
    at_dads = person("c", "Tiago Costa Nunes", "2015-09-01", BYRON, nhs="9990000018")
    mum = person("m", "Ines Costa", "1988-03-28", MILL, nhs="9990000026")
    dad = person("d", "Bruno Nunes", "1986-07-12", BYRON, nhs="9990000034")
    new = [tie("m", said, "d")] if said else []
    ids = {}
    for people, relations in (
        ((mum, child, person("f", "Femi Ade", "1985-01-02", MILL)), [tie("m", "parent-of", "c")]),
        ((dad, at_dads, person("g", "Gita Rao", "1984-01-02", BYRON)), [tie("d", "parent-of", "c")]),
        ((mum, dad), new),
    ):  # fmt: skip
        ids.update({r: a.person or "" for r, a in world.tell(*people, relations=relations).items()})
    return world, ids


def test_parents_of_whom_nothing_is_said_but_two_homes_live_apart() -> None:
    world, ids = parted()
    assert in_family(world.family(ids["m"])) == {ids["m"], ids["c"], ids["f"]}
    assert in_family(world.family(ids["c"])) == set(ids.values())


def test_partners_with_two_addresses_are_one_family() -> None:
    world, ids = parted(said="partner-of")
    assert in_family(world.family(ids["m"])) == set(ids.values())


def test_a_partnership_that_ended_is_one_that_ended() -> None:
    world, ids = parted()
    mum, dad = person("m", nhs="9990000026"), person("d", nhs="9990000034")
    world.tell(mum, dad, relations=[tie("m", "partner-of", "d", until="2026-06")])
    assert ids["d"] in in_family(world.family(ids["m"], on=date(2026, 6, 30)))
    assert ids["d"] not in in_family(world.family(ids["m"], on=date(2026, 7, 1)))


def test_parents_who_find_together_again_are_one_family_again() -> None:
    world, ids = parted(said="ex-partner-of")
    assert ids["d"] not in in_family(world.family(ids["m"]))
    mum, dad = person("m", nhs="9990000026"), person("d", nhs="9990000034")
    world.tell(mum, dad, relations=[tie("m", "lives-with", "d")])
    assert ids["d"] in in_family(world.family(ids["m"]))


def test_a_child_who_moved_to_neither_parent_has_one_home() -> None:
    world, ids = parted()
    world.tell(person("c", "Tiago Costa Nunes", "2015-09-01", ELSEWHERE, nhs="9990000018"))
    (child,) = [p for p in world.family(ids["c"]).people if p.person == ids["c"]]
    assert [h.second for h in child.homes] == [False, False, False]


def test_a_grown_up_has_no_second_home_with_the_parents() -> None:
    world, ids = parted()
    view = world.family(ids["c"], on=date(2033, 9, 1))
    (child,) = [p for p in view.people if p.person == ids["c"]]
    assert not any(h.second for h in child.homes)
    view = world.family(ids["c"], on=date(2033, 8, 31))
    (child,) = [p for p in view.people if p.person == ids["c"]]
    assert [h.second for h in child.homes] == [True, False]


def test_the_home_of_a_parent_who_moved_away_is_no_home_of_the_child() -> None:
    world, ids = parted()
    world.tell(person("m", "Ines Costa", "1988-03-28", ELSEWHERE, nhs="9990000026"))
    (child,) = [p for p in world.family(ids["c"]).people if p.person == ids["c"]]
    assert not any(h.second for h in child.homes)


def test_what_is_behind_the_other_parent_is_not_told_of() -> None:
    world, ids = parted()
    world.tell(person("c", "Tiago Costa Nunes", "2015-09-01", MILL, nhs="9990000018"))
    for n, name in enumerate(FORENAMES[:9]):
        world.tell(person("x", f"{name} Lodger{name}", f"19{5 * n + 40}-02-1{n}", BYRON))
    view = world.family(ids["m"])
    assert view.left_out == ()
    assert world.family(ids["d"]).left_out
