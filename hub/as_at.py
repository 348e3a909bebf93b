"""The past: the same folds over plain memory, from the events that concern a person, as recorded by a moment."""

from datetime import UTC, datetime, tzinfo

from events.envelope import RecordedEvent
from hub.families.shown import with_known_people
from hub.log import Log
from projections.as_at import fold_as_at
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


async def fold_around(log: Log, tags: tuple[str, ...], moment: datetime) -> Tables:
    """Every table, the engine's too, as it would have stood at `moment`, from the events around `tags` recorded by then."""
    return fold_as_at(await events_around(log, tags, moment), with_known_people())


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
