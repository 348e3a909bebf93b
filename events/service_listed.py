"""A service stands in the directory."""

from datetime import UTC, date, datetime
from typing import ClassVar, Self

from events.base import Event
from events.service_entry import ServiceArea, ServiceEntry, ServiceRoom, ServiceTerm


class ServiceListed(Event):
    """A service is in the directory of services, or what is said of it is another thing now. It names nobody who works there.

    source   the directory that it was read from
    hash     SHA-256 of the entry: the very same again is not listed twice
    """

    TYPE: ClassVar[str] = "service.listed"
    STREAM: ClassVar[str] = "service"

    service: str
    source: str
    hash: str
    entry: ServiceEntry

    def stream_id(self) -> str:
        return self.service

    def tags(self) -> tuple[str, ...]:
        return (f"service:{self.service}", "directory:services")

    def sentence(self) -> str:
        return f"Service {self.service} stands in the directory."

    @classmethod
    def example(cls) -> Self:
        return cls(
            service="6f1d2a34-0000-4000-8000-000000000001",
            source="https://directory.example/api",
            hash="0" * 64,
            entry=ServiceEntry(
                name="Fogbell Friday Club",
                status="active",
                organisation="Fogbell Friends",
                minimum_age=55,
                assured_on=date(2026, 1, 12),
                phones=("01632 960900",),
                terms=(ServiceTerm(name="Befriending"),),
                areas=(ServiceArea(name="Thurrock"),),
                rooms=(
                    ServiceRoom(
                        available=4, unit="places", updated_at=datetime(2026, 2, 1, tzinfo=UTC)
                    ),
                ),
            ),
        )
