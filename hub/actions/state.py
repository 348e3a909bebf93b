"""An item of the action plan, and how far it has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from events.action_agreed import ActionAgreed
from events.action_begun import ActionBegun
from events.action_done import ActionDone
from events.action_dropped import ActionDropped
from events.action_proposed import ActionProposed
from events.envelope import RecordedEvent
from hub.errors import NotKnown

Stage = Literal["proposed", "agreed", "in progress", "done", "dropped"]
STAGES: tuple[Stage, ...] = ("proposed", "agreed", "in progress", "done", "dropped")


@dataclass(frozen=True, slots=True)
class Action:
    """One item. `since` is when it came to its stage; `team` the team that proposed it."""

    action: str
    you_said: str
    lead: str
    contacts: tuple[str, ...]
    team: str | None
    stage: Stage
    proposed_at: datetime
    since: datetime
    by_when: str | None = None
    we_did: str | None = None
    reason: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """Every item, oldest first."""

    actions: Mapping[str, Action] = field(default_factory=dict)

    def find(self, action: str) -> Action:
        """The item; raises NotKnown."""
        if action not in self.actions:
            raise NotKnown(f"There is no action {action[:40]!r}.")
        return self.actions[action]

    @property
    def taken(self) -> frozenset[str]:
        """The contacts that some item, not dropped, takes up."""
        standing = (a for a in self.actions.values() if a.stage != "dropped")
        return frozenset(contact for a in standing for contact in a.contacts)


def fold(events: Iterable[RecordedEvent]) -> Plan:
    """What these events of the log come to."""
    plan: dict[str, Action] = {}
    for recorded in events:
        action = evolve(plan.get(recorded.stream.partition(":")[2]), recorded)
        if action:
            plan[action.action] = action
    return Plan(plan)


def evolve(known: Action | None, recorded: RecordedEvent) -> Action | None:
    """The item after an event."""
    at, event = recorded.recorded_at, recorded.event
    if isinstance(event, ActionProposed):
        return Action(
            event.action, event.you_said, event.lead, event.contacts, event.team, "proposed", at, at, version=recorded.version
        )  # fmt: skip
    if known is None:
        return None
    known = replace(known, since=at, version=recorded.version)
    match event:
        case ActionAgreed():
            return replace(known, stage="agreed", by_when=event.by_when)
        case ActionBegun():
            return replace(known, stage="in progress")
        case ActionDone():
            return replace(known, stage="done", we_did=event.we_did)
        case ActionDropped():
            return replace(known, stage="dropped", reason=event.reason)
    return known
