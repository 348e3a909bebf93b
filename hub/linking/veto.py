"""What keeps a link from being automatic however many bits speak for it: linking.md's vetoes."""

from collections.abc import Iterable, Mapping
from typing import Literal

from hub.linking.levels import seen_birth
from hub.linking.profile import Birth, Profile

Veto = Literal[
    "", "numbers differ", "twin", "births differ", "a generation apart", "sexes differ", "another name", "another family name",
    "household alone", "dead", "not born",
]  # fmt: skip

AT_HOME = ("exact", "house")
BY_ADDRESS = ("exact", "house", "postcode", "slip")
"""Another house of the same postcode is not among them: of a common name and one date, somebody else lives near as well."""
PERHAPS_ONE_FORENAME = ("exact", "variant", "slip", "initial")
ANOTHER_SECOND = ("near", "other")
"""Twins may share the first name, as they often share its initial: Muhammad Hasan and Muhammad Husain, Xin Yi and Xin Yu."""
SAME_FORENAME = ("exact", "variant", "slip", "middle", "initial")
ONE_DAY = ("exact", "slip")
A_TWINS_DAY = ("exact", "month", "year")
"""As far as it was told."""

WORDS: Mapping[str, str] = {
    "numbers differ": "two different NHS numbers",
    "twin": "a twin would have the same home and date of birth",
    "births differ": "another date of birth was known",
    "a generation apart": "a parent's and a child's birth dates may differ by no more",
    "sexes differ": "another sex",
    "another name": "nothing agrees beside number and date",
    "another family name": "too little agrees beside the forename",
    "household alone": "only what a whole household shares agrees",
    "dead": "the person known has died",
    "not born": "it is said of a child not born or not named yet",
}
"""Each veto as it is told."""


A_GENERATION = 13  # years
"""So far apart in years a date is no slip of the pen where a parent and a child may bear one name: 1962 and 1992, 1968 and 1986."""

ANOTHER_NAME = ("distant", "other")
A_BROTHERS_NAME = ("near", *ANOTHER_NAME)
ANOTHER_DAY = ("beside", "other")


def _births_differ(said: Profile, known: Profile, levels: Mapping[str, str]) -> bool:
    """Whether any two dates contradict each other, however close others are; a slip of a date that agrees contradicts nothing."""
    if len(said.births) == len(known.births) == 1:
        return levels["birth"] in ANOTHER_DAY
    return any(
        seen_birth(a, b).level in ANOTHER_DAY
        and not _slip_of_what_agrees(b, a, known.births)
        and not _slip_of_what_agrees(a, b, said.births)
        for a in said.births
        for b in known.births
    )


def _slip_of_what_agrees(date: Birth, other: Birth, dates: Iterable[Birth]) -> bool:
    """Whether a date is a slip of one, told of the same person, that does not contradict the other."""
    return any(
        seen_birth(date, better).level == "slip"
        and seen_birth(better, other).level not in ANOTHER_DAY
        for better in dates
    )


def _a_generation_apart(said: Profile, known: Profile) -> bool:
    """Whether the closest two dates are a parent's and a child's as likely as one date and a slip of it."""
    return all(abs(a.year - b.year) >= A_GENERATION for a in said.births for b in known.births)


def _beside_a_number(levels: Mapping[str, str]) -> Veto:
    """The veto where a number agrees: a relative's is typed by mistake, a system's may be a household's, and a child adopted may have
    that of the time before."""
    family = "order" in levels and levels.get("surname") in ANOTHER_NAME
    if levels.get("birth") != "exact" and levels.get("forename") in A_BROTHERS_NAME:
        return "household alone"
    another = ANOTHER_NAME if levels.get("nhs") == "exact" else A_BROTHERS_NAME
    if not (family or levels.get("forename") in another):
        return ""
    if levels.get("home", "exact") in AT_HOME:
        return "twin"
    return "another name" if levels.get("surname") in ANOTHER_NAME else ""


def veto(
    said: Profile,
    known: Profile,
    levels: Mapping[str, str],
    *,
    whatever_the_date: bool = False,
    no_twin: bool = False,
) -> Veto:
    """The first veto that the two profiles themselves give; empty where there is none. `whatever_the_date`: another date is none;
    `no_twin`: whoever is of that age has no twin at home, so that no more than another forename tells of one."""
    if levels.get("nhs") in ("slip", "other"):
        return "numbers differ"
    if not whatever_the_date and _births_differ(said, known, levels):
        return "births differ"
    if levels.get("nhs") == "exact" or "local" in levels:
        return _beside_a_number(levels)
    forename, birth, home = levels.get("forename"), levels.get("birth"), levels.get("home")
    if "order" in levels and levels.get("surname", "other") in ANOTHER_NAME:
        forename = None  # a lone name, in whichever field, may be the family's
    unplaced = bool(forename) and not home
    if not whatever_the_date and birth == "slip" and _a_generation_apart(said, known):
        return "a generation apart"
    another = forename in ANOTHER_NAME if no_twin else forename not in PERHAPS_ONE_FORENAME
    together = home in AT_HOME or levels.get("reach") == "exact"  # twins move together
    if birth in A_TWINS_DAY and another and (unplaced or together):
        return "twin"
    shared = forename == "initial" or levels.get("middle") in ANOTHER_SECOND
    if birth in A_TWINS_DAY and shared and not no_twin and (unplaced or home in BY_ADDRESS):
        return "twin"
    beside = home in BY_ADDRESS or "exact" in (
        levels.get("reach"),
        levels.get("middle"),
    )
    if levels.get("surname") in ANOTHER_NAME and not (birth == "exact" and beside):
        return "another family name"
    if levels.get("sex") == "other" and not (forename == "exact" and birth in ONE_DAY):
        return "sexes differ"
    if forename not in SAME_FORENAME and birth not in ONE_DAY:
        return "household alone"
    return ""
