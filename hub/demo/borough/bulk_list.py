"""A story of a bulk list: people who need something now, given to the council as rows, as `hub surge` reads and sends them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.demo.borough.contacts import Sent, working
from hub.linking.records import Record
from hub.surges.rows import Terms, message_of
from hub.values import LONDON
from projections.surges import SOURCE

AFTER = timedelta(minutes=3)
"""So long after the list was drawn up its rows come in, all together."""


@dataclass(frozen=True, slots=True)
class BulkList:
    """A list: what it is called, and what it is about."""

    surge: str
    about: str

    @property
    def source(self) -> str:
        """The source of its contacts."""
        return f"{SOURCE}{self.surge}"


def rows_sent(slug: str, said: Any, ends_on: date) -> Iterator[tuple[Sent, Any]]:
    """Each row as it comes in, with what teams do about it."""
    hours, minutes = map(int, said["at"].split(":"))
    day = working(ends_on - timedelta(days=said["days_ago"]))
    drawn_up = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=LONDON)
    of = BulkList(said["surge"], said["about"])
    terms = Terms(of.source, of.about, said["org"], said["door"], drawn_up, overridden=said["overridden"])  # fmt: skip
    for number, row in enumerate(said["rows"], 1):
        told = {name: text for name, text in row.items() if name != "teams"}
        record = Record(number + 1, {**told, "record_id": f"story-{slug}-{number}"})
        yield (
            Sent(
                at=drawn_up + AFTER, slug=of.surge, source=of.source, id=record.record_id, family=f"story:{slug}",
                who={"p1": f"story:{slug}.{number}"}, message=message_of(record, terms),
            ),
            row.get("teams", {}),
        )  # fmt: skip
