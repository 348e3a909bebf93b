"""What the people of one contact say of each other: those known to belong together, named together, are hardly so by chance.

Somebody of the contact who is a stranger to a known person is as likely as any two people to be named beside that person's kin. A
house-mate is as likely as the person, so that this never tells a new sibling, a twin or a child of one name from who is known; and
where the home or a telephone agrees already it says nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import log2

from hub.linking.judge import Judgement, decide, without_doubles
from hub.linking.model import Model, Part
from hub.linking.profile import profile_of_mention
from hub.linking.veto import BY_ADDRESS
from hub.linking.weigh import Weighed, bits_of
from hub.people.homes import is_a_dwelling
from hub.people.said import Said
from hub.people.state import heads_at, number_of
from projections.kin import HOUSEHOLD
from projections.table import Lookup, Row, Tables

Odds = dict[str, float]
NOBODY_ELSE_AT_HOME = ("exact", "slip")
"""The levels of a forename that no brother, sister or twin has: Daniel's may be Daniela."""


def told_by_each_other(
    model: Model,
    tables: Tables,
    groups: Sequence[Sequence[Said]],
    rows: Sequence[Mapping[str, Row]],
    found: Sequence[Judgement],
) -> list[Judgement]:
    """The judgements with what each person's company adds. `rows` are those whom each was compared with.

    Whoever is linked already, or doubted for more than the weight of evidence, stays as judged.
    """
    chances = [odds(judged) for judged in found]
    answers = list(found)
    for place, judged in enumerate(found):
        others = [each for at, each in enumerate(chances) if at != place and each]
        open_to_it = {p for p, w in judged.weighed if may_be_told(w)}
        if judged.person or not open_to_it or not others:
            continue
        kin = kin_of(tables, {p for each in others for p in each})
        weighed = [
            (p, beside(model, p, w, others, kin) if p in open_to_it else w)
            for p, w in judged.weighed
        ]
        if weighed == list(judged.weighed) or not by_weight(
            model, judged, groups[place], rows[place]
        ):
            continue
        weighed.sort(key=lambda each: (-each[1].bits, number_of(each[0])))
        answers[place] = decided(model, weighed, groups[place], rows[place])
    return answers


def odds(judged: Judgement) -> Odds:
    """How likely somebody is each of the known people that nothing forbids."""
    may_be = {p: 2.0**w.bits for p, w in judged.weighed if not w.veto}
    whole = 1.0 + sum(may_be.values())
    return {p: each / whole for p, each in may_be.items()}


def by_weight(
    model: Model, judged: Judgement, group: Sequence[Said], rows: Mapping[str, Row]
) -> bool:
    """Whether nothing but the weight of evidence was decided by."""
    again = decided(model, judged.weighed, group, rows)
    return (again.person, again.because) == (judged.person, judged.because)


def decided(
    model: Model,
    weighed: Sequence[tuple[str, Weighed]],
    group: Sequence[Said],
    rows: Mapping[str, Row],
) -> Judgement:
    """What follows from the bits."""
    mention = profile_of_mention(group[0].evidence)
    judged = decide(model, without_doubles(model, mention, rows, weighed))
    return replace(judged, weighed=tuple(weighed))


def may_be_told(found: Weighed) -> bool:
    """Whether who is named with them may tell a stranger from this person: nothing forbids the link, no brother or sister has the
    name, and the home and telephone, which kin share, are not what agrees."""
    at_home = found.level("home") in BY_ADDRESS or found.level("reach") == "exact"
    return not found.veto and not at_home and found.level("forename") in NOBODY_ELSE_AT_HOME


def beside(
    model: Model, person: str, found: Weighed, others: Sequence[Odds], kin: Mapping[str, set[str]]
) -> Weighed:
    """The comparison with what it says that this person's kin is named in the same contact: the most that one of them says."""
    tied = model.chances["beside"]["exact"].same
    likelier = [
        sure * tied / by_chance + 1 - sure
        for each in others
        for other, sure in each.items()
        if other != person and person in kin[other]
        for by_chance in [min(len(kin[other]) / model.population, tied)]
    ]
    if not likelier:
        return found
    parts = (*found.parts, Part("beside", "exact", log2(max(likelier)), 0.0))
    return found._replace(bits=bits_of(model, parts), parts=parts)


def kin_of(tables: Tables, people: set[str]) -> dict[str, set[str]]:
    """Of each, whoever is tied to them by a relation, or lives or lived in one small home with them. What a seal covers is not told."""
    each = tuple((person,) for person in sorted(people))
    tables.load(
        [
            Lookup("known_person", ("person",), each),
            Lookup("person_relation", ("from_person",), each),
            Lookup("person_relation", ("to_person",), each),
        ]
    )
    homes = {person: dwellings(tables, person) for person in people}
    keys = tuple((key,) for key in sorted({key for found in homes.values() for key in found}))
    tables.load([Lookup("home", ("home",), keys), Lookup("lives_at", ("home",), keys)])
    return {person: tied_to(tables, person, homes[person]) for person in people}


def dwellings(tables: Tables, person: str) -> list[str]:
    """The homes that somebody was ever said to live in, but for those a seal covers."""
    row = tables.get("known_person", person)
    homes = row["homes"] if row else ()
    return [home["key"] for home in homes if is_a_dwelling(home["key"]) and not home["sealed"]]


def tied_to(tables: Tables, person: str, homes: Sequence[str]) -> set[str]:
    """Who belongs to somebody."""
    related = [
        *tables.find("person_relation", from_person=person),
        *tables.find("person_relation", to_person=person),
    ]
    found = {
        r[end]
        for r in related
        if not (r["from_sealed"] or r["to_sealed"])
        for end in ("from_person", "to_person")
    }
    for home in homes:
        if heads_at(tables, home) <= HOUSEHOLD:
            found.update(r["person"] for r in tables.find("lives_at", home=home))
    return found - {person}
