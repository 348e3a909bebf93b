"""Children before and after birth: told of twice, twins, the birth that fills the slot, the one that ends, the name that comes later."""

from collections.abc import Mapping
from datetime import date, timedelta

from benchmarks.linking.people import Person
from tests.linking.hard.cast import NOW, Cast, Parts, beside, case, either, known, named, who
from tests.linking.hard.rows import Said, Told

DUE = date(2026, 12, 20)


def unborn(mum: Person, due: date, *, named_so: bool = False) -> Said:
    """A child who is not born yet."""
    name = {"name": {"family": mum.family, "given": ["Baby"]}} if named_so else {}
    return {**name, "expected_dob": due.isoformat(), "flags": ["unborn"]}


def told(mum: Person, on: str, children: Mapping[str, Said], deaths: tuple[str, ...] = ()) -> Told:
    """A mother and children of hers."""
    return Told(
        {"mum": known(mum), **children},
        tuple(("mum", "parent-of", label) for label in children),
        deaths,
        on,
    )


@case("unborn, told of twice")
def unborn_twice(cast: Cast) -> Parts:
    mum = cast.lone("female", 18, 42)
    again = DUE + timedelta(days=cast.chance.randint(-12, 12) if cast.likely(0.6) else 0)
    before = told(mum, "2026-07-01", {"u": unborn(mum, DUE, named_so=cast.likely(0.3))})
    return {
        "before": (before,), "contact": cast.contact(mum, x=unborn(mum, again, named_so=cast.likely(0.4))),
        "expected": beside(mum, x=either("u")), "who": who(mum, x=("u",)), "together": (("x", "m"),),
    }  # fmt: skip


@case("twins unborn")
def twins_unborn(cast: Cast) -> Parts:
    mum = cast.lone("female", 18, 42)
    both = cast.likely(0.5)
    slots = {label: unborn(mum, DUE) for label in (("u", "v") if both else ("u",))}
    contact = cast.contact(mum, x=unborn(mum, DUE), y=unborn(mum, DUE))
    expected = either("u", "v") if both else (*either("u"), "new", "review x", "review y")
    return {
        "before": (told(mum, "2026-07-01", slots),), "contact": contact, "expected": beside(mum, x=expected, y=expected),
        "who": who(mum, x=tuple(slots), y=tuple(slots)), "together": (("x", "y"),),
    }  # fmt: skip


@case("birth fills the slot")
def birth_fills(cast: Cast) -> Parts:
    mum = cast.lone("female", 18, 42)
    born = date(2026, 10, 20) + timedelta(days=cast.chance.randint(-8, 12))
    due = born + timedelta(days=cast.chance.randint(-14, 25))
    child = newborn(cast, mum, born)
    return {
        "before": (told(mum, "2026-06-01", {"u": unborn(mum, due, named_so=cast.likely(0.3))}),),
        "contact": cast.contact(mum, x=cast.glimpse(child)), "expected": beside(mum, x=either("u")), "who": who(mum, x=("u",)),
        "together": (("x", "m"),),
    }  # fmt: skip


def newborn(cast: Cast, mum: Person, born: date) -> Person:
    """A child of hers, born on a day."""
    child = cast.child(None, mum, 0.01, 0.02)
    child.born, child.family = born, mum.family
    return child


@case("stillbirth")
def stillbirth(cast: Cast) -> Parts:
    mum = cast.lone("female", 18, 42)
    before = told(mum, "2025-03-03", {"lost": unborn(mum, date(2025, 6, 10))})
    died = told(mum, "2025-05-20", {"lost": unborn(mum, date(2025, 6, 10))}, ("lost",))
    if cast.likely(0.3):  # told of again, by another door: the loss itself
        contact = cast.contact(
            mum, x={**unborn(mum, date(2025, 6, 10)), "flags": ["unborn", "deceased"]}
        )
        return {
            "before": (before, died) if cast.likely(0.5) else (before,), "contact": contact,
            "expected": beside(mum, x=either("lost")), "who": who(mum, x=("lost",)),
        }  # fmt: skip
    said = (
        unborn(mum, DUE) if cast.likely(0.5) else cast.glimpse(newborn(cast, mum, date(2026, 9, 3)))
    )
    return {
        "before": (before, died), "contact": cast.contact(mum, x=said), "expected": beside(mum, x=("new",)), "who": who(mum),
        "never_link": ("lost",), "together": (("x", "m"),),
    }  # fmt: skip


@case("newborn before naming")
def before_naming(cast: Cast) -> Parts:
    mum = cast.lone("female", 18, 42)
    child = newborn(cast, mum, date(2026, 10, 1) + timedelta(days=cast.chance.randint(0, 25)))
    nameless = named(
        child,
        given=[
            cast.chance.choice(
                ("Baby", "Baby Boy" if child.sex == "male" else "Baby Girl", "Infant")
            )
        ],
    )
    number = child.nhs if cast.likely(0.5) else None
    if cast.likely(0.3):  # an elder child is known, the new one has no name yet
        elder = cast.child(None, mum, 2, 9)
        return {
            "before": (cast.before(mum=mum, elder=elder),), "contact": cast.contact(mum, x=cast.glimpse(child, name=nameless)),
            "expected": beside(mum, x=("new",)), "who": who(mum), "never_link": ("elder",), "together": (("x", "m"),),
        }  # fmt: skip
    said = [known(child, nhs=number), known(child, name=nameless, nhs=number)]
    cast.chance.shuffle(said)
    first, then = said
    return {
        "before": (told(mum, "2026-10-28", {"one": first}),),
        "contact": Told({"m": cast.glimpse(mum), "x": then}, (("m", "parent-of", "x"),), on=NOW),
        "expected": beside(mum, x=either("one")), "who": who(mum, x=("one",)), "together": (("x", "m"),),
    }  # fmt: skip
