"""Decides every decision again from its pinned facts, under its pinned policy, calendar and teams: the bytes must be the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from events.calendar_adopted import CalendarAdopted
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.policy_published import PolicyPublished
from events.teams_adopted import TeamsAdopted
from hub.clocks import Calendar
from hub.policies import Policy, read_policy
from hub.routing import DECIDERS, decide
from hub.teams.document import Register, read_register


@dataclass(frozen=True, slots=True)
class DecisionFault:
    """A decision that does not come out again, and why."""

    position: int
    contact: str
    says: str


ARRIVES = (ContactReceived.TYPE, ContactCorrected.TYPE)
DECIDES = (ContactRouted.TYPE, ContactReconsidered.TYPE)


def arrival_of(recorded: RecordedEvent) -> str:
    """What a decision will be for: a contact, or a correction of one."""
    contact: str = recorded.light.contact
    return (
        contact if recorded.type == ContactReceived.TYPE else correction(contact, recorded.position)
    )


def decided_for(decided: ContactRouted | ContactReconsidered) -> str:
    """What a decision is for."""
    if isinstance(decided, ContactRouted):
        return decided.contact
    return correction(decided.contact, decided.input_position)


def correction(contact: str, position: int) -> str:
    """A correction of a contact, by its place in the log."""
    return f"{contact}#{position}"


@dataclass(slots=True)
class Redecider:
    """Goes through the log once, in order; holds the policies, calendars and registers of teams it has met, and when each
    contact arrived that was not decided yet: a clock starts at receipt, so a receipt moved afterwards must be seen.
    `READS` are the types it reads."""

    READS: ClassVar[frozenset[str]] = frozenset(
        {
            *ARRIVES,
            PolicyPublished.TYPE,
            CalendarAdopted.TYPE,
            TeamsAdopted.TYPE,
            *DECIDES,
        }
    )
    policies: dict[str, Policy]
    calendars: dict[str, Calendar]
    registers: dict[str, Register] = field(default_factory=dict)
    decisions: int = 0
    arrived: dict[str, datetime] = field(default_factory=dict)

    @classmethod
    def fresh(cls) -> "Redecider":
        """One that has met nothing yet."""
        return cls(policies={}, calendars={})

    def faults(self, events: Iterable[RecordedEvent]) -> Iterator[DecisionFault]:
        """The decisions among `events` that do not come out the same."""
        for recorded in events:
            try:
                if recorded.type in ARRIVES:  # of which no more than its number is read
                    self.arrived[arrival_of(recorded)] = recorded.recorded_at
                    continue
                event = recorded.event
            except ValueError as error:
                says = f"it cannot be read: {type(error).__name__}"
                yield DecisionFault(recorded.position, recorded.stream.partition(":")[2], says)
                continue
            match event:
                case PolicyPublished(hash=hash_, document=document):
                    self.policies[hash_] = read_policy(document)
                case CalendarAdopted(hash=hash_, calendar=name, holidays=holidays):
                    self.calendars[hash_] = Calendar(name=name, holidays=holidays)
                case TeamsAdopted(hash=hash_, document=document):
                    self.registers[hash_] = read_register(document)
                case ContactRouted() | ContactReconsidered() as routed:
                    self.decisions += 1
                    if says := self._fault(routed):
                        yield DecisionFault(recorded.position, routed.contact, says)

    def _fault(self, routed: ContactRouted | ContactReconsidered) -> str:
        """Why it does not come out again; empty where it does."""
        arrived = self.arrived.pop(decided_for(routed), routed.received_at)
        if not arrived == routed.received_at == routed.facts.received_at:
            return "it was decided for another time of receipt than the log has"
        policy = self.policies.get(routed.policy.hash)
        calendar = self.calendars.get(routed.calendar_hash)
        if policy is None:
            return f"the policy {routed.policy.hash[:12]} it names was never published"
        if policy.pin != routed.policy:
            return "the policy it names has another name, version or hash"
        if calendar is None or calendar.hash != routed.calendar_hash:
            return f"the calendar {routed.calendar_hash[:12]} it names was never adopted"
        if routed.decider not in DECIDERS:
            return f"it was made by decider {routed.decider}, which this program does not know"
        register = self.registers.get(routed.register_hash or "")
        if routed.register_hash and (register is None or register.hash != routed.register_hash):
            return f"the register of teams {routed.register_hash[:12]} it names was never adopted"
        again = decide(routed.facts, policy, calendar, register, routed.decider)
        if again.model_dump_json() != routed.decision.model_dump_json():
            return "deciding again from the pinned facts gives another decision"
        return ""
