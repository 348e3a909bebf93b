"""What the hub itself finds: two people it knows are one, by what a contact added, or when everybody is compared anew. Pure."""

from collections.abc import Sequence

from events.mentions_linked import LinkedMention
from events.people_proposed import PeopleProposed
from hub.linking.judge import anchored
from hub.linking.model import Model
from hub.linking.proven import compared, known_twice
from hub.linking.weigh import weights_told
from hub.linking.words import because
from hub.people.corrections import pair
from projections.table import Tables


def found_twice(
    model: Model, tables: Tables, mentions: Sequence[LinkedMention], contact: str, number: str
) -> list[PeopleProposed]:
    """Who is known twice, now that a contact was learnt from; whoever was proposed before is not proposed again."""
    pairs = known_twice(model, tables, mentions)
    fresh = [two for two in pairs if tables.get("proposed", *pair(*two)) is None]
    made = (
        proposal(model, tables, *two, f"{number}-{n}", contact) for n, two in enumerate(fresh, 1)
    )
    return [proposed for proposed in made if proposed]


def proposal(
    model: Model, tables: Tables, one: str, other: str, number: str, contact: str | None
) -> PeopleProposed | None:
    """Two known people as one, with what speaks for it: sure where more than a name and a date agrees. None where they may not be
    told of together."""
    rows = (tables.get("known_person", one), tables.get("known_person", other))
    found = compared(model, rows[0], rows[1]) if rows[0] and rows[1] else None
    if found is None:
        return None
    first, second = pair(one, other)
    return PeopleProposed(
        correction=number, one=first, other=second, model=model.name, bits=round(found.bits, 1),
        weights=weights_told(found),
        sure=not found.veto and anchored(found), because=because(found), contact=contact,
    )  # fmt: skip
