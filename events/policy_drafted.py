"""A policy was drafted."""

from typing import ClassVar, Self

from events.base import Event


class PolicyDrafted(Event):
    """A routing policy was put forward as a draft, whole, with its hash. Nothing is decided by it yet.

    by   the member of staff who put it forward; None where the operator of the machine did
    """

    TYPE: ClassVar[str] = "policy.drafted"
    STREAM: ClassVar[str] = "policy"

    policy: str
    label: str
    hash: str
    document: str
    by: str | None = None

    def stream_id(self) -> str:
        return self.policy

    def tags(self) -> tuple[str, ...]:
        return (f"policy:{self.policy}",)

    def sentence(self) -> str:
        return f"A draft of policy {self.policy} {self.label} was put forward ({self.hash[:12]})."

    @classmethod
    def example(cls) -> Self:
        return cls(
            policy="thurrock", label="2", hash="1" * 64, document="name: thurrock\n", by="S-4"
        )
