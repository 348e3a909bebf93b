"""A member of staff says whether two people are one."""

from typing import get_args

from events.people_judged import PeopleJudged, SameOrNot
from hub import access
from hub.access import Compared
from hub.corrections.settled import (
    TRIES,
    Corrected,
    bad,
    record,
    refuse_unless_seen,
    settled,
    text_of,
    who_may,
)
from hub.errors import Conflict, NotAllowed, NotKnown
from hub.log import VersionConflict
from hub.people.corrections import pair
from hub.services import Hub
from hub.viewer import Viewer
from projections import family_view
from projections.secrets import Hidden
from projections.table import Tables

TAKE_BACK = "Somebody answered already: take that back first."


async def judge(
    hub: Hub, viewer: Viewer, one: str, other: str, answer: str, reason: str | None = None
) -> Corrected:
    """Record an answer, and wait until the engine and the views have taken it in.

    Raises NotKnown where the viewer may not see both, NotPermitted, InvalidCommand, NotAllowed where the answer does not fit
    the one before, and Conflict.
    """
    who_may(viewer)
    if answer not in get_args(SameOrNot):
        raise bad("answer", "not-an-answer", f"It is one of {', '.join(get_args(SameOrNot))}.")
    said = text_of(reason, "reason")
    if one == other:
        raise NotAllowed("These are two names of one record.")
    first, second = in_order(one, other)
    if answer == "taken-back":
        await refuse_unless_seen(hub, viewer, first, second)
    else:
        await refuse_who_may_not(hub, viewer, first, second, answer)
    stream = f"{PeopleJudged.STREAM}:{first}~{second}"
    for _ in range(TRIES):
        before = [e.event for e in await hub.log.read_stream(stream)]
        last = before[-1] if before else None
        known = last.answer if isinstance(last, PeopleJudged) else None
        if known == answer:
            return await settled(hub, await hub.log.head())
        refuse(known, answer)
        event = PeopleJudged.model_validate(
            {"one": first, "other": second, "answer": answer, "reason": said, "team": viewer.team}
        )
        try:
            return await record(hub, viewer, event, len(before) + 1)
        except VersionConflict:
            continue
    raise Conflict


def in_order(one: str, other: str) -> tuple[str, str]:
    """The two, the lower number first; raises NotKnown for what is no person's id."""
    try:
        return pair(one, other)
    except ValueError:
        raise NotKnown from None


def refuse(known: str | None, answer: str) -> None:
    """Raise NotAllowed where an answer does not follow the one before."""
    if answer == "taken-back" and known in (None, "taken-back"):
        raise NotAllowed("There is no answer to take back.")
    if answer != "taken-back" and known in ("same", "different"):
        raise NotAllowed(TAKE_BACK)


async def refuse_who_may_not(hub: Hub, viewer: Viewer, one: str, other: str, answer: str) -> None:
    """Raise NotKnown unless the viewer may see both, NotAllowed where one was merged, and for a child before and after adoption.

    Two whom the hub made one by itself may be said to be different: that takes them apart again.
    """

    def question(tables: Tables) -> tuple[list[str], Compared | None, bool]:
        hidden = Hidden(tables)
        names = [family_view.now(tables, person) for person in (one, other)]
        sealed = hidden.person(one).placed != hidden.person(other).placed
        return names, access.compare(tables, one, other, hidden, viewer), sealed

    now, compared, sealed = await hub.views.ask(question)
    if now != [one, other]:
        await refuse_unless_seen(hub, viewer, *now)
        if answer == "different" and now[0] == now[1]:
            return
        raise NotAllowed("One of these records was merged into another.")
    if compared is None:
        raise NotKnown
    if sealed:
        raise NotAllowed("A child's identity before and after adoption are never one record.")
