"""The door to the action plan: reads it from the log, checks who may, decides, records."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from events.action_proposed import ActionProposed
from events.base import Event
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.envelope import new_event
from events.message_refused import Fault
from hub.actions import advance, propose
from hub.actions.state import Action, Plan, fold
from hub.errors import Conflict, InvalidCommand, NotKnown, NotPermitted
from hub.log import Append, Log, VersionConflict
from hub.reading import contact_for
from hub.services import Hub
from hub.teams.book import works_for
from hub.values import london_day
from hub.viewer import Viewer
from projections import feedback
from projections.feedback import ROW, Feedback

REGISTER = "register:actions"
TRIES = 3
ACTION = re.compile(r"A-\d{2}-\d{6,}", re.ASCII)


async def plan(log: Log) -> Plan:
    """The whole action plan as the log has it."""
    return fold(await log.read_tagged([REGISTER]))


async def waiting(hub: Hub, known: Plan) -> list[Feedback]:
    """The feedback that no item takes up yet, newest first."""
    found = await hub.views.ask(feedback.newest)
    return [one for one in found if one.contact not in known.taken]


async def propose_action(
    hub: Hub, viewer: Viewer, you_said: str, lead: str, contacts: Sequence[str], *, recorded_at: datetime | None = None
) -> Action:  # fmt: skip
    """Take feedback up as an item. Raises NotKnown, NotPermitted, InvalidCommand naming what cannot be used, Conflict."""
    refuse_who_never_act(viewer)
    names: set[str] = set()
    for contact in dict.fromkeys(contacts):
        await refuse_unless_feedback(hub, viewer, contact)
        names |= await names_in(hub.log, contact)
    if not contacts:
        says = "Name the contacts it was said in."
        raise InvalidCommand(says, [Fault(pointer="/contacts", code="missing", says=says)])
    command = propose.ProposeAction(
        you_said, lead, tuple(contacts), viewer.team, london_day(recorded_at or hub.now()).year, frozenset(names)
    )  # fmt: skip
    decided = await _record(
        hub.log, viewer, lambda known: propose.decide(known, command), recorded_at
    )
    known = await plan(hub.log)
    if decided and isinstance(decided[0], ActionProposed):
        return known.find(decided[0].action)
    before = propose.standing(known, command)
    if before is None:  # somebody dropped it meanwhile
        raise Conflict
    return before


async def advance_action(
    hub: Hub, viewer: Viewer, action: str, verb: str, said: str | None, *, recorded_at: datetime | None = None
) -> Action:  # fmt: skip
    """One step of an item. Raises NotKnown, NotPermitted, InvalidCommand, NotAllowed, Conflict."""
    refuse_who_never_act(viewer)
    if verb not in advance.STEPS or not ACTION.fullmatch(action):
        raise NotKnown
    known = (await plan(hub.log)).find(action)
    refuse_strangers(viewer, known, verb)
    names: set[str] = set()
    for contact in known.contacts:
        names |= await names_in(hub.log, contact)
    command = advance.AdvanceAction(verb, viewer.team, said, frozenset(names))
    await _record(
        hub.log, viewer, lambda now: advance.decide(now.find(action), command), recorded_at
    )
    return (await plan(hub.log)).find(action)


def refuse_who_never_act(viewer: Viewer) -> None:
    """Partners and auditors never act."""
    if viewer.role != "duty":
        raise NotPermitted(
            "The action plan is kept by staff of the team that has the feedback, and by who leads."
        )


def refuse_strangers(viewer: Viewer, action: Action, verb: str) -> None:
    """The team that proposed it does every step; the lead begins and finishes it."""
    own = action.team is not None and works_for(viewer.team, action.team)
    leads = verb in ("begin", "done") and works_for(viewer.team, action.lead)
    if not own and not leads:
        raise NotPermitted("Only the team that proposed it, or who leads it, may do this.")


async def refuse_unless_feedback(hub: Hub, viewer: Viewer, contact: str) -> None:
    """Raise InvalidCommand unless it is feedback (R29) that the viewer may see, NotPermitted unless their team has it."""
    await contact_for(hub, viewer, contact)
    found = await hub.views.ask(lambda tables: feedback.of_contact(tables, contact))
    if found is None:
        says = f"{contact} is no feedback ({ROW})."
        raise InvalidCommand(says, [Fault(pointer="/contacts", code="no-feedback", says=says)])
    if not works_for(viewer.team, found.team):
        raise NotPermitted("Only staff of the team that has the feedback may take it up.")


async def names_in(log: Log, contact: str) -> set[str]:
    """Every name said in a contact, at first and in each correction: its people's, and the reporter's."""
    names: set[str] = set()
    said = [
        *await log.read_stream(f"contact:{contact}"),
        *await log.read_stream(f"amendment:{contact}"),
    ]
    for recorded in said:
        if isinstance(recorded.event, ContactReceived | ContactCorrected):
            content = recorded.event.content
            for person in content.people:
                if person.name:
                    names |= {
                        *person.name.given,
                        *((person.name.family,) if person.name.family else ()),
                    }
            names |= set((content.reporter.name or "").split())
    return {word for name in names for word in name.split()}


async def _record(
    log: Log, viewer: Viewer, decide: Callable[[Plan], list[Event]], recorded_at: datetime | None
) -> list[Event]:
    for _ in range(TRIES):
        known = await plan(log)
        decided = decide(known)
        if not decided:
            return []
        before = known.actions.get(decided[0].stream_id())
        version = before.version + 1 if before else 1
        wrapped = new_event(decided[0], version, actor=viewer.actor, tags=(REGISTER,))
        try:
            await log.append(Append((wrapped,), recorded_at=recorded_at))
        except VersionConflict:
            continue
        return decided
    raise Conflict
