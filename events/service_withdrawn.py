"""A service is in the directory no more."""

from typing import ClassVar, Literal, Self

from events.base import Event

WhyWithdrawn = Literal["not-in-directory", "not-running"]


class ServiceWithdrawn(Event):
    """A service is suggested no more: its directory has it no longer, or says that it does not run (inactive, defunct)."""

    TYPE: ClassVar[str] = "service.withdrawn"
    STREAM: ClassVar[str] = "service"

    service: str
    source: str
    why: WhyWithdrawn

    def stream_id(self) -> str:
        return self.service

    def tags(self) -> tuple[str, ...]:
        return (f"service:{self.service}", "directory:services")

    def sentence(self) -> str:
        said = "no longer runs" if self.why == "not-running" else "is in its directory no more"
        return f"Service {self.service} {said}, and is not suggested."

    @classmethod
    def example(cls) -> Self:
        return cls(
            service="6f1d2a34-0000-4000-8000-000000000001",
            source="https://directory.example/api",
            why="not-in-directory",
        )
