"""A member of staff has a new key."""

from typing import ClassVar, Self

from events.base import Event


class StaffKeyIssued(Event):
    """A key or a single-use sign-in link was made for a member of staff. Only its hash is kept."""

    TYPE: ClassVar[str] = "staff.key_issued"
    STREAM: ClassVar[str] = "staff"

    staff: str
    key: str
    kind: str

    def stream_id(self) -> str:
        return self.staff

    def tags(self) -> tuple[str, ...]:
        return (f"staff:{self.staff}",)

    def sentence(self) -> str:
        return f"A {self.kind} ({self.key}) was issued to {self.staff}."

    @classmethod
    def example(cls) -> Self:
        return cls(staff="S-1", key="k1", kind="key")
