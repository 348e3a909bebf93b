"""Somebody agreed that a draft policy comes into force."""

from typing import ClassVar, Self

from events.base import Event


class PolicyAgreed(Event):
    """A member of staff agreed that a draft comes into force. It does when two have agreed to it.

    in_force   the hash of the policy in force when they agreed: once another comes into force, they are asked again
    """

    TYPE: ClassVar[str] = "policy.agreed"
    STREAM: ClassVar[str] = "policy"

    policy: str
    label: str
    hash: str
    by: str
    in_force: str | None

    def stream_id(self) -> str:
        return self.policy

    def tags(self) -> tuple[str, ...]:
        return (f"policy:{self.policy}", f"staff:{self.by}")

    def sentence(self) -> str:
        return f"{self.by} agreed that policy {self.policy} {self.label} ({self.hash[:12]}) comes into force."

    @classmethod
    def example(cls) -> Self:
        return cls(policy="thurrock", label="2", hash="1" * 64, by="S-4", in_force="0" * 64)
