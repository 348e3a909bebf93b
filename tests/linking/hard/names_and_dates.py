"""Names said another way, names that changed, and dates of which little is known."""

from typing import Any

from benchmarks.linking.names import nicknames, spellings
from benchmarks.linking.people import Person
from tests.linking.hard.cast import Cast, Parts, beside, case, either, known, named, written
from tests.linking.hard.rows import Told


def one_known(cast: Cast, person: Person, **changes: Any) -> Parts:
    """Somebody known, of whom a contact tells another way."""
    return {
        "before": (cast.before(one=person),), "contact": cast.contact(x=cast.glimpse(person, **changes)),
        "expected": {"x": either("one")}, "who": {"x": ("one",)},
    }  # fmt: skip


def with_a(cast: Cast, words: dict[str, tuple[str, ...]], *, families: bool) -> Person:
    """Somebody whose forename, or family name, is among the words."""
    while True:
        person = cast.lone(youngest=2)
        if person.given[0] in words or (families and person.family in words):
            return person


@case("nickname")
def nickname(cast: Cast) -> Parts:
    person = with_a(cast, nicknames(), families=False)
    return one_known(
        cast, person, name=named(person, given=[cast.chance.choice(nicknames()[person.given[0]])])
    )


@case("transliteration")
def transliteration(cast: Cast) -> Parts:
    person = with_a(cast, spellings(), families=True)
    family, first = person.family, person.given[0]
    if family in spellings() and (first not in spellings() or cast.likely(0.5)):
        family = cast.chance.choice(spellings()[family])
    else:
        first = cast.chance.choice(spellings()[first])
    return one_known(
        cast,
        person,
        name=named(person, family, [first, *(person.given[1:] if cast.likely(0.4) else ())]),
    )


@case("name order")
def name_order(cast: Cast) -> Parts:
    person = cast.lone(youngest=2)
    return one_known(cast, person, name=named(person, person.given[0], [person.family]))


@case("no date or a placeholder")
def no_date(cast: Cast) -> Parts:
    person = cast.lone(youngest=2)
    return one_known(cast, person, dob=cast.chance.choice((None, None, "1900-01-01")))


@case("year only")
def year_only(cast: Cast) -> Parts:
    person = cast.lone(youngest=2)
    year = str(person.born.year)
    dob = cast.chance.choice((year, year, person.born.isoformat()[:7], f"{year}-01-01"))
    return one_known(cast, person, dob=dob, home=written(person.home))


@case("grown up, new surname and moved")
def new_surname_and_moved(cast: Cast) -> Parts:
    person = cast.lone("female", 18, 60)
    given = list(person.given if cast.likely(0.6) else person.given[:1])
    return one_known(
        cast,
        person,
        name=named(person, cast.other_family_name(person), given),
        home=cast.elsewhere(),
    )


@case("child, new surname at home")
def child_new_surname(cast: Cast) -> Parts:
    mum, (one,) = cast.family()
    tied = mum if cast.likely(0.4) else None
    said = cast.glimpse(
        one,
        name=named(one, cast.other_family_name(one), list(one.given[:1])),
        home=written(one.home),
    )
    return {
        "before": (cast.before(mum=mum, one=one),), "contact": cast.contact(tied, x=said),
        "expected": beside(tied, x=either("one")), "who": ({"m": ("mum",)} if tied else {}) | {"x": ("one",)},
        "together": (("x", "m"),) if tied else (),
    }  # fmt: skip


@case("alias or disputed age")
def alias(cast: Cast) -> Parts:
    person = cast.lone(youngest=14, oldest=40)
    own: Any
    other: Any
    if cast.likely(0.5):
        first = cast.origin(person).given(person.sex, person.born.year, cast.chance)
        other = named(person, cast.other_family_name(person), [first])
        word, own = "name", named(person)
    else:
        other = f"{person.born.year + cast.chance.choice((-4, -3, 2, 3))}-01-01"
        word, own = "dob", person.born.isoformat()
    second = known(person, **{word: other})
    said = {word: other if cast.likely(0.5) else own}
    before = (cast.before(one=person), Told({"one": second}, on="2026-09-01"))
    return {
        "before": before, "contact": cast.contact(x=cast.glimpse(person, **said)),
        "expected": {"x": either("one")}, "who": {"x": ("one",)},
    }  # fmt: skip


@case("changed forename or sex")
def changed_forename_or_sex(cast: Cast) -> Parts:
    person = cast.lone(youngest=14, oldest=70)
    other = "male" if person.sex == "female" else "female"
    sex = other if cast.likely(0.7) else person.sex
    first = cast.origin(person).given(sex, person.born.year, cast.chance)
    name = named(person, given=[first]) if cast.likely(0.8) or sex == person.sex else named(person)
    return one_known(cast, person, name=name, sex=sex, home=written(person.home))


@case("superseded NHS number")
def superseded(cast: Cast) -> Parts:
    person, old = cast.lone(youngest=1), cast.borough.next_nhs()
    first = Told({"one": {**known(person), "nhs": old}})
    then = Told(
        {"one": {**known(person), "ids": numbers(person.nhs, old), "nhs": None}}, on="2026-09-01"
    )
    said = cast.glimpse(person, nhs=cast.chance.choice((old, person.nhs)))
    if cast.likely(0.3):
        said.pop("dob")
    return {
        "before": (first, then), "contact": cast.contact(x=said), "expected": {"x": either("one")}, "who": {"x": ("one",)},
    }  # fmt: skip


def numbers(new: str, old: str) -> list[dict[str, str]]:
    """Two numbers of one person, the second no longer in use."""
    return [
        {"system": "nhs-number", "value": new, "status": "verified"}, {"system": "nhs-number", "value": old, "status": "superseded"},
    ]  # fmt: skip


@case("placeholders only")
def placeholders_only(cast: Cast) -> Parts:
    word = cast.chance.choice(
        ("Unknown", "Not known", "Baby", "TBC", "Client", "Mother", "N/A", "")
    )
    said = {
        "name": {"family": cast.chance.choice(("Unknown", "Not given", "", "UNKNOWN", "TBC")), "given": [word] if word else []},
        "dob": cast.chance.choice(("1900-01-01", "1900-01-01", None)), "sex": cast.chance.choice(("male", "female", None)),
        "home": cast.chance.choice(("No fixed abode, ZZ99 3VZ", "Unknown, ", "NFA, ZZ99 3VZ", None)),
        "nhs": cast.chance.choice(("9999999999", None, None)),
    }  # fmt: skip
    person = cast.lone()
    before = known(person, home="No fixed abode, ZZ99 3VZ", address=None)
    return {
        "before": (cast.before(one=before),), "contact": cast.contact(x={k: v for k, v in said.items() if v is not None}),
        "expected": {"x": ("insufficient",)}, "never_link": ("one",),
    }  # fmt: skip


@case("generic values")
def generic_values(cast: Cast) -> Parts:
    school = "01375 960000"
    pupils = [cast.lone(youngest=5, oldest=16) for _ in range(9)]
    new = cast.lone(youngest=5, oldest=16)
    if cast.likely(0.4):
        new.given = pupils[0].given
    told = cast.before(
        **{
            f"pupil{n}": known(
                p, phone=school, dob="1900-01-01" if n % 3 == 0 else p.born.isoformat()
            )
            for n, p in enumerate(pupils)
        }
    )
    bare = cast.likely(0.3)
    said = cast.glimpse(
        new,
        phone=school,
        **({"home": "No fixed abode, ZZ99 3VZ", "dob": "1900-01-01"} if bare else {}),
    )
    return {
        "before": (told,), "contact": cast.contact(x=said), "expected": {"x": ("new", "review")},
        "never_link": tuple(told.people), "apart": (("x", "pupil1"),),
    }  # fmt: skip
