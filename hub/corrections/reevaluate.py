"""Everybody whom the hub knows compared anew, by the parameters in use: who are found to be one is proposed.

What was decided on one contact after another depends on the order they came in, and on what was usual then. This looks at the
whole: two records that prove each other by now are merged by the engine, or asked about (hub/corrections/follow.py).
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from events.envelope import new_event
from events.people_proposed import PeopleProposed
from hub.corrections.found import proposal
from hub.errors import Conflict
from hub.linking.adoption import in_use
from hub.linking.model import Model
from hub.linking.proven import proven_to_be
from hub.log import Append, VersionConflict
from hub.people.corrections import pair
from hub.people.person import looked_under, nearest
from hub.people.state import holders_under, last_number, person_id
from hub.services import Hub
from projections.table import Lookup, Row, Tables

AT_ONCE = 200  # people

Tell = Callable[[int, int], None]


async def reevaluate(hub: Hub, tell: Tell, *, dry_run: bool = False) -> list[PeopleProposed]:
    """Compare everybody, and propose who is known twice; nobody is proposed again who was, or who was told apart.

    Raises Conflict where somebody else does so at this moment.
    """
    model = await in_use(hub.log)
    head = await hub.log.head()
    last = await hub.views.ask(last_number)
    found: dict[tuple[str, str], PeopleProposed] = {}
    for first in range(1, last + 1, AT_ONCE):
        people = [person_id(n) for n in range(first, min(first + AT_ONCE, last + 1))]
        for proposed in await hub.views.ask(partial(known_twice_among, model, people)):
            number = f"E-{head:06}-{len(found) + 1}"
            found.setdefault(
                (proposed.one, proposed.other), proposed.model_copy(update={"correction": number})
            )
        tell(min(first + AT_ONCE - 1, last), last)
    if not dry_run:
        await record(hub, list(found.values()))
    return list(found.values())


async def record(hub: Hub, found: Sequence[PeopleProposed]) -> None:
    """Put the proposals into the log. Raises Conflict."""
    events = tuple(new_event(proposed, 1, actor="operator") for proposed in found)
    if events:
        try:
            await hub.log.append(Append(events))
        except VersionConflict:
            raise Conflict from None


def known_twice_among(model: Model, people: Sequence[str], tables: Tables) -> list[PeopleProposed]:
    """Who of these people is proven to be somebody else who is known, and was not proposed yet."""
    tables.load([Lookup("known_person", ("person",), tuple((p,) for p in people))])
    rows = {p: row for p in people if (row := tables.get("known_person", p))}
    keys = {p: sorted(looked_under(row)) for p, row in rows.items()}
    holders = holders_under(tables, sorted({key for own in keys.values() for key in own}))
    beside = {
        p: [other for other in nearest(own, holders) if other != p] for p, own in keys.items()
    }
    everybody = sorted({other for others in beside.values() for other in others})
    tables.load([Lookup("known_person", ("person",), tuple((p,) for p in everybody))])
    known = {p: row for p in everybody if (row := tables.get("known_person", p))} | rows
    return list(proposals(model, tables, beside, known))


def proposals(
    model: Model, tables: Tables, beside: dict[str, list[str]], known: dict[str, Row]
) -> Iterator[PeopleProposed]:
    """A proposal for each pair that is proven from either side."""
    for person, others in beside.items():
        for other in proven_to_be(model, person, others, known):
            if tables.get("proposed", *pair(person, other)) is None:
                proposed = proposal(model, tables, person, other, "E", None)
                if proposed is not None:
                    yield proposed
