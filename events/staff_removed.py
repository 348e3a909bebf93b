"""A member of staff left."""

from typing import ClassVar, Self

from events.base import Event


class StaffRemoved(Event):
    """The member of staff may no longer use the hub, at once."""

    TYPE: ClassVar[str] = "staff.removed"
    STREAM: ClassVar[str] = "staff"

    staff: str

    def stream_id(self) -> str:
        return self.staff

    def tags(self) -> tuple[str, ...]:
        return (f"staff:{self.staff}",)

    def sentence(self) -> str:
        return f"{self.staff} was removed."

    @classmethod
    def example(cls) -> Self:
        return cls(staff="S-1")
