"""Twins, people of one name, brothers and sisters: who is easily taken for whom."""

from typing import Any

from benchmarks.linking.mentions import exchanged
from benchmarks.linking.people import Person
from tests.linking.hard.cast import Cast, Parts, beside, case, either, known, named, who
from tests.linking.hard.rows import Told

COMMON = (
    ("female", "Sarah", "Smith"), ("male", "David", "Jones"), ("male", "Mohammed", "Khan"), ("female", "Fatima", "Begum"),
    ("male", "James", "Brown"), ("male", "Muhammad", "Ali"), ("female", "Olivia", "Taylor"), ("male", "Patrick", "Murphy"),
    ("female", "Priya", "Patel"), ("male", "Gurpreet", "Singh"), ("female", "Harpreet", "Kaur"), ("male", "Emmanuel", "Mensah"),
    ("male", "Wei", "Wang"), ("male", "Mohamed", "Ahmed"), ("female", "Maria", "Silva"), ("male", "Jan", "Nowak"),
)  # fmt: skip

ONE_FIRST_NAME = (
    ("Muhammad", ("Hasan", "Husain", "Ali", "Amir")), ("Mohammed", ("Yusuf", "Yunus", "Ibrahim", "Ismail")),
    ("Xin", ("Yi", "Yu", "Ying", "Yan")), ("Tai", ("Man", "Wan", "Ming")), ("Anna", ("Maria", "Lena", "Sophie")),
    ("Abdul", ("Rahman", "Rahim", "Karim")), ("Bibi", ("Fatima", "Amina", "Khadija")), ("Mary", ("Kate", "Anne", "Jane")),
)  # fmt: skip


@case("twins, both known")
def twins_known(cast: Cast) -> Parts:
    mum, one, two = cast.twins()
    tied = mum if cast.likely(0.5) else None
    said = cast.glimpse(one)
    if len(one.given[0]) > 3 and cast.likely(0.05):
        said["name"] = named(one, given=[exchanged(one.given[0], cast.chance)])
    return {
        "before": (cast.before(mum=mum, one=one, two=two),), "contact": cast.contact(tied, x=said),
        "expected": beside(tied, x=(*either("one"), "review two")), "who": who(tied, x=("one",)), "never_link": ("two",),
        "together": (("x", "m"),) if tied else (),
    }  # fmt: skip


def other_twin(cast: Cast, mum: Person, one: Person, two: Person, **said: Any) -> Parts:
    """The second of twins is told of, where the first alone is known."""
    tied = mum if cast.likely(0.5) else None
    return {
        "before": (cast.before(mum=mum, one=one),), "contact": cast.contact(tied, x=cast.glimpse(two, **said)),
        "expected": beside(tied, x=("new", "review one")), "who": who(tied), "never_link": ("one",),
        "together": (("x", "m"),) if tied else (),
    }  # fmt: skip


@case("twin unknown, the other known")
def twin_unknown(cast: Cast) -> Parts:
    return other_twin(cast, *cast.twins())


@case("twin told of by an initial, the other known")
def twin_by_initial(cast: Cast) -> Parts:
    """Both twins' names begin alike, as they often do: the initial tells nothing."""
    mum, one, two = cast.twins()
    initial = one.given[0][0] + ("." if cast.likely(0.3) else "")
    name = {"family": two.family, "given": [initial]}
    return other_twin(cast, mum, one, two, name=name, nhs=None)


@case("twin of the same first name, the other known")
def twin_of_one_first_name(cast: Cast) -> Parts:
    """Told apart by the second name alone."""
    mum, one, two = cast.twins()
    first, seconds = cast.chance.choice(ONE_FIRST_NAME)
    for twin, second in zip((one, two), cast.chance.sample(seconds, 2), strict=True):
        twin.given = (first, second)
    name = {"family": two.family, "given": list(two.given)}
    return other_twin(cast, mum, one, two, name=name, nhs=None)


@case("twin without a first name")
def twin_without_name(cast: Cast) -> Parts:
    mum, one, two = cast.twins(0.8, 3)
    both = cast.likely(0.5)
    word = cast.chance.choice(("Baby", "Twin 2", "Twin Two", "Infant", "", "Unknown"))
    said = cast.glimpse(two, name={"family": two.family, "given": word.split()}, nhs=None)
    children = {"one": one, "two": two} if both else {"one": one}
    expected = ("review one", "review two") if both else ("new", "review one")
    return {
        "before": (cast.before(mum=mum, **children),), "contact": cast.contact(mum, x=said),
        "expected": beside(mum, x=expected), "who": who(mum), "never_link": tuple(children),
    }  # fmt: skip


@case("parent and child of one name, with dates")
def one_name_dated(cast: Cast) -> Parts:
    pair = cast.one_name()
    one, other = pair if cast.likely(0.5) else pair[::-1]
    if cast.likely(0.6):
        return {
            "before": (cast.before(one=one, other=other),), "contact": cast.contact(x=cast.glimpse(one)),
            "expected": {"x": either("one")}, "who": {"x": ("one",)}, "never_link": ("other",),
        }  # fmt: skip
    return {
        "before": (cast.before(other=other),), "contact": cast.contact(x=cast.glimpse(one)),
        "expected": {"x": ("new", "review other")}, "never_link": ("other",),
    }  # fmt: skip


@case("parent and child of one name, without dates")
def one_name_undated(cast: Cast) -> Parts:
    pair = cast.one_name()
    one, other = pair if cast.likely(0.5) else pair[::-1]
    said = cast.glimpse(one, dob=None)
    if cast.likely(0.6):
        return {
            "before": (cast.before(one=one, other=other),), "contact": cast.contact(x=said),
            "expected": {"x": (*either("one"), "review other")}, "who": {"x": ("one",)}, "never_link": ("other",),
        }  # fmt: skip
    return {
        "before": (cast.before(other=other),), "contact": cast.contact(x=said),
        "expected": {"x": ("new", "review other")}, "never_link": ("other",),
    }  # fmt: skip


@case("a new sibling")
def new_sibling(cast: Cast) -> Parts:
    mum, children = cast.family(cast.chance.choice((1, 1, 2)))
    father = cast.borough.people[children[0].father] if children[0].father is not None else None
    new = cast.child(father, mum)
    if cast.likely(0.2):
        first = cast.origin(new).beginning_as(
            children[0].given[0], new.sex, new.born.year, cast.chance
        )
        new.given = (first, *new.given[1:])
    tied = mum if cast.likely(0.5) else None
    said = cast.glimpse(
        new, **({"dob": cast.chance.choice((None, str(new.born.year)))} if cast.likely(0.2) else {})
    )
    labels = {f"child{n}": child for n, child in enumerate(children, 1)}
    return {
        "before": (cast.before(mum=mum, **labels),), "contact": cast.contact(tied, x=said),
        "expected": beside(tied, x=("new", "review")), "who": who(tied), "never_link": tuple(labels),
        "together": (("x", "m"),) if tied else (),
    }  # fmt: skip


@case("two people of one common name and date")
def common_name_and_date(cast: Cast) -> Parts:
    sex, first, family = cast.chance.choice(COMMON)
    one = named_so(cast.lone(sex, 2, 80), first, family, cast)
    other = named_so(cast.lone(sex, 2, 80, cast.far_from(one)), first, family, cast)
    other.born = one.born
    both = cast.likely(0.5)
    expected = (*either("one"), "review other") if both else ("new", "review other")
    told = cast.before(one=one, other=other) if both else cast.before(other=other)
    return {
        "before": (told,), "contact": cast.contact(x=cast.glimpse(one)), "expected": {"x": expected},
        "who": {"x": ("one",)} if both else {}, "never_link": ("other",), "apart": (("x", "other"),),
    }  # fmt: skip


def named_so(person: Person, first: str, family: str, cast: Cast) -> Person:
    """The person with that name, and a second one or none."""
    second = (
        (cast.origin(person).given(person.sex, person.born.year, cast.chance),)
        if cast.likely(0.4)
        else ()
    )
    person.given, person.family = (first, *second), family
    return person


@case("two children of one date in a contact")
def two_of_one_date(cast: Cast) -> Parts:
    mum, one, two = cast.twins()
    if cast.likely(0.4):  # children of two families that became one
        two.family = cast.other_family_name(two)
        two.given = (
            cast.borough.unlike(cast.origin(two), two.sex, two.born, two.home),
            *two.given[1:],
        )
    known_before = cast.likely(0.5)
    before = cast.before(mum=mum, one=one, two=two) if known_before else cast.before(mum=mum)
    expected = (
        {"x": (*either("one"), "review two"), "y": (*either("two"), "review one")}
        if known_before
        else {"x": ("new", "review y"), "y": ("new", "review x")}
    )
    return {
        "before": (before,), "contact": cast.contact(mum, x=cast.glimpse(one), y=cast.glimpse(two)),
        "expected": beside(mum, **expected), "who": who(mum, **({"x": ("one",), "y": ("two",)} if known_before else {})),
        "together": (("x", "y"),),
    }  # fmt: skip


@case("one person twice in a contact")
def twice_in_a_contact(cast: Cast) -> Parts:
    person = cast.lone(youngest=3)
    again = cast.glimpse(person)
    if cast.likely(0.5):
        before = (cast.before(one=person),)
        return {
            "before": before, "contact": cast.contact(x=cast.glimpse(person), y=again),
            "expected": {"x": either("one", "y"), "y": either("one", "x")}, "who": {"x": ("one", "y"), "y": ("one", "x")},
        }  # fmt: skip
    return {
        "before": (), "contact": cast.contact(x=cast.glimpse(person), y=again),
        "expected": {"x": ("new", *either("y")), "y": ("new", *either("x"))}, "who": {"x": ("y",), "y": ("x",)},
    }  # fmt: skip


@case("a sibling's NHS number by mistake")
def siblings_number(cast: Cast) -> Parts:
    mum, (one, other) = cast.family(2)
    own = known(one) if cast.likely(0.85) else known(one, nhs=None)
    told = Told(
        {"mum": known(mum), "one": own, "other": known(other, nhs=other.nhs)},
        (("mum", "parent-of", "one"), ("mum", "parent-of", "other")),
    )
    return {
        "before": (told,), "contact": cast.contact(x=cast.glimpse(one, nhs=other.nhs)),
        "expected": {"x": ("review one", "review other")}, "who": {"x": ("one",)}, "never_link": ("other",),
    }  # fmt: skip


@case("a name used again after a death")
def name_after_death(cast: Cast) -> Parts:
    mum, (dead,) = cast.family()
    again = cast.child(None, mum, 0.1, 2, dead.sex) if cast.likely(0.6) else dead
    before = (
        cast.before(mum=mum, dead=dead),
        Told({"dead": known(dead)}, deaths=("dead",), on="2026-06-02"),
    )
    if again is dead:  # somebody gives the name, the date or the number of one who has died
        number = dead.nhs if cast.likely(0.4) else None
        said = cast.glimpse(
            dead,
            nhs=number,
            dob=None if number is None and cast.likely(0.3) else dead.born.isoformat(),
        )
        return {
            "before": before, "contact": cast.contact(x=said), "expected": {"x": ("review dead", "new")}, "never_link": ("dead",),
        }  # fmt: skip
    again.given, again.family = dead.given, dead.family
    return {
        "before": before, "contact": cast.contact(mum, x=cast.glimpse(again)), "expected": beside(mum, x=("new", "review dead")),
        "who": who(mum), "never_link": ("dead",),
    }  # fmt: skip
