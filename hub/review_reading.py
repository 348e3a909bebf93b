"""Two people side by side: what pages and the API read of reviews, as one viewer may see it."""

from collections.abc import Sequence
from functools import lru_cache

from events.mentions_linked import FieldWeight
from hub import access
from hub.access import Compared
from hub.linking.model import Model, shipped
from hub.linking.profile import profile_of_person
from hub.linking.veto import WORDS
from hub.linking.weigh import weigh, weights_told
from hub.reading import caught_up, known
from hub.services import Hub
from hub.viewer import Viewer
from projections import reviews
from projections.reviews import Waiting
from projections.rows import Shown
from projections.secrets import Hidden
from projections.table import Tables

MOST = 50
SPARE = 10  # for those among them that may not be seen


class Comparison(Shown):
    """Two people side by side, and how far what is known of them agrees.

    bits      how much speaks for one person in log2, by what is known now; None where that would tell what must be kept
    veto      what forbids that the hub links them by itself, in words, where something does
    fields    field by field how far they agree, and what that weighs against a stranger and against a house-mate
    """

    compared: Compared
    bits: float | None = None
    veto: str | None = None
    fields: tuple[FieldWeight, ...] = ()


async def reviews_for(hub: Hub, viewer: Viewer, min_position: int = 0) -> Sequence[Compared]:
    """What waits for somebody to look, soonest needed first, as far as the viewer may see both people; fifty at most."""
    await caught_up(hub, min_position)

    def question(tables: Tables) -> Sequence[Compared]:
        hidden = Hidden(tables)
        waiting = first_open(tables, reviews.waiting(tables), hidden, viewer, MOST)
        return access.see_reviews(tables, waiting, hidden, viewer)

    return await hub.views.ask(question)


def first_open(
    tables: Tables, waiting: Sequence[Waiting], hidden: Hidden, viewer: Viewer, most: int
) -> list[Waiting]:
    """The first so many of these that the viewer may see: no more is looked at than that takes, however many wait."""
    found: list[Waiting] = []
    at_once = most + SPARE
    for start in range(0, len(waiting), at_once):
        found += access.open_to(tables, waiting[start : start + at_once], hidden, viewer)
        if len(found) >= most:
            break
    return found[:most]


async def comparison_for(
    hub: Hub, viewer: Viewer, one: str, other: str, min_position: int = 0
) -> Comparison:
    """Two people side by side, with what speaks for one person by what is known now. Raises NotKnown."""
    await caught_up(hub, min_position)

    def question(tables: Tables) -> Comparison | None:
        compared = access.compare(tables, one, other, Hidden(tables), viewer)
        return weighed(tables, compared) if compared else None

    return known(await hub.views.ask(question))


def weighed(tables: Tables, compared: Compared) -> Comparison:
    """The comparison with its weights, where nothing of either is kept from the viewer."""
    rows = [tables.get("known_person", p.person) for p in (compared.one, compared.other)]
    if not compared.whole or rows[0] is None or rows[1] is None:
        return Comparison(compared=compared)
    found = weigh(model_in_use(tables), profile_of_person(rows[0]), profile_of_person(rows[1]))
    fields = weights_told(found)
    veto = WORDS[found.veto] if found.veto else None
    return Comparison(compared=compared, bits=round(found.bits, 1), veto=veto, fields=fields)


def model_in_use(tables: Tables) -> Model:
    """The parameters that the engine compares by: those adopted last, else what was shipped."""
    row = tables.get("linking_in_use", 1)
    return read_model(row["document"]) if row else shipped()


@lru_cache(maxsize=2)
def read_model(document: str) -> Model:
    """Parameters from their document, which takes a while to read: those in use, and those before them."""
    return Model.from_text(document)
