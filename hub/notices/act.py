"""The door to notices: who may give or receive one, and what is recorded."""

import re

from events.envelope import new_event
from hub import access
from hub.access.words import bare
from hub.errors import Conflict, NotKnown, NotPermitted
from hub.log import Append, VersionConflict
from hub.notices.receipts import GiveNotice, ReceiveNotice, decide, fold
from hub.reading import contact_for
from hub.services import Hub
from hub.teams.book import works_for
from hub.viewer import Viewer
from projections import notices
from projections.contact_view import ContactView
from projections.notices import Notice, notice_id
from projections.secrets import Hidden
from projections.table import Tables

NOTICE = re.compile(r"N(-\d{2}-\d{6,})(?:-K\d+)?-((?:R|F)\d{1,2})-([A-Za-z0-9-]{1,40})", re.ASCII)
TRIES = 3


async def give(hub: Hub, viewer: Viewer, notice: str, how: str) -> int:
    """Record that a team told whoever must be told; the position to read from. Raises NotKnown where the contact has no such
    notice that the viewer may see, NotPermitted for whoever does not work on it, InvalidCommand."""
    contact, rule, to = parts(notice)
    view = await contact_for(hub, viewer, contact)
    if (rule, to) not in told_in(view):
        raise NotKnown
    if viewer.role != "duty" or not any(works_for(viewer.team, r.team) for r in view.referrals):
        raise NotPermitted(
            "Only staff of a team that was asked on this contact may say that others were told."
        )
    return await record(hub, viewer, GiveNotice(notice, contact, rule, to, viewer.team, how))


async def receive(hub: Hub, viewer: Viewer, notice: str) -> int:
    """Record that the team it is to has seen it; the position to read from. Raises NotKnown, NotPermitted for another team that
    sees on the contact that there is such a notice: to any other it is not even said, for the rule in its id tells what it is."""
    contact, rule, to = parts(notice)
    if await hub.views.ask(lambda tables: notices.read(tables, notice)) is None:
        raise NotKnown
    if viewer.role != "duty" or not (works_for(viewer.team, to) or bare(viewer.team) == to):
        if (rule, to) not in told_in(await contact_for(hub, viewer, contact)):
            raise NotKnown
        raise NotPermitted("Only staff of the team it is to may say that they have seen it.")
    return await record(hub, viewer, ReceiveNotice(notice, contact, rule, to, viewer.team))


async def of_contact(hub: Hub, viewer: Viewer, contact: str) -> dict[str, Notice]:
    """The receipts on a contact, by the notice's id, as the viewer may see them."""

    def ask(tables: Tables) -> list[Notice]:
        found = notices.of_contact(tables, contact).values()
        return access.see_receipts(found, Hidden(tables), viewer)

    return {one.notice: one for one in await hub.views.ask(ask)}


def parts(notice: str) -> tuple[str, str, str]:
    """The contact, the rule and the addressee that a notice's id names; raises NotKnown for what is no such id."""
    found = NOTICE.fullmatch(notice)
    if found is None:
        raise NotKnown
    return f"C{found[1]}", found[2], found[3]


def told_in(view: ContactView) -> set[tuple[str, str]]:
    """Who must be told by which rule, as far as the viewer sees: by the decision, and by what would now be decided."""
    return {(t.rule, t.to) for decision in view.decisions for t in decision.tell}


async def record(hub: Hub, viewer: Viewer, command: GiveNotice | ReceiveNotice) -> int:
    """The receipt in the log."""
    stream = f"notice:{command.notice}"
    for _ in range(TRIES):
        state = fold(await hub.log.read_stream(stream))
        decided = decide(state, command)
        if not decided:
            return await hub.log.head()
        wrapped = new_event(
            decided[0], state.version + 1, actor=viewer.actor, correlation_id=command.contact, purpose="direct-care"
        )  # fmt: skip
        try:
            return (await hub.log.append(Append((wrapped,)))).last
        except VersionConflict:
            continue
    raise Conflict


__all__ = ["give", "notice_id", "of_contact", "receive"]
