"""The door to the policy: reads what is in force from the log, checks a document, and publishes it."""

from pathlib import Path

from events.calendar_adopted import CalendarAdopted
from events.envelope import new_event
from events.policy_published import PolicyPublished
from hub.clocks import Calendar
from hub.errors import Conflict, NotAllowed
from hub.log import Append, Log, VersionConflict
from hub.policies.check import check
from hub.policies.document import Policy, read_policy
from hub.policies.publish import PolicyInForce, PublishPolicy, decide, evolve

SHIPPED = Path(__file__).parents[2] / "policies" / "thurrock.yaml"
REGISTER = "register:policy"
TRIES = 3


async def published(log: Log) -> list[PolicyPublished]:
    """Every policy that ever came into force, oldest first; the last is in force."""
    events = await log.read_tagged([REGISTER])
    return [e.event for e in events if isinstance(e.event, PolicyPublished)]


async def policy_in_force(log: Log) -> Policy:
    """The policy that is in force now. Raises NotAllowed before the first was published."""
    found = await published(log)
    if not found:
        raise NotAllowed("No policy is in force yet.")
    return read_policy(found[-1].document)


async def publish(
    log: Log, document: str, calendar: Calendar, *, actor: str = "operator"
) -> PolicyPublished | None:
    """Put a policy in force, unless it is already (None). Raises InvalidPolicy naming each fault, or Conflict."""
    faults = tuple(check(document, calendar=calendar))
    for _ in range(TRIES):
        state, versions = PolicyInForce(), dict[str, int]()
        for recorded in await log.read_tagged([REGISTER]):
            state = evolve(state, recorded)
            versions[recorded.stream] = recorded.version
        decided = decide(state, PublishPolicy(document, faults))
        if not decided:
            return None
        [event] = decided
        version = versions.get(f"policy:{event.stream_id()}", 0) + 1
        try:
            await log.append(Append((new_event(event, version, actor=actor, tags=(REGISTER,)),)))
        except VersionConflict:
            continue
        assert isinstance(event, PolicyPublished)
        return event
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
    """A log without a policy gets the one that is shipped: nothing can be decided without."""
    await adopt_calendar(log, calendar)
    if not await published(log):
        await publish(log, SHIPPED.read_text(encoding="utf-8"), calendar)
