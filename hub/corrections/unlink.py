"""A member of staff says that contacts were linked to the wrong person."""

from collections.abc import Sequence

from events.mention_at import MentionAt
from events.mentions_unlinked import MentionsUnlinked
from hub.corrections.settled import (
    TRIES,
    Corrected,
    bad,
    record,
    refuse_unless_seen,
    text_of,
    who_may,
)
from hub.errors import Conflict, NotAllowed
from hub.log import VersionConflict
from hub.services import Hub
from hub.viewer import Viewer
from projections import family_view
from projections.table import Tables

LEAVES_NOTHING = "Nothing would be left of this person: compare the two people instead."
NOT_HERE = "One of these mentions is not of this person, or not any more."


async def unlink(
    hub: Hub,
    viewer: Viewer,
    person: str,
    mentions: Sequence[MentionAt],
    to: str | None = None,
    reason: str | None = None,
) -> Corrected:
    """Record that these mentions are of `to`, or of somebody new, and wait until the engine and the views have taken it in.

    Raises NotKnown where the viewer may not see the person, NotPermitted, InvalidCommand, NotAllowed where the mentions are
    not of the person or are all there is of them, and Conflict.
    """
    who_may(viewer)
    said = text_of(reason, "reason")
    if said is None:
        raise bad("reason", "missing", "Say why: those who asked about this person will read it.")
    await refuse_unless_seen(hub, viewer, person, *([to] if to else []))

    def question(tables: Tables) -> tuple[str, str | None, set[tuple[str, str]]]:
        now = family_view.now(tables, person)
        shown = family_view.read_person(tables, now)
        held = {(s.contact, s.ref) for s in shown.said} if shown else set()
        return now, family_view.now(tables, to) if to else None, held

    now, goes_to, held = await hub.views.ask(question)
    wrong = {(m.contact, m.ref) for m in mentions}
    if not wrong:
        raise bad("mentions", "missing", "Name the mentions that are of another person.")
    if goes_to == now:
        raise NotAllowed("These are two names of one record.")
    if not wrong <= held:
        raise NotAllowed(NOT_HERE)
    if wrong == held:
        raise NotAllowed(LEAVES_NOTHING)
    event = MentionsUnlinked(
        person=now, mentions=tuple(mentions), to=goes_to, reason=said, team=viewer.team
    )
    stream = f"{event.STREAM}:{event.stream_id()}"
    for _ in range(TRIES):
        version = len(await hub.log.read_stream(stream)) + 1
        try:
            return await record(hub, viewer, event, version)
        except VersionConflict:
            continue
    raise Conflict
