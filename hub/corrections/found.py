"""What the hub itself finds: two people it knows are one, by what a contact added, or when everybody is compared anew. Pure."""

from collections.abc import Sequence

from events.mention_at import Moved
from events.mentions_linked import LinkedMention
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from hub.linking.contact import people_under
from hub.linking.judge import anchored
from hub.linking.model import Model
from hub.linking.proven import compared, known_twice, proven_to_be
from hub.linking.weigh import weights_told
from hub.linking.words import because
from hub.people.corrections import pair
from hub.people.person import looked_under
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


def found_after(model: Model, tables: Tables, moved: Moved, number: str) -> list[PeopleProposed]:
    """Who else is known as the person whom a split brought back or made: while they were hidden in another, nobody was compared
    with them. It is for people to answer."""
    row = tables.get("known_person", moved.to_person)
    if row is None or not isinstance(moved, PersonSplit):
        return []
    known = people_under(tables, sorted(looked_under(row)))
    beside = [other for other in known if other != moved.to_person]
    proven = proven_to_be(model, moved.to_person, beside, known | {moved.to_person: row})
    fresh = [p for p in proven if tables.get("proposed", *pair(p, moved.to_person)) is None]
    made = (
        proposal(model, tables, moved.to_person, other, f"{number}-{n}", None)
        for n, other in enumerate(fresh, 1)
    )
    return [proposed.model_copy(update={"sure": False}) for proposed in made if proposed]


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
