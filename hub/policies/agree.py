"""Somebody agrees that a draft comes into force."""

from dataclasses import dataclass

from events.base import Event
from events.message_refused import Fault
from events.policy_agreed import PolicyAgreed
from events.policy_published import PolicyPublished
from hub.errors import Conflict, NotPermitted
from hub.policies.document import InvalidPolicy
from hub.policies.state import PEOPLE_NEEDED, Policies


@dataclass(frozen=True, slots=True)
class AgreeToPolicy:
    """A member of staff agrees that a draft comes into force. With the second of them it does.

    may      looked up: who may agree (staff in the role operator)
    faults   looked up: what `hub.policies.check` finds in it now
    instead_of   the policy that was in force as they read the draft, by its hash; None where they do not say
    """

    hash: str
    by: str
    may: frozenset[str]
    faults: tuple[Fault, ...] = ()
    instead_of: str | None = None


def decide(state: Policies, command: AgreeToPolicy) -> list[Event]:
    """Kept; the second makes it the policy of every contact from here on. To agree twice, or to what is in force, changes
    nothing. Raises Conflict where another came into force since they read what it says otherwise."""
    draft = state.find(command.hash)
    if command.by not in command.may:
        raise NotPermitted("Only staff in the role operator may agree to a policy.")
    if draft.hash == state.in_force or command.by in draft.agreed:
        return []
    if command.instead_of is not None and command.instead_of != state.in_force:
        raise Conflict(
            "Another policy came into force meanwhile. Read what this one says otherwise than that."
        )
    if command.faults:
        raise InvalidPolicy(InvalidPolicy.title, command.faults)
    agreed = PolicyAgreed(
        policy=draft.policy, label=draft.label, hash=draft.hash, by=command.by, in_force=state.in_force
    )  # fmt: skip
    so_far = {*draft.agreed, command.by} & command.may
    if len(so_far) < PEOPLE_NEEDED:
        return [agreed]
    published = PolicyPublished(
        policy=draft.policy, label=draft.label, hash=draft.hash, document=draft.document
    )
    return [agreed, published]
