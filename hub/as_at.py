"""The past: the same folds over plain memory, from the events that concern a person, as recorded by a moment."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from events.envelope import RecordedEvent
from hub.log import Log
from projections.as_at import fold_as_at
from projections.table import Tables

Answer = TypeVar("Answer")


async def ask_as_at(
    log: Log, tags: tuple[str, ...], moment: datetime, question: Callable[[Tables], Answer]
) -> Answer:
    """The answer that would have been given at `moment`, from the events around `tags` recorded by then."""
    return question(fold_as_at(await events_around(log, tags, moment)))


async def events_around(log: Log, tags: tuple[str, ...], moment: datetime | None) -> list[RecordedEvent]:
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
