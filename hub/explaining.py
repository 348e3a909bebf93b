"""Why a contact went where it did and not elsewhere, for one viewer: from what its decision pinned."""

from events.calendar_adopted import CalendarAdopted
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.message_refused import Fault
from hub import access
from hub.clocks import Calendar, england
from hub.errors import InvalidCommand, NotKnown, NotPermitted
from hub.log import Log
from hub.policies import Policy, read_policy
from hub.policies.register import policies
from hub.reading import contact_for
from hub.routing.why import Reason, rules_of, why
from hub.services import Hub
from hub.teams.document import Register, read_register
from hub.teams.in_force import adopted
from hub.viewer import Viewer
from projections.secrets import Hidden


async def reasons_for(
    hub: Hub, viewer: Viewer, contact: str, rules: list[str]
) -> tuple[Reason, ...]:
    """Why each of these rules was set off by the contact, or why not.

    Raises NotKnown, InvalidCommand for a rule that the policy of the decision has not, and NotPermitted for whoever may not
    see all of the contact and of the family that the decision knew of: what a rule lacks would tell what is hidden.
    """
    await contact_for(hub, viewer, contact)
    routed = await routed_of(hub.log, contact)
    if not await may_ask(hub, viewer, routed):
        raise NotPermitted(
            "Something here is held back from you: why a rule was set off or not would tell of it."
        )
    policy = await policy_of(hub.log, routed)
    known = rules_of(policy)
    for rule in rules:
        if rule not in known:
            says = (
                f"The policy of the decision has no rule {rule[:20]!r}. It has {', '.join(known)}."
            )
            raise InvalidCommand(says, [Fault(pointer="/rule", code="unknown-rule", says=says)])
    calendar, register = await calendar_of(hub.log, routed), await register_of(hub.log, routed)
    return tuple(
        reason for rule in rules for reason in why(routed, policy, calendar, rule, register)
    )


async def may_ask(hub: Hub, viewer: Viewer, routed: ContactRouted) -> bool:
    """Whether the viewer may be told why."""
    return await hub.views.ask(lambda tables: access.may_ask_why(routed, Hidden(tables), viewer))


async def routed_of(log: Log, contact: str) -> ContactRouted:
    """The decision on a contact; raises NotKnown where it is not decided yet."""
    events: list[RecordedEvent] = await log.read_stream(f"contact:{contact}")
    routed = [e.event for e in events if isinstance(e.event, ContactRouted)]
    if not routed:
        raise NotKnown("This contact is not decided yet.")
    return routed[-1]


_READ: dict[str, Policy] = {}
"""Policies by their hash: what a hash names never changes, and each is read from the log once."""


async def policy_of(log: Log, routed: ContactRouted) -> Policy:
    """The policy of the day."""
    return await policy_by(log, routed.policy.hash)


async def policy_by(log: Log, hash_: str) -> Policy:
    """The policy with this hash, as the log has it."""
    if hash_ not in _READ:
        _READ[hash_] = read_policy((await policies(log)).find(hash_).document)
    return _READ[hash_]


async def calendar_of(log: Log, routed: ContactRouted) -> Calendar:
    """The bank holidays that the decision was counted with."""
    for recorded in await log.read_stream(f"policy:calendar-{england().name}"):
        event = recorded.event
        if isinstance(event, CalendarAdopted) and event.hash == routed.calendar_hash:
            return Calendar(name=event.calendar, holidays=event.holidays)
    raise NotKnown(f"The calendar {routed.calendar_hash[:12]} of the decision is not in the log.")


async def register_of(log: Log, routed: ContactRouted) -> Register | None:
    """The register of teams that the decision was made with; None where it was made without one."""
    if routed.register_hash is None:
        return None
    for event in await adopted(log):
        if event.hash == routed.register_hash:
            return read_register(event.document)
    raise NotKnown(f"The register {routed.register_hash[:12]} of the decision is not in the log.")
