"""A policy came into force."""

from typing import ClassVar, Self

from events.base import Event


class PolicyPublished(Event):
    """A routing policy was published, as the whole document with its hash, and is in force from here on."""

    TYPE: ClassVar[str] = "policy.published"
    STREAM: ClassVar[str] = "policy"

    policy: str
    label: str
    hash: str
    document: str

    def stream_id(self) -> str:
        return self.policy

    def tags(self) -> tuple[str, ...]:
        return (f"policy:{self.policy}",)

    def sentence(self) -> str:
        return f"Policy {self.policy} {self.label} came into force."

    @classmethod
    def example(cls) -> Self:
        return cls(policy="thurrock", label="1", hash="0" * 64, document="name: thurrock\n")
