"""An item of the action plan goes on: agreed, begun, done, or dropped with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from events.action_agreed import ActionAgreed
from events.action_begun import ActionBegun
from events.action_done import ActionDone
from events.action_dropped import ActionDropped
from events.base import Event
from events.message_refused import Fault
from hub.actions.state import Action, Stage
from hub.actions.words import public_text
from hub.errors import InvalidCommand, NotAllowed
from hub.values import PartialDate


@dataclass(frozen=True, slots=True)
class Step:
    """One step: from which stages it leads where, what it asks for, and what it comes to."""

    verb: str
    says: str
    after: tuple[Stage, ...]
    leads_to: Stage
    needs: str | None
    event: Callable[[Action, str | None, str | None], Event]
    may: str | None = None


def _agreed(action: Action, team: str | None, said: str | None) -> Event:
    return ActionAgreed(action=action.action, team=team, by_when=said)


STEPS: Mapping[str, Step] = {
    step.verb: step
    for step in (
        Step("agree", "Agree", ("proposed",), "agreed", None, _agreed, may="by_when"),
        Step(
            "begin", "Begin", ("proposed", "agreed"), "in progress", None,
            lambda a, team, _said: ActionBegun(action=a.action, team=team),
        ),
        Step(
            "done", "Done", ("proposed", "agreed", "in progress"), "done", "we_did",
            lambda a, team, said: ActionDone(action=a.action, team=team, we_did=said or ""),
        ),
        Step(
            "drop", "Drop", ("proposed", "agreed", "in progress"), "dropped", "reason",
            lambda a, team, said: ActionDropped(action=a.action, team=team, reason=said or ""),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdvanceAction:
    """A step of an item. `said` is what the step asks for: the day, what was done, or why not.

    names   looked up: how the people of the contacts behind it are called
    """

    verb: str
    team: str | None
    said: str | None = None
    names: frozenset[str] = frozenset()


def decide(action: Action, command: AdvanceAction) -> list[Event]:
    """The step; nothing where it was taken already in the same words. Raises NotAllowed where it does not follow."""
    step = STEPS[command.verb]
    said = _said(step, command)
    if action.stage == step.leads_to:
        stood = {"we_did": action.we_did, "reason": action.reason, "by_when": action.by_when}
        if said is None or said == stood.get(step.needs or step.may or ""):
            return []
    if action.stage not in step.after:
        raise NotAllowed(f"Action {action.action} is {action.stage}.")
    return [step.event(action, command.team, said)]


def _said(step: Step, command: AdvanceAction) -> str | None:
    if step.needs:
        return public_text(step.needs, command.said or "", command.names)
    if not step.may or not command.said:
        return None
    day = PartialDate.parse(command.said)
    if day is None or day.full is None:
        says = "It is a day, such as 2026-06-30."
        raise InvalidCommand(says, [Fault(pointer=f"/{step.may}", code="not-a-day", says=says)])
    return command.said
