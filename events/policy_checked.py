"""A draft policy was checked."""

from typing import ClassVar, Self

from events.base import Event
from events.message_refused import Fault


class PolicyChecked(Event):
    """A draft was checked: its form, its words, its rules that no contact can set off, its examples. Without faults it may be
    agreed to."""

    TYPE: ClassVar[str] = "policy.checked"
    STREAM: ClassVar[str] = "policy"

    policy: str
    label: str
    hash: str
    faults: tuple[Fault, ...] = ()

    def stream_id(self) -> str:
        return self.policy

    def tags(self) -> tuple[str, ...]:
        return (f"policy:{self.policy}",)

    def sentence(self) -> str:
        found = len(self.faults)
        what = (
            f"{found} {'fault was' if found == 1 else 'faults were'}" if found else "no fault was"
        )
        return (
            f"Policy {self.policy} {self.label} ({self.hash[:12]}) was checked, and {what} found."
        )

    @classmethod
    def example(cls) -> Self:
        says = "Line 700: There is no clock 'triaje' in this policy."
        return cls(
            policy="thurrock", label="2", hash="1" * 64,
            faults=(Fault(pointer="/rows/R11/clock", code="unknown-clock", says=says),),
        )  # fmt: skip
