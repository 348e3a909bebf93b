"""A member of staff may sign in."""

from typing import ClassVar, Self

from events.base import Event


class StaffAdded(Event):
    """A person of a team (duty), an auditor or an operator may use the hub."""

    TYPE: ClassVar[str] = "staff.added"
    STREAM: ClassVar[str] = "staff"

    staff: str
    name: str
    team: str
    role: str

    def stream_id(self) -> str:
        return self.staff

    def tags(self) -> tuple[str, ...]:
        return (f"staff:{self.staff}",)

    def sentence(self) -> str:
        return f"{self.staff} was added as {self.role} of {self.team}."

    @classmethod
    def example(cls) -> Self:
        return cls(staff="S-1", name="Sam Taylor", team="MASH", role="duty")
