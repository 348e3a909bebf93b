"""How common a name must be for two people of one date of birth to be met who bear it: told by those whose NHS numbers are known."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hub.linking.levels import AS_IT_STANDS, seen_number
from hub.linking.model import Model, Thresholds
from hub.linking.profile import Profile
from hub.linking.veto import BY_ADDRESS
from hub.linking.weigh import bits_of, compared

ENOUGH_APART = 10
"""So many pairs of two people tell how rare the name is of those yet to be met."""
A_LITTLE = 0.05
"""Bits: less than a name of four people is commoner than one of three."""
WHOLE = {*AS_IT_STANDS, ("birth", "exact")}

Pairs = Iterable[tuple[Profile, Profile]]


def met_with(model: Model, pairs: Pairs, numbers: frozenset[str]) -> Thresholds:
    """The thresholds where nothing but name and date agrees, as low as the rarest name allows of which two people of one date were met,
    and as much more for commoner names as another home takes from the known, twice; as before where few were met, or where one was of
    a name thought rare enough. `numbers` are those of all who are known."""
    at = model.thresholds
    met = list(of_two_people(model, pairs, numbers))
    enough = max(met, default=at.elsewhere) + A_LITTLE
    if len(met) < ENOUGH_APART or enough >= at.elsewhere:
        return at
    home = at.unplaced - at.elsewhere
    return replace(at, elsewhere=enough, unplaced=enough + home, commoner=2 * home)


def of_two_people(model: Model, pairs: Pairs, numbers: frozenset[str]) -> Iterator[float]:
    """The bits of each name and date that two people share, each with a number of their own, who live apart."""
    elsewhere = model.parts["home"]["other"]
    for said, known in pairs:
        if not (said.nhs and known.nhs) or any(
            seen_number(one, other).level != "other" for one in said.nhs for other in known.nhs
        ):
            continue
        if not numbers.isdisjoint(said.nhs):
            continue  # somebody else's number, by mistake
        parts = compared(model, said, known)
        levels = {(part.field, part.level) for part in parts}
        apart = not any(("home", level) in levels for level in BY_ADDRESS)
        if apart and levels >= WHOLE:
            yield bits_of(model, [elsewhere, *(p for p in parts if (p.field, p.level) in WHOLE)])
