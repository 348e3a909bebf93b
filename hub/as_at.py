"""The past: the same folds over plain memory, from the events that concern a person or a queue, as recorded by a moment.

They are folded in a thread: a family that came up hundreds of times takes a while, and others are answered meanwhile.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from types import ModuleType

from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from hub.families.shown import of_a_family
from hub.log import Log
from projections import family_view, moves
from projections.as_at import fold_as_at
from projections.projection import Projection
from projections.registry import question
from projections.table import Tables


def read_moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The moment somebody names, of this zone where they name none; None for nothing. Raises ValueError."""
    said = text.strip()
    if not said:
        return None
    if "T" in said[:11].upper():
        said = said.replace(" ", "+")  # a plus sign that nobody escaped
    try:
        when = datetime.fromisoformat(said)
        moment = (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if (
        moment is None or not 1 < moment.year < 9999
    ):  # beyond these a zone may not be able to tell the day
        raise ValueError("that is not a time: write it like 2026-03-04T10:15:00Z")
    return moment


async def fold_around(
    log: Log, tags: tuple[str, ...], moment: datetime, chosen: Sequence[Projection] | None = None
) -> Tables:
    """What a family is read from (or `chosen`), as it would have stood at `moment`, from the events around `tags` till then."""
    events = await events_around(log, tags, moment)
    return await asyncio.to_thread(fold_as_at, events, chosen or of_a_family())


async def fold_person(log: Log, person: str, moment: datetime, *modules: ModuleType) -> Tables:
    """What was said of one person (or these projections of them) by `moment`: from the contacts that name them, or named them once."""
    contacts: dict[str, None] = {}
    seen: set[str] = set()
    wanted = {person}
    while wanted:
        seen |= wanted
        tags = [f"person:{each}" for each in sorted(wanted)]
        named = await log.read_tagged(
            tags, moment, [MentionsLinked.TYPE, MentionsAmended.TYPE, *moves.TYPES]
        )
        contacts |= {
            tag.partition(":")[2]: None
            for e in named
            for tag in e.tags
            if tag.startswith("contact:")
        }
        moved = (e.light for e in named if e.type in moves.TYPES)
        wanted = {p for e in moved for p in (e.from_person, e.to_person)} - seen
    tags = [f"contact:{each}" for each in contacts] + [f"person:{each}" for each in sorted(seen)]
    return await fold_tagged(log, tags, moment, *(modules or (family_view,)))


async def fold_contacts(
    log: Log, contacts: Sequence[str], moment: datetime, *modules: ModuleType
) -> Tables:
    """Some projections of these contacts alone, as they would have stood at `moment`."""
    return await fold_tagged(log, [f"contact:{each}" for each in contacts], moment, *modules)


async def fold_tagged(
    log: Log, tags: Sequence[str], moment: datetime, *modules: ModuleType
) -> Tables:
    """Some projections of what carries any of these tags, as they would have stood at `moment`."""
    chosen = [question(module) for module in modules]
    types = frozenset[str]().union(*(one.types or () for one in chosen))
    events = await log.read_tagged(tags, moment, types) if tags else []
    return await asyncio.to_thread(fold_as_at, events, chosen)


async def events_around(
    log: Log, tags: tuple[str, ...], moment: datetime | None
) -> list[RecordedEvent]:
    """Every event about the tagged people or contacts and, step by step, about all who share a contact with them.

    A family is a fold: its people are found by walking from person to contact to person until nobody new turns up.
    """
    seen: set[str] = set()
    wanted = set(tags)
    found: dict[int, RecordedEvent] = {}
    while wanted:
        seen |= wanted
        events = await log.read_tagged(sorted(wanted), moment)
        found.update((e.position, e) for e in events)
        tagged = {t for e in events for t in e.tags if t.startswith(("person:", "contact:"))}
        wanted = tagged - seen
    return [found[position] for position in sorted(found)]
