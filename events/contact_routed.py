"""The routing decision on a contact."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event, Upcast
from events.decision import Decision, PolicyPin, Route
from events.facts import PinnedFacts


class ContactRouted(Event):
    """The policy said which teams a contact goes to, what else must be done and who must be told.

    Everything the decision was made from is pinned: the policy and calendar by hash, the facts in full, the decider's
    version. Deciding again from these gives the same bytes.

    family          the root person of the family at that moment, None where nobody was known
    register_hash   the register of teams it was made with; None where the policy alone told of teams
    """

    TYPE: ClassVar[str] = "contact.routed"
    VERSION: ClassVar[int] = 2
    STREAM: ClassVar[str] = "contact"
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: lambda said: {**said, "register_hash": None}}

    contact: str
    input_position: int
    received_at: datetime
    family: str | None
    policy: PolicyPin
    calendar_hash: str
    decider: str
    facts: PinnedFacts
    decision: Decision
    register_hash: str | None = None

    def stream_id(self) -> str:
        return self.contact

    def tags(self) -> tuple[str, ...]:
        said = self.decision
        people = (
            *(r.person for r in said.routes),
            *(o.person for o in said.obligations),
            *(t.person for t in said.tell),
        )
        family = (f"family:{self.family}",) if self.family else ()
        held = (r.held_by for r in self.decision.routes)
        people_and_referrals = (
            *(f"person:{p}" for p in people if p),
            *(f"referral:{h}" for h in held if h),
        )
        return tuple(dict.fromkeys((f"contact:{self.contact}", *family, *people_and_referrals)))

    def sentence(self) -> str:
        teams = (
            ", ".join(f"{r.team or 'no team'} ({r.rule})" for r in self.decision.routes) or "nobody"
        )
        return f"Contact {self.contact} was routed to {teams} under policy {self.policy.name} {self.policy.version}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            contact="C-26-000001",
            input_position=7,
            received_at=datetime(2026, 3, 4, 10, 15, tzinfo=UTC),
            family="P-000001",
            policy=PolicyPin(name="thurrock", version="1", hash="0" * 64),
            calendar_hash="0" * 64,
            decider="1",
            facts=PinnedFacts.example(),
            decision=Decision(
                routes=(
                    Route(
                        rule="R8", about="p2", person="P-000002", team="YC", pathway="young carer's assessment", rank=1,
                        due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC), clock="offer within 5 working days",
                        because="A person under 18 cares for someone.", row="R8",
                    ),
                ),
                obligations=(),
                tell=(),
            ),
            register_hash="0" * 64,
        )  # fmt: skip
