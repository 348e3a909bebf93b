"""Who lives where: placed away, in a refuge, in two homes, moved for safety; and children whose past is sealed."""

from benchmarks.linking.homes import Home
from benchmarks.linking.people import Person
from tests.linking.hard.cast import NOW, Cast, Parts, case, either, known, named, who, written
from tests.linking.hard.rows import Happened, Shown, Told


def placed(cast: Cast, *, carers_name: bool) -> Parts:
    """A looked-after child told of at a foster carer's."""
    mum, (one,) = cast.family()
    carer = cast.lone(youngest=35, oldest=65, home=cast.far_from(mum))
    known_carer = cast.likely(0.5)
    family = carer.family if carers_name else one.family
    said = cast.glimpse(
        one, name=named(one, family, list(one.given[:1])), home=written(carer.home), phone=None
    )
    before = (cast.before(mum=mum, one=one), *((cast.before(carer=carer),) if known_carer else ()))
    return {
        "before": before, "contact": Told({"c": cast.glimpse(carer), "x": said}, (("c", "foster-carer-of", "x"),), on=NOW),
        "expected": {"c": either("carer") if known_carer else ("new",), "x": either("one")},
        "who": {"x": ("one",)} | ({"c": ("carer",)} if known_carer else {}), "never_link": ("mum",),
        "together": (("c", "x"),), "aside": ("c",),
    }  # fmt: skip


@case("looked-after child placed away")
def placed_away(cast: Cast) -> Parts:
    return placed(cast, carers_name=False)


@case("looked-after child under the carer's name")
def under_the_carers_name(cast: Cast) -> Parts:
    return placed(cast, carers_name=True)


def full_house(cast: Cast, *kinds: str) -> tuple[Home, list[Person]]:
    """A refuge or a hostel with more people than a family has."""
    home = cast.borough.communal_home(cast.chance.choice(kinds), 10)
    return home, [cast.borough.people[n] for n in home.people]


def told_of(residents: list[Person]) -> tuple[Told, ...]:
    """Each resident in a contact, a mother with her children."""
    tellings: dict[int, list[Person]] = {}
    for person in residents:
        tellings.setdefault(person.number if person.mother is None else person.mother, []).append(
            person
        )
    return tuple(
        Told(
            {f"r{p.number}": known(p) for p in people},
            tuple((f"r{head}", "parent-of", f"r{p.number}") for p in people[1:]),
        )
        for head, people in tellings.items()
    )


@case("refuge or hostel, new resident")
def new_resident(cast: Cast) -> Parts:
    home, residents = full_house(cast, "refuge", "hostel", "care")
    new = cast.borough.resident(home)
    if cast.likely(0.3):  # of the age of another, to the year
        new.born = new.born.replace(year=residents[0].born.year, day=min(new.born.day, 28))
    labels = [f"r{p.number}" for p in residents]
    return {
        "before": told_of(residents), "contact": cast.contact(x=cast.glimpse(new, home=written(home))),
        "expected": {"x": ("new", *(f"review {label}" for label in labels))}, "never_link": tuple(labels),
        "apart": (("x", labels[0]),),
    }  # fmt: skip


@case("refuge or hostel, known resident")
def known_resident(cast: Cast) -> Parts:
    home, residents = full_house(cast, "hostel", "care")
    one = cast.chance.choice(residents)
    others = tuple(f"r{p.number}" for p in residents if p is not one)
    return {
        "before": told_of(residents), "contact": cast.contact(x=cast.glimpse(one, home=written(home))),
        "expected": {"x": either(f"r{one.number}")}, "who": {"x": (f"r{one.number}",)}, "never_link": others, "apart": (("x", others[0]),),
    }  # fmt: skip


@case("two homes")
def two_homes(cast: Cast) -> Parts:
    mum, (one,) = cast.family()
    dad = cast.lone("male", 32, 55, cast.far_from(mum))
    his = Told(
        {"dad": known(dad), "one": known(one, address=all_lines(dad.home))},
        (("dad", "parent-of", "one"),),
        on="2026-06-02",
    )
    at = cast.chance.choice((mum.home, dad.home))
    return {
        "before": (cast.before(mum=mum, one=one), his), "contact": cast.contact(x=cast.glimpse(one, home=written(at))),
        "expected": {"x": either("one")}, "who": {"x": ("one",)}, "together": (("one", "mum"), ("one", "dad")),
    }  # fmt: skip


def all_lines(home: Home) -> dict[str, object]:
    """A home as a contact has it."""
    return {"lines": list(home.lines), "postcode": home.postcode}


@case("moved for safety")
def moved_for_safety(cast: Cast) -> Parts:
    mum, (one,) = cast.family()
    safe = cast.far_from(mum)
    there = {
        label: known(p, address=all_lines(safe), flags=["shielded"])
        for label, p in (("mum", mum), ("one", one))
    }
    subject, label = cast.chance.choice(((mum, "mum"), (one, "one")))
    said = cast.glimpse(
        subject, home=cast.chance.choice((written(subject.home), written(safe), None)), phone=None
    )
    secret = (safe.postcode, safe.uprn)
    return {
        "before": (cast.before(mum=mum, one=one), Told(there, (("mum", "parent-of", "one"),), on="2026-09-01")),
        "contact": cast.contact(x=said), "expected": {"x": either(label)}, "who": {"x": (label,)},
        "shown": (
            Shown("young carers", page_of="x", must_not_show=secret), Shown("young carers", page_of=label, must_not_show=secret),
            Shown("social care", page_of=label, must_show=(safe.postcode,)),
        ),
    }  # fmt: skip


@case("a family that moved together")
def moved_together(cast: Cast) -> Parts:
    mum, (one,) = cast.family()
    new = {"home": written(cast.far_from(mum)), "nhs": None, "phone": None}
    known_one = cast.likely(0.7)
    child = one if known_one else cast.child(None, mum)
    said = {"m": cast.glimpse(mum, **new), "x": cast.glimpse(child, **new)}
    return {
        "before": (cast.before(mum=mum, one=one),), "contact": Told(said, (("m", "parent-of", "x"),), on=NOW),
        "expected": {"m": either("mum"), "x": either("one") if known_one else ("new", "review one")},
        "who": {"m": ("mum",), **({"x": ("one",)} if known_one else {})}, "aside": (),
    }  # fmt: skip


SEALED = ["adoptive_placement"]


@case("adopted child")
def adopted(cast: Cast) -> Parts:
    mum, (old,) = cast.family()
    parent = cast.lone("female", 28, 50, cast.far_from(mum))
    first = cast.chance.choice(
        (old.given[0], cast.origin(old).given(old.sex, old.born.year, cast.chance))
    )
    name = {"family": parent.family, "given": [first]}
    home = all_lines(parent.home)
    new = known(
        old,
        name=name,
        address=home,
        phone=None,
        flags=SEALED,
        nhs=old.nhs if cast.likely(0.4) else None,
    )
    as_placed = Told({"p": known(parent), "x": new}, (("p", "parent-of", "x"),), on=NOW)
    theirs = Told(
        {"adopter": known(parent), "new": new}, (("adopter", "parent-of", "new"),), on="2026-09-01"
    )
    ours = cast.before(mum=mum, old=old)
    theirs_alone = (parent.family,) if parent.family not in f"{old.family} {mum.family}" else ()
    secret = (parent.home.postcode, f"{parent.given[0]} {parent.family}")
    match cast.chance.randrange(3):
        case 0:  # the old identity is known, the new one is told of
            return {
                "before": (ours,), "contact": as_placed, "expected": {"p": ("new",), "x": ("new", "sealed")},
                "never_link": ("old", "mum"), "no_candidate": ("old", "mum"), "aside": ("p",), "apart": (("x", "mum"), ("p", "mum")),
                "shown": (
                    Shown("young carers", page_of="old", must_not_show=secret),
                    Shown("young carers", page_of="mum", must_not_show=secret),
                    Shown("young carers", search=f"{old.given[0]} {old.family}", must_not_show=theirs_alone),
                ),
            }  # fmt: skip
        case 1:  # the new identity is known, somebody tells of the old one
            tied = mum if cast.likely(0.5) else None
            people = ({"m": cast.glimpse(mum)} if tied else {}) | {"x": cast.glimpse(old)}
            ties = (("m", "parent-of", "x"),) if tied else ()
            return {
                "before": (theirs,), "contact": Told(people, ties, on=NOW),
                "expected": ({"m": ("new",)} if tied else {}) | {"x": ("new", "sealed")},
                "never_link": ("new", "adopter"), "no_candidate": ("new", "adopter"), "apart": (("x", "adopter"),),
                "shown": (Shown("young carers", page_of="x", must_not_show=secret),),
            }  # fmt: skip
        case _:  # both are known, and the new one comes up again, by the placement
            return {
                "before": (ours, theirs), "contact": cast.contact(x={**new, "flags": SEALED}),
                "expected": {"x": either("new")}, "who": {"x": ("new",)}, "never_link": ("old", "mum"),
                "apart": (("x", "mum"),), "shown": (Shown("young carers", page_of="x", must_not_show=(old.home.postcode,)),),
            }  # fmt: skip


@case("late proof that bridges two people")
def bridging(cast: Cast) -> Parts:
    person = cast.lone(youngest=2)
    by_name = known(person, nhs=None, phone=None)
    by_number = known(
        person,
        dob=None,
        nhs=person.nhs,
        phone=None,
        address=all_lines(cast.borough.places.to_move_to()),
    )
    said = cast.glimpse(person, nhs=person.nhs, home=written(person.home))
    return {
        "before": (Told({"first": by_name}), Told({"second": by_number}, on="2026-09-01")), "contact": cast.contact(x=said),
        "expected": {"x": either("first", "second")}, "who": {"x": ("first", "second")},
    }  # fmt: skip


def after(cast: Cast, event: str) -> Parts:
    """Twins of like names with something that a worker decided of them, then a contact with the name of one and the number of the other."""
    mum, one, two = cast.twins()
    two.given = (
        cast.origin(two).beginning_as(one.given[0], two.sex, two.born.year, cast.chance),
        *two.given[1:],
    )
    told = Told(
        {"mum": known(mum), "one": known(one, nhs=one.nhs), "two": known(two, nhs=None)},
        (("mum", "parent-of", "one"), ("mum", "parent-of", "two")),
    )
    said = (
        cast.glimpse(two, nhs=one.nhs)
        if cast.likely(0.5)
        else cast.glimpse(two, name=named(two, given=[two.given[0][0]]), nhs=None)
    )
    return {
        "before": (told, Happened(event, ("one", "two"))), "contact": cast.contact(x=said),
        "expected": {"x": ("review one", "review two")}, "who": who(None, x=("two",)), "never_link": ("one",),
    }  # fmt: skip


@case("never-link stored")
def never_link(cast: Cast) -> Parts:
    return after(cast, "never-link")


@case("a wrong merge that a worker reported")
def wrong_merge(cast: Cast) -> Parts:
    parts = after(cast, "merge")
    told, merge = parts["before"]
    return parts | {"before": (told, merge, Happened("unlink", ("one", "two")))}


@case("a person split in two")
def split(cast: Cast) -> Parts:
    parts = after(cast, "merge")
    told, merge = parts["before"]
    return parts | {"before": (told, merge, Happened("split", ("one", "two")))}


@case("two ids that were merged")
def merged(cast: Cast) -> Parts:
    person = cast.lone(youngest=2)
    first, second = (
        known(person, nhs=None),
        known(person, name=named(person, cast.other_family_name(person)), nhs=person.nhs),
    )
    return {
        "before": (Told({"first": first}), Told({"second": second}, on="2026-09-01"), Happened("merge", ("first", "second"))),
        "contact": cast.contact(x=cast.glimpse(person)), "expected": {"x": either("first", "second")}, "who": {"x": ("first", "second")},
    }  # fmt: skip
