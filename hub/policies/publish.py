"""A policy is published by the operator of the machine alone, where nobody else can."""

from dataclasses import dataclass

from events.base import Event
from events.message_refused import Fault
from events.policy_published import PolicyPublished
from hub.errors import NotAllowed
from hub.policies.document import InvalidPolicy, read_policy
from hub.policies.state import PEOPLE_NEEDED, Policies


@dataclass(frozen=True, slots=True)
class PublishPolicy:
    """A routing policy comes into force, as the whole document, in the name of the operator of the machine.

    faults   looked up: what `hub.policies.check` finds in it
    may      looked up: the staff who may agree to a policy
    """

    document: str
    faults: tuple[Fault, ...] = ()
    may: frozenset[str] = frozenset()


def decide(state: Policies, command: PublishPolicy) -> list[Event]:
    """It comes into force for every contact from here on. The very same document again changes nothing.

    Where one is in force and two people may agree to another, they are asked: raises NotAllowed.
    """
    if command.faults:
        raise InvalidPolicy(InvalidPolicy.title, command.faults)
    pin = read_policy(command.document).pin
    if pin.hash == state.in_force:
        return []
    if state.in_force and len(command.may) >= PEOPLE_NEEDED:
        raise NotAllowed(
            "A policy comes into force when two people agree to it: `hub policy publish FILE --by STAFF`, twice, by two of "
            f"{', '.join(sorted(command.may))}."
        )
    return [
        PolicyPublished(
            policy=pin.name, label=pin.version, hash=pin.hash, document=command.document
        )
    ]
