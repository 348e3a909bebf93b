"""What the events of a referral have in common, once it was sent: what a team did with it."""

from typing import ClassVar

from events.base import Event


class OfReferral(Event):
    """A team did something with a referral; `team` is the one that did it."""

    STREAM: ClassVar[str] = "referral"

    referral: str
    contact: str
    team: str

    def stream_id(self) -> str:
        return self.referral

    def tags(self) -> tuple[str, ...]:
        return (f"referral:{self.referral}", f"contact:{self.contact}")


class SentOn(OfReferral):
    """A referral ended and went on to another team, with a reason.

    next   the team it goes on to
    opens  the referral that opens there, with the clock of this one
    """

    reason: str
    next: str
    opens: str
    note: str | None = None
