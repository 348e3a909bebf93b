"""A duty became owed."""

from datetime import UTC, datetime
from typing import ClassVar, Self

from events.base import Event


class ObligationOpened(Event):
    """Something must be done besides the referrals, by the team that holds `referral`; closing that referral waits for it.

    referral is the one about the same person, else the lead one.
    """

    TYPE: ClassVar[str] = "obligation.opened"
    STREAM: ClassVar[str] = "obligation"

    obligation: str
    contact: str
    referral: str
    rule: str
    about: str | None
    person: str | None
    does: str
    because: str
    clock: str | None
    due_at: datetime | None

    def stream_id(self) -> str:
        return self.obligation

    def tags(self) -> tuple[str, ...]:
        person = (f"person:{self.person}",) if self.person else ()
        return (
            f"obligation:{self.obligation}",
            f"referral:{self.referral}",
            f"contact:{self.contact}",
            *person,
        )

    def sentence(self) -> str:
        return (
            f"Obligation {self.obligation} ({self.rule}) was opened with referral {self.referral}."
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            obligation="O-26-000001-1", contact="C-26-000001", referral="R-26-000001-1", rule="F3", about="p1", person="P-000001",
            does="Offer an assessment to the person who is cared for.", because="A child cares for them.",
            clock=None, due_at=datetime(2026, 3, 11, 23, 59, 59, tzinfo=UTC),
        )  # fmt: skip
