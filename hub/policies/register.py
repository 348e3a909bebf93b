"""The door to policies: reads what the log says of them, checks a document, records what was decided."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from events.base import Event
from events.calendar_adopted import CalendarAdopted
from events.envelope import new_event
from events.message_refused import Fault
from events.policy_published import PolicyPublished
from events.policy_shadowed import PolicyShadowed
from hub.clocks import Calendar
from hub.errors import Conflict, NotAllowed
from hub.log import Append, Log, VersionConflict
from hub.policies import agree as agreeing
from hub.policies import draft as drafting
from hub.policies import publish as publishing
from hub.policies.check import check
from hub.policies.document import Policy, read_policy
from hub.policies.state import Policies, fold
from hub.teams.in_force import teams_in_force
from hub.teams.register import read_staff
from hub.teams.state import Member

SHIPPED = Path(__file__).parents[2] / "policies" / "thurrock.yaml"
REGISTER = "register:policy"
TRIES = 3
MAY_AGREE = "operator"


async def policies(log: Log) -> Policies:
    """Every policy the log knows, with the one in force."""
    return fold(await log.read_tagged([REGISTER]))


async def policy_if_any(log: Log) -> Policy | None:
    """The policy that is in force now; None before the first was published. Drafts, of which there may be many, are not read."""
    published = await log.read_tagged([REGISTER], types=[PolicyPublished.TYPE])
    if not published:
        return None
    last = published[-1].event
    assert isinstance(last, PolicyPublished)
    return read_policy(last.document)


async def policy_in_force(log: Log) -> Policy:
    """The policy that is in force now. Raises NotAllowed before the first was published."""
    policy = await policy_if_any(log)
    if policy is None:
        raise NotAllowed("No policy is in force yet.")
    return policy


async def may_agree(log: Log) -> dict[str, Member]:
    """The staff who may agree that a policy comes into force, by id."""
    members = (await read_staff(log)).members.items()
    return {id_: m for id_, m in members if m.role == MAY_AGREE and not m.removed}


async def faults_of(log: Log, document: str, calendar: Calendar) -> tuple[Fault, ...]:
    """What the check finds in a document; among it each team that it names and the register in force lacks."""
    teams = (await teams_in_force(log)).teams
    found = await asyncio.to_thread(check, document, calendar=calendar, teams=teams)
    return tuple(found)


async def put_forward(
    log: Log, document: str, calendar: Calendar, *, by: str | None = None
) -> list[Event]:
    """Keep a document as a draft, with what the check finds in it. Raises InvalidPolicy where it is no policy at all."""
    command = drafting.DraftPolicy(document, await faults_of(log, document, calendar), by)
    return await _record(log, lambda state: drafting.decide(state, command), by)


async def agree(
    log: Log, hash_: str, by: str, calendar: Calendar, *, instead_of: str | None = None
) -> list[Event]:
    """Agree, as a member of staff, that a policy comes into force; the second makes it so. Raises NotKnown, NotPermitted,
    InvalidPolicy naming each fault, or Conflict."""
    draft = (await policies(log)).find(hash_)
    faults = await faults_of(log, draft.document, calendar)
    may = frozenset(await may_agree(log))
    command = agreeing.AgreeToPolicy(draft.hash, by, may, faults, instead_of)
    return await _record(log, lambda state: agreeing.decide(state, command), by)


async def publish(log: Log, document: str, calendar: Calendar) -> PolicyPublished | None:
    """Put a policy in force in the name of the operator of the machine, unless it is already (None). Raises InvalidPolicy
    naming each fault, NotAllowed where two people may agree to it, or Conflict."""
    faults = await faults_of(log, document, calendar)
    command = publishing.PublishPolicy(document, faults, frozenset(await may_agree(log)))
    recorded = await _record(log, lambda state: publishing.decide(state, command), None)
    return next((e for e in recorded if isinstance(e, PolicyPublished)), None)


async def keep_shadow(log: Log, shadowed: PolicyShadowed) -> None:
    """Keep what a run of a draft over history came to."""
    await _record(log, lambda _state: [shadowed], None)


async def _record(
    log: Log, decide: Callable[[Policies], list[Event]], by: str | None
) -> list[Event]:
    for _ in range(TRIES):
        state = await policies(log)
        decided = decide(state)
        if not decided:
            return []
        stream = f"policy:{decided[0].stream_id()}"
        first = state.versions.get(stream, 0) + 1
        actor = f"staff:{by}" if by else "operator"
        wrapped = [
            new_event(event, version, actor=actor, tags=(REGISTER,))
            for version, event in enumerate(decided, first)
        ]
        try:
            await log.append(Append(tuple(wrapped)))
        except VersionConflict:
            continue
        return decided
    raise Conflict


async def adopt_calendar(log: Log, calendar: Calendar) -> None:
    """Keep the bank holidays in force in the log, unless they are there already, so that old clocks can be counted again."""
    event = CalendarAdopted(calendar=calendar.name, hash=calendar.hash, holidays=calendar.holidays)
    known = await log.read_stream(f"policy:{event.stream_id()}")
    if (
        known
        and isinstance(known[-1].event, CalendarAdopted)
        and known[-1].event.hash == calendar.hash
    ):
        return
    try:
        await log.append(Append((new_event(event, len(known) + 1, actor="operator"),)))
    except VersionConflict:
        return  # another process adopts the very same one


async def begin_with_shipped(log: Log, calendar: Calendar) -> None:
    """A log without a policy gets the one that is shipped: nothing can be decided without.

    That it has no fault is for this repository's guards to say, once, and not for each log that begins.
    """
    await adopt_calendar(log, calendar)
    if (await policies(log)).in_force is None:
        command = publishing.PublishPolicy(SHIPPED.read_text(encoding="utf-8"))
        await _record(log, lambda state: publishing.decide(state, command), None)
