"""The action plan while a past is relived: feedback of a story is taken up, and goes on, each step at its time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from events.base import Event
from events.envelope import RecordedEvent, new_event
from hub.actions.advance import STEPS as ADVANCE
from hub.actions.advance import AdvanceAction
from hub.actions.advance import decide as advance
from hub.actions.propose import ProposeAction
from hub.actions.propose import decide as propose
from hub.actions.register import REGISTER
from hub.actions.state import Plan, fold
from hub.log import Append
from hub.values import london_day
from hub.viewer import Viewer

STEPS = ("propose", "agree", "begin", "done")


def days_told(told: dict[str, Any]) -> list[tuple[str, timedelta, dict[str, str]]]:
    """The steps that a story tells of: each so many days after the feedback was taken up, with its words."""
    said = {
        "propose": {"you_said": told["you_said"], "lead": told["lead"]},
        "done": {"we_did": told["we_did"]},
    }
    return [
        (step, timedelta(days=told[step]), said.get(step, {})) for step in STEPS if step in told
    ]


def next_step(
    recorded: Iterable[RecordedEvent], verb: str, contact: str, says: dict[str, str], viewer: Viewer, at: datetime
) -> Sequence[Append]:  # fmt: skip
    """The events of a step, ready for the log; nothing where it was taken."""
    plan = fold(recorded)
    decided = _decided(plan, verb, contact, says, viewer, at)
    known = plan.actions.get(decided[0].stream_id()) if decided else None
    version = known.version + 1 if known else 1
    return [
        Append((new_event(event, version, actor=viewer.actor, tags=(REGISTER,)),), recorded_at=at)
        for event in decided
    ]


def _decided(
    plan: Plan, verb: str, contact: str, says: dict[str, str], viewer: Viewer, at: datetime
) -> list[Event]:
    taken = next((a for a in plan.actions.values() if contact in a.contacts), None)
    if verb == "propose":
        command = ProposeAction(
            says["you_said"], says["lead"], (contact,), viewer.team, london_day(at).year
        )
        return [] if taken else propose(plan, command)
    if taken is None or taken.stage not in ADVANCE[verb].after:
        return []
    return advance(taken, AdvanceAction(verb, viewer.team, says.get("we_did")))
