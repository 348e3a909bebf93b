"""How paging stands, for whoever looks after the hub: whether a pager is at work, and what did not go out."""

from collections.abc import Iterable

from hub.access.words import bare
from hub.services import Hub
from projections import paging
from projections.paging import Page
from projections.rows import Shown


class PagingStands(Shown):
    """Whether somebody is at work as the pager; how many pages about what nobody has touched did not go out, and why, each reason once."""

    at_work: bool
    undelivered: int
    trouble: tuple[str, ...]


async def pages_about(hub: Hub, asks: Iterable[str]) -> dict[str, tuple[Page, ...]]:
    """The pages about these referrals and notices, which the viewer may see; teams without their locality. It is of now alone."""
    found = await hub.views.ask(lambda tables: paging.of_asks(tables, asks))
    return {
        ask: tuple(each.model_copy(update={"team": bare(each.team)}) for each in pages)
        for ask, pages in found.items()
    }


async def paging_of(hub: Hub) -> PagingStands:
    """How paging stands. It holds up no contact: the hub is ready without it."""
    because = await hub.views.ask(paging.undelivered)
    return PagingStands(
        at_work=await hub.pager_at_work(),
        undelivered=len(because),
        trouble=tuple(dict.fromkeys(because)),
    )
