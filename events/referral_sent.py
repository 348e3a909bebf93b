"""An ask was made to one team."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self

from events.base import Event, Upcast


def without_rules_of_its_clock(stored: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say what meets the clock: then the work being done does, which is never too early."""
    return {**stored, "met_by": None, "missed_from": None}


class ReferralSent(Event):
    """One team was asked to act, about one person or the contact as a whole.

    about        the contact's own ref (or a person id, where the contact does not name them), as in the decision
    sent_at      when the ask was made; `clock_started_at` when its clock began (receipt of the contact: F11)
    follows      the referral it goes on from, after a decline, an override or a hand-on
    lead         the lead route of the contact: one team leads
    met_by       what meets its clock, by the policy of that day: the team decides (accepted), or the work is done
    missed_from  from when it counts as missed, where that is not its due time: what is due at once leaves time to read it
    """

    TYPE: ClassVar[str] = "referral.sent"
    VERSION: ClassVar[int] = 2
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {1: without_rules_of_its_clock}
    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    rule: str
    about: str | None
    person: str | None
    family: str | None
    team: str
    pathway: str | None
    rank: int
    lead: bool
    clock: str | None
    clock_started_at: datetime
    due_at: datetime | None
    because: str
    follows: str | None = None
    met_by: Literal["accepted", "done"] | None = None
    missed_from: datetime | None = None

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        person = (f"person:{self.person}",) if self.person else ()
        family = (f"family:{self.family}",) if self.family else ()
        return (
            f"referral:{self.referral}",
            f"contact:{self.contact}",
            f"team:{self.team}",
            *person,
            *family,
        )

    def sentence(self) -> str:
        return f"{self.team} was asked to act on contact {self.contact} ({self.rule}), as referral {self.referral}."

    @classmethod
    def example(cls) -> Self:
        return cls(
            referral="R-26-000001-1", contact="C-26-000001", rule="R8", about="p2", person="P-000002", family="P-000001",
            team="YC", pathway="young carer's assessment", rank=1, lead=True, clock="offer within 5 working days",
            clock_started_at=datetime(2026, 3, 4, 10, 15, tzinfo=UTC), due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC),
            because="A person under 18 cares for someone.", met_by="done",
        )  # fmt: skip
