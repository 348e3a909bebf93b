"""A draft of a policy is put forward."""

from dataclasses import dataclass

from events.base import Event
from events.message_refused import Fault
from events.policy_checked import PolicyChecked
from events.policy_drafted import PolicyDrafted
from hub.policies.document import read_policy
from hub.policies.state import Policies


@dataclass(frozen=True, slots=True)
class DraftPolicy:
    """A policy is put forward as a whole document, to be read, checked and run over history. It decides nothing yet.

    faults   looked up: what `hub.policies.check` finds in it. A draft may have faults; it cannot come into force with them
    """

    document: str
    faults: tuple[Fault, ...] = ()
    by: str | None = None


def decide(state: Policies, command: DraftPolicy) -> list[Event]:
    """It is kept, with what was found. The very same document again is checked again, where that finds something else.

    Raises InvalidPolicy where it cannot be read as a policy at all.
    """
    pin = read_policy(command.document).pin
    known = state.known.get(pin.hash)
    checked = PolicyChecked(
        policy=pin.name, label=pin.version, hash=pin.hash, faults=command.faults
    )
    if known:
        return [] if known.faults == command.faults else [checked]
    drafted = PolicyDrafted(
        policy=pin.name, label=pin.version, hash=pin.hash, document=command.document, by=command.by
    )
    return [drafted, checked]
