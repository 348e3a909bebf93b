"""The register of teams came into force."""

from typing import ClassVar, Self

from events.base import Event


class TeamsAdopted(Event):
    """The council's teams, their localities, hours, capacity and clearances are these from here on: the whole register as a document
    with its hash. Decisions pin `hash`, so what they were made from can be read again."""

    TYPE: ClassVar[str] = "teams.adopted"
    STREAM: ClassVar[str] = "team"

    hash: str
    document: str

    def stream_id(self) -> str:
        return "register"

    def tags(self) -> tuple[str, ...]:
        return ("team:register",)

    def sentence(self) -> str:
        return f"The register of teams {self.hash[:12]} came into force."

    @classmethod
    def example(cls) -> Self:
        return cls(hash="0" * 64, document="teams: {}\n")
