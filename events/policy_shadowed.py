"""A draft policy was run over history."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event, Fact


class Shift(Fact):
    """How often something would be there that was not, and how often it would not be there that was."""

    what: str
    more: int
    fewer: int


class PolicyShadowed(Event):
    """A draft was run over decisions that had been made: what it would have decided otherwise, from the facts as they stood.

    since, until   the period of receipt, until not included; None: the log's whole history
    decisions      how many were made again, `changed` how many of them would have come out otherwise
    teams          referrals a team would have had besides, and would not have had
    clocks         routes by row and clock, obligations by rule and clock, notices by whom they are to: likewise
    contacts       the first of the contacts that would have gone otherwise, in the log's order; `changed` counts all of them
    """

    TYPE: ClassVar[str] = "policy.shadowed"
    STREAM: ClassVar[str] = "policy"

    policy: str
    label: str
    hash: str
    since: datetime | None
    until: datetime | None
    decisions: int
    changed: int
    teams: tuple[Shift, ...] = ()
    clocks: tuple[Shift, ...] = ()
    obligations: tuple[Shift, ...] = ()
    notices: tuple[Shift, ...] = ()
    contacts: tuple[str, ...] = ()

    def stream_id(self) -> str:
        return self.policy

    def tags(self) -> tuple[str, ...]:
        return (f"policy:{self.policy}",)

    def sentence(self) -> str:
        of = f"{self.changed} of {self.decisions} decisions would have come out otherwise"
        return f"Policy {self.policy} {self.label} ({self.hash[:12]}) was run over history: {of}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            policy="thurrock", label="2", hash="1" * 64,
            since=datetime(2026, 2, 1, tzinfo=UTC), until=datetime(2026, 3, 1, tzinfo=UTC), decisions=620, changed=2,
            teams=(Shift(what="YC", more=2, fewer=0),),
            clocks=(Shift(what="R8 offer within 5 working days (practice)", more=2, fewer=0),),
            obligations=(Shift(what="F3", more=2, fewer=0),), contacts=("C-26-000001", "C-26-000007"),
        )  # fmt: skip
