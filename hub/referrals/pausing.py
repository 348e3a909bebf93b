"""What pausing a clock and letting it go on have in common, of an ask and of what is owed."""

from datetime import datetime

from events.base import Event
from events.clock_paused import ClockPaused
from events.clock_resumed import ClockResumed
from events.message_refused import Fault
from hub.clocks import Calendar
from hub.clocks.pause import due_after, paused_for
from hub.clocks.span import Unit
from hub.errors import InvalidCommand, NotAllowed
from hub.policies import Policy
from hub.policies.clock import ClockRules
from hub.policies.timekeeping import PauseRule
from hub.referrals.clocks import RunningClock
from hub.referrals.meeting import holding_referral
from hub.referrals.state import Episode


def pause(
    episode: Episode, subject: str, rule: str, reason: str, note: str | None, at: datetime, policy: Policy, calendar: Calendar
) -> list[Event]:  # fmt: skip
    """The clock stands still from now on. Raises NotAllowed where no rule lets it, InvalidCommand for a rule that is none."""
    clock = episode.clocks[subject]
    if clock.paused and (clock.paused.rule, clock.paused.reason) == (rule, reason):
        return []
    named = rule_named(policy, rule)
    refuse_unless_it_runs(subject, clock, at)
    rules = rules_of(policy, subject, clock)
    refuse_unless_allowed(policy, rule, rules, subject)
    span = rules.clock.span
    assert span is not None and clock.due_at is not None and clock.name is not None
    holding = episode.referral(holding_referral(episode, subject))
    return [
        ClockPaused(
            subject=subject, contact=contact_with(episode, subject), referral=holding.id, team=holding.team,
            clock=clock.name, rule=rule, says=named.say, reason=reason, due_at=clock.due_at, unit=span.unit, at=at,
            ends_at=named.longest.span.due(at, calendar), note=note,
        )
    ]  # fmt: skip


def resume(
    episode: Episode, subject: str, note: str | None, at: datetime, calendar: Calendar
) -> list[Event]:
    """The clock goes on, due later by what the pause was worth. What does not stand still goes on already."""
    clock = episode.clocks[subject]
    if clock.paused is None:
        return []
    paused, until = clock.paused, min(at, clock.paused.ends_at)
    assert clock.due_at is not None
    holding = episode.referral(holding_referral(episode, subject))
    unit = unit_of(paused)
    return [
        ClockResumed(
            subject=subject, contact=contact_with(episode, subject), referral=holding.id, team=holding.team,
            clock=paused.clock, rule=paused.rule, paused_at=paused.at, at=until, by_itself=False, was_due_at=clock.due_at,
            due_at=due_after(clock.due_at, unit, paused.at, until, calendar),
            paused_for=paused_for(unit, paused.at, until, calendar), note=note,
        )
    ]  # fmt: skip


def contact_with(episode: Episode, subject: str) -> str:
    """The contact that an ask or a duty is of."""
    owed = episode.obligations.get(subject)
    return owed.opened.contact if owed else episode.referral(subject).sent.contact


def rule_named(policy: Policy, rule: str) -> PauseRule:
    """The rule by its name; raises InvalidCommand with those there are."""
    named = policy.pauses.get(rule)
    if named is None:
        listed = ", ".join(policy.pauses) or "none"
        says = f"There is no rule {rule[:40]!r} to pause a clock by. The rules are: {listed}."
        mend = f"Name one of: {listed}."
        raise InvalidCommand(
            says,
            [Fault(pointer="/rule", code="unknown-rule", says="There is no such rule.", mend=mend)],
        )
    return named


def refuse_unless_it_runs(subject: str, clock: RunningClock, at: datetime) -> None:
    """Raise NotAllowed where there is nothing to stop."""
    if clock.due_at is None:
        raise NotAllowed(f"{subject} has no clock that could stand still.")
    if clock.met is not None:
        raise NotAllowed(f"The clock of {subject} was met already.")
    if clock.paused is not None:
        raise NotAllowed(f"The clock of {subject} stands still already: {clock.paused.says}.")
    if clock.missed or clock.over(at) is not None:
        raise NotAllowed(f"The clock of {subject} has run out: what is late cannot be paused.")


def rules_of(policy: Policy, subject: str, clock: RunningClock) -> ClockRules:
    """What the policy in force says of a clock; raises NotAllowed where it knows none of that name."""
    rules = policy.clocks_as_shown.get(clock.name or "")
    if rules is None or rules.clock.span is None:
        raise NotAllowed(f"The policy in force has no rule about the clock of {subject}.")
    return rules


def refuse_unless_allowed(policy: Policy, rule: str, rules: ClockRules, subject: str) -> None:
    """Raise NotAllowed where the rule is not for this clock: one that the law sets only where the rule names it."""
    if not policy.may_pause(rule, rules):
        raise NotAllowed(
            f"The rule {rule} does not pause this clock of {subject}: {rules.clock.name}."
        )


def unit_of(paused: ClockPaused) -> Unit:
    """What the paused time is counted in."""
    unit: Unit = paused.unit  # type: ignore[assignment]  # written by `pause` from a span
    return unit
