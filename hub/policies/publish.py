"""A policy is published."""

from dataclasses import dataclass

from events.base import Event
from events.envelope import RecordedEvent
from events.message_refused import Fault
from events.policy_published import PolicyPublished
from hub.policies.document import InvalidPolicy, read_policy


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The policy that contacts are routed by. `hash` is None before the first was published.

    version   its place in the stream of its name
    """

    hash: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class PublishPolicy:
    """A routing policy comes into force, as the whole document.

    faults   looked up: what `hub.policies.check` finds in it
    """

    document: str
    faults: tuple[Fault, ...] = ()


def decide(state: PolicyInForce, command: PublishPolicy) -> list[Event]:
    """It comes into force for every contact from here on. The very same document again changes nothing."""
    if command.faults:
        raise InvalidPolicy(InvalidPolicy.title, command.faults)
    pin = read_policy(command.document).pin
    if pin.hash == state.hash:
        return []
    return [
        PolicyPublished(
            policy=pin.name, label=pin.version, hash=pin.hash, document=command.document
        )
    ]


def evolve(state: PolicyInForce, recorded: RecordedEvent) -> PolicyInForce:
    """The policy in force after an event of the log."""
    if isinstance(recorded.event, PolicyPublished):
        return PolicyInForce(recorded.event.hash, recorded.version)
    return state
