"""One mention beside one known person, in bits: three-class Fellegi-Sunter (same person, house-mate, stranger), linking.md.

`bits = log2( P(levels | same) / ( population · P(levels | stranger) + mates · P(levels | house-mate) ) )`: an explanation is two
columns of weights that add up, one against a stranger and one against a house-mate.
"""

from collections.abc import Iterable, Sequence
from math import log2
from typing import NamedTuple

from events.mentions_linked import FieldWeight
from hub.linking.levels import COMMUNAL, Seen, is_one_edit, seen_names, seen_others
from hub.linking.model import Model, Part
from hub.linking.profile import Profile
from hub.linking.veto import Veto, veto
from hub.people.alike import are_of_one_spelling

TIED = 8.0
"""Bits: of several names that one is compared which says most against strangers, as far as it also says so against house-mates."""


A_HOUSEFUL = 30
"""So many people are taken to live in a communal home, where no more are known there. Chosen, not learnt: a care home's beds."""
OF_ONE_HOME = ("exact", "house", "postcode")
"""The levels of a home that may be one."""
NAMES = ("forename", "surname")
AS_BORNE = ("exact", "variant", "slip")
"""The levels of a forename that are one name, written so or so."""
AS_NAMED = ("exact", "variant", "slip", "near", "middle", "initial")
"""The levels of a forename that may be one person's."""


class Weighed(NamedTuple):
    """A comparison: the whole in bits, its parts, the veto that keeps it from being automatic, and whether the home is one that many
    share, which proves little."""

    bits: float
    parts: tuple[Part, ...]
    veto: Veto = ""
    communal: bool = False

    def level(self, field: str) -> str:
        """The level of a field; empty where one of the two does not have it."""
        for part in self.parts:
            if part.field == field:
                return part.level
        return ""


def weights_told(found: Weighed) -> tuple[FieldWeight, ...]:
    """The parts of a comparison as events and answers tell them, to a tenth of a bit."""
    return tuple(
        FieldWeight(
            field=part.field,
            level=part.level,
            stranger=round(part.stranger, 1),
            mate=round(part.mate, 1),
        )
        for part in found.parts
    )


def weigh(model: Model, said: Profile, known: Profile) -> Weighed:
    """How much speaks for these two being one person, everything known of each taken together."""
    found = measured(model, said, known)
    return found._replace(veto=vetoed(model, said, known, found))


def measured(model: Model, said: Profile, known: Profile) -> Weighed:
    """The same before anybody asked for vetoes: most of those compared are nobody like it."""
    parts = compared(model, said, known)
    communal = any(place.communal for place in said.places)
    return Weighed(bits_of(model, parts), parts, communal=communal)


def vetoed(
    model: Model, said: Profile, known: Profile, found: Weighed, *, no_twin: bool = False
) -> Veto:
    """The veto that the two profiles give. `no_twin`: it is known that there is none."""
    levels = {part.field: part.level for part in found.parts}
    enough = found.bits >= model.thresholds.contradicted
    no_twin = no_twin or all(birth.year < model.twins_since for birth in known.births)
    return veto(said, known, levels, whatever_the_date=enough, no_twin=no_twin)


def compared(model: Model, said: Profile, known: Profile) -> tuple[Part, ...]:
    """Every field that both have, with its bits. Strangers of one forename, however it is written, are of one sex, which then tells
    nothing."""
    rest = [_part(model, seen) for seen in seen_others(said, known)]
    names = [
        _named(model, named)
        for one in said.names
        for other in known.names
        for named in seen_names(one, other)
    ]
    named = names[0] if len(names) == 1 else max(names, key=_says, default=())
    if any(p.field == "forename" and p.level in AS_BORNE for p in named):
        rest = [
            p._replace(stranger=0.0) if (p.field, p.level) == ("sex", "exact") else p for p in rest
        ]
    return (*named, *rest)


def _says(parts: Iterable[Part]) -> float:
    return sum(min(p.stranger, p.mate + TIED) for p in parts)


def _named(model: Model, seen: Sequence[Seen]) -> list[Part]:
    """The parts of a name. Both names together are less rare than each alone would have it, and however they were written no
    rarer than as they are borne: a namesake's may be mistyped as well."""
    swapped = seen[0].field == "order" if seen else False
    parts = [_part(model, each) for each in seen]
    if swapped:
        parts = _in_either_place(model, parts, seen)
    forename = surname = None
    for each in seen:
        if each.value and each.field == "forename":
            forename = each
        elif each.value and each.field == "surname":
            surname = each
    if forename and surname:
        over = sum(p.stranger for p in parts if p.field in NAMES)
        over -= most_of_name(model, forename.value, surname.value, swapped=swapped)
        if over > 0:
            parts = [
                p._replace(stranger=p.stranger - over) if p.field == "surname" else p for p in parts
            ]
    if forename and forename.level == "exact":
        # who bears one forename at home often bears the same second one
        most = -log2(model.namesakes)
        parts = [
            p._replace(mate=min(p.mate, most)) if (p.field, p.level) == ("middle", "exact") else p
            for p in parts
        ]
    return parts


def _in_either_place(model: Model, parts: Sequence[Part], seen: Sequence[Seen]) -> list[Part]:
    """The parts of a name in another order: what agrees is as common as it is in the place where it is commoner, and where no more
    than one name agrees it may be the family's, which a house-mate has too."""
    alone = sum(p.field in NAMES and p.level in AS_BORNE for p in parts) < len(NAMES)
    family = model.parts["surname"]["exact"].mate
    return [
        part._replace(
            stranger=min(part.stranger, log2(chances.same / share)),
            mate=min(part.mate, family) if alone else part.mate,
        )
        if part.field in NAMES and part.level == "exact"
        else part
        for part, each in zip(parts, seen, strict=True)
        for chances in [model.chances[part.field][part.level]]
        for share in [max(model.share(name, each.value) for name in NAMES)]
    ]


def most_of_name(model: Model, forename: str, surname: str, *, swapped: bool) -> float:
    """So many bits at most do a forename and a surname, each perhaps of two forms, say together against a stranger."""
    pairs = [(f, s) for f in forename.split() for s in surname.split()]
    pairs += [(s, f) for f, s in pairs] if swapped else []
    together = max(model.share_of_name(f, s) for f, s in pairs)
    chances = model.chances["forename"]["exact"], model.chances["surname"]["exact"]
    return log2(chances[0].same * chances[1].same / together)


def bits_of(model: Model, parts: Iterable[Part]) -> float:
    """The whole of the parts."""
    stranger = mate = 0.0
    for part in parts:
        stranger += part.stranger
        mate += part.mate
    return -log2(model.population * 2.0**-stranger + model.mates * 2.0**-mate)


def _part(model: Model, seen: Seen) -> Part:
    field, level, value = seen
    if level in ("near", "variant") and field in NAMES and is_slip(model, level, *value.split()):
        level = "slip"
    part = model.parts[field][level]
    if field == "middle" and value:
        return part._replace(stranger=_of_second_name(model, part, value))
    share = _share(model, field, level, value) if value and field in model.rare else None
    if share is None:
        return part
    return Part(field, level, log2(model.chances[field][level].same / share), part.mate)


def _of_second_name(model: Model, part: Part, value: str) -> float:
    """What a second name says against strangers of that forename, of whom many may bear it; no more does its initial say."""
    *firsts, second = value.split()
    after = max(model.share_after(f"{first} {second}") for first in firsts)
    chances = model.chances[part.field][part.level]
    if part.level == "initial":
        return min(part.stranger, -log2(after)) if after else part.stranger
    return log2(chances.same / max(chances.stranger, after))


def is_slip(model: Model, level: str, one: str, other: str) -> bool:
    """Whether one slip of the pen is likelier than another name, or another form of one: one of the two is nobody's name."""
    if model.is_a_name(one) and model.is_a_name(other):
        return False
    return is_one_edit(one, other) if level == "near" else are_of_one_spelling(one, other)


def _share(model: Model, field: str, level: str, value: str) -> float | None:
    """The share of strangers who agree on this level and value; None where the level's own chance tells it."""
    if value.startswith(COMMUNAL):
        return _share_of_communal(model, level, value.removeprefix(COMMUNAL))
    if level in ("exact", "token"):
        return model.share(field, value)
    if level == "postcode":
        # as likely as it is that they stayed, and that this was all that was said of the home
        return model.share(field, value) * model.chances[field][level].same / model.stayed
    return (
        max(model.share_of_forms(field, word) for word in value.split())
        if level == "variant"
        else None
    )


def _share_of_communal(model: Model, level: str, home: str) -> float | None:
    """The share of people in a communal home: so many as are known there, or as usually live in one, since of those who come and
    go few were ever told of; None where it is not that home."""
    if level not in OF_ONE_HOME:
        return None
    share = max(model.share("home", home), min(A_HOUSEFUL / model.population, 1.0))
    return share * model.chances["home"][level].same / model.stayed
