"""What the council is short of: needs that no team could meet, by team, row, locality and month. It holds nobody's name or number."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from events.envelope import RecordedEvent
from events.need_unmet import NeedUnmet, WhyUnmet
from projections.rows import Shown, by_key
from projections.table import Lookup, TableDef, Tables

NAME = "unmet_needs"
VERSION = 1
LONDON = ZoneInfo("Europe/London")

COUNTS = TableDef(
    "unmet_counts",
    {
        "key": "text", "all": "bool", "month": "text", "team": "text", "rule": "text", "locality": "int", "reason": "text",
        "many": "int",
    },
    ("key",),
    (("all",),),
)  # fmt: skip
TABLES = (COUNTS,)
EVENTS = (NeedUnmet,)


class Unmet(Shown):
    """How many needs of one kind could not be met in a month (`2026-03`, London time).

    many   None where it is withheld: few enough to be somebody
    """

    month: str
    team: str
    rule: str
    locality: int | None
    reason: WhyUnmet
    many: int | None


def counts(tables: Tables) -> list[Unmet]:
    """Every count, the newest month first, then by team, row and locality."""
    rows = [Unmet(**{k: row[k] for k in Unmet.model_fields}) for row in tables.find("unmet_counts", all=True)]  # fmt: skip
    rows.sort(key=lambda u: (u.team, u.rule, u.locality or 0, u.reason))
    return sorted(rows, key=lambda u: u.month, reverse=True)


def key_of(event: RecordedEvent) -> str:
    """Under what it is counted."""
    said = event.light
    return f"{event.recorded_at.astimezone(LONDON):%Y-%m}|{said.team}|{said.rule}|{said.locality or ''}|{said.reason}"


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The counts that these events raise."""
    return (by_key("unmet_counts", "key", (key_of(e) for e in events)),)


def apply(tables: Tables, event: RecordedEvent) -> None:
    """One more of its kind."""
    if event.type != NeedUnmet.TYPE:
        return
    said, key = event.light, key_of(event)
    before = tables.get("unmet_counts", key)
    tables.put(
        "unmet_counts",
        {
            "key": key, "all": True, "month": key.partition("|")[0], "team": said.team, "rule": said.rule,
            "locality": said.locality, "reason": said.reason, "many": (before["many"] if before else 0) + 1,
        },
    )  # fmt: skip
