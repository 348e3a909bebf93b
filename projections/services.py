"""The services that a council's directory has, by what they are about: searched, and suggested, by those who look for one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from events.directory_imported import DirectoryImported
from events.envelope import RecordedEvent
from events.light import as_json
from events.service_entry import ServiceEntry
from events.service_listed import ServiceListed
from events.service_withdrawn import ServiceWithdrawn
from projections.rows import Shown, by_key
from projections.table import Lookup, Row, TableDef, Tables

NAME = "services"
VERSION = 1

SERVICES = TableDef(
    "services",
    {
        "service": "text", "all": "bool", "source": "text", "terms": "texts", "listed_at": "time", "entry": "json",
    },
    ("service",),
    (("all",), ("terms",)),
)  # fmt: skip
IMPORTS = TableDef(
    "directory_imports",
    {"source": "text", "all": "bool", "at": "time", "read": "int", "left_out": "int"},
    ("source",),
    (("all",),),
)
TABLES = (SERVICES, IMPORTS)
EVENTS = (ServiceListed, ServiceWithdrawn, DirectoryImported)


class Listing(Shown):
    """A service as its directory has it; nothing in it is about a person."""

    service: str
    source: str
    listed_at: datetime
    entry: ServiceEntry


class Read(Shown):
    """When a directory was last read, and how much of it could be."""

    source: str
    at: datetime
    read: int
    left_out: int


def every(tables: Tables) -> list[Listing]:
    """All services, by their ids."""
    return [listing_of(row) for row in tables.find("services", all=True)]


def about(tables: Tables, terms: Iterable[str]) -> list[Listing]:
    """The services that stand under any of these words, by their ids."""
    rows = {row["service"]: row for term in sorted(terms) for row in tables.find("services", terms=term)}  # fmt: skip
    return [listing_of(row) for _, row in sorted(rows.items())]


def one(tables: Tables, service: str) -> Listing | None:
    """A service by its id; None where the directory has none."""
    row = tables.get("services", service)
    return listing_of(row) if row else None


def reads(tables: Tables) -> list[Read]:
    """When each directory was last read."""
    rows = tables.find("directory_imports", all=True)
    return [Read(**{name: row[name] for name in Read.model_fields}) for row in rows]


def listing_of(row: Row) -> Listing:
    """A row as it is shown."""
    return Listing(
        service=row["service"],
        source=row["source"],
        listed_at=row["listed_at"],
        entry=ServiceEntry.model_validate(row["entry"]),
    )


def plain_term(text: str) -> str:
    """A word of a taxonomy as it is compared: capitals and blanks make no difference."""
    return " ".join(text.casefold().split())


def words_of(terms: Iterable[Any]) -> list[str]:
    """What a service is found by: the names and codes of its terms."""
    said = (word for term in terms for word in (term.name, term.code) if word)
    return sorted({plain_term(word) for word in said})


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The services and directories that these events are about."""
    events = list(events)
    of = [event for event in events if event.type != DirectoryImported.TYPE]
    read = [event.light.source for event in events if event.type == DirectoryImported.TYPE]
    found = [by_key("services", "service", (event.light.service for event in of))] if of else []
    return [*found, *([by_key("directory_imports", "source", read)] if read else [])]


def apply(tables: Tables, event: RecordedEvent) -> None:
    """The newest entry of a service stands; one that was withdrawn is gone."""
    said = event.light
    if event.type == ServiceListed.TYPE:
        tables.put(
            "services",
            {
                "service": said.service, "all": True, "source": said.source, "terms": words_of(said.entry.terms),
                "listed_at": event.recorded_at, "entry": as_json(said.entry),
            },
        )  # fmt: skip
    elif event.type == ServiceWithdrawn.TYPE:
        tables.delete("services", said.service)
    elif event.type == DirectoryImported.TYPE:
        tables.put(
            "directory_imports",
            {
                "source": said.source, "all": True, "at": event.recorded_at, "read": said.read, "left_out": said.left_out,
            },
        )  # fmt: skip
