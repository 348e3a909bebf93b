"""A member of staff has signed out."""

from typing import ClassVar, Self

from events.base import Event


class StaffSessionEnded(Event):
    """A member of staff signed out: that session works nowhere any more, their others do."""

    TYPE: ClassVar[str] = "staff.session_ended"
    STREAM: ClassVar[str] = "staff"

    staff: str
    key: str

    def stream_id(self) -> str:
        return self.staff

    def tags(self) -> tuple[str, ...]:
        return (f"staff:{self.staff}",)

    def sentence(self) -> str:
        return f"{self.staff} signed out of a session ({self.key})."

    @classmethod
    def example(cls) -> Self:
        return cls(staff="S-1", key="k2")
