"""What an act means for a clock: it meets it, or it comes too late, or the ask ends without."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from events.base import Event
from events.clock_met import ClockMet, MetBy
from events.clock_missed import ClockMissed
from events.obligation_done import ObligationDone
from events.obligation_waived import ObligationWaived
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_withdrawn import ReferralWithdrawn
from hub.clocks.words import roughly
from hub.referrals.clocks import RunningClock
from hub.referrals.state import Episode, happened

DECIDES: dict[type[Event], MetBy] = {
    ReferralAccepted: "accepted", ReferralDeclined: "declined", ReferralHandedOn: "handed_on",
    ReferralOverridden: "overridden",
}  # fmt: skip
FINISHES: dict[type[Event], MetBy] = {ReferralDone: "done", ObligationDone: "done"}
ACTS: tuple[type[Event], ...] = (*DECIDES, *FINISHES, ReferralWithdrawn, ObligationWaived)


def with_clocks(episode: Episode, decided: Sequence[Event], at: datetime) -> list[Event]:
    """What was decided, and after each event what it means for the clock of its ask or duty. To act late is to have missed it, where
    that was not noted before; what ends without being done has met nothing."""
    found: list[Event] = []
    for event in decided:
        told = list(_of_clock(episode, event, at))
        for happening in (event, *told):
            episode = happened(episode, happening)
            found.append(happening)
    return found


def _of_clock(episode: Episode, event: Event, at: datetime) -> Iterator[Event]:
    subject = subject_of(event)
    clock = episode.clocks.get(subject)
    if clock is None or not clock.runs:
        return
    if not isinstance(event, ACTS):
        return
    by = meets(clock, event)
    over = clock.over(at)
    if over is not None and not clock.missed:
        yield missed(episode, subject, at)
    if by is not None:
        assert clock.due_at is not None
        holding = holding_referral(episode, subject)
        yield ClockMet(
            subject=subject, contact=getattr(event, "contact", ""), referral=holding, team=getattr(event, "team", ""),
            clock=clock.name, due_at=clock.due_at, by=by, at=at, late=None if over is None else roughly(over),
        )  # fmt: skip


def subject_of(event: Event) -> str:
    """The ask or the duty that an act is about."""
    subject: str = getattr(event, "obligation", "") or getattr(event, "referral", "")
    return subject


def meets(clock: RunningClock, event: Event) -> MetBy | None:
    """How an act meets a clock; None where it does not."""
    by = FINISHES.get(type(event))
    return DECIDES.get(type(event)) if by is None and clock.met_by == "accepted" else by


def missed(episode: Episode, subject: str, at: datetime) -> ClockMissed:
    """That a clock was missed, as it is noted with the act that came too late."""
    clock = episode.clocks[subject]
    assert clock.due_at is not None
    holding = episode.referral(holding_referral(episode, subject))
    owed = episode.obligations.get(subject)
    return ClockMissed(
        subject=subject, contact=owed.opened.contact if owed else holding.sent.contact, referral=holding.id,
        team=holding.team, person=owed.opened.person if owed else holding.sent.person, clock=clock.name,
        due_at=clock.due_at, at=at, over=roughly(at - clock.due_at),
    )  # fmt: skip


def holding_referral(episode: Episode, subject: str) -> str:
    """The referral that holds an obligation by now; an ask holds itself."""
    owed = episode.obligations.get(subject)
    return episode.holder(owed.opened.referral).id if owed else subject
