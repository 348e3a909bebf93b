"""The door to the register of teams: reads the one in force from the log, and puts another in force."""

from collections.abc import Sequence

from events.envelope import new_event
from events.teams_adopted import TeamsAdopted
from hub.errors import Conflict
from hub.log import Append, Log, VersionConflict
from hub.teams.adopt import AdoptTeams, TeamsInForce, decide, evolve
from hub.teams.book import TEAMS_FILE, TeamBook, nobody_cleared, read_teams

STREAM = "team:register"
TRIES = 3


class TeamsOf:
    """The teams in force, each time as of now: of the register's stream only what is new is read again.

    Where it cannot be read, nobody is answered rather than by an older one, which may clear those who are cleared no more.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known = TeamsInForce()

    async def now(self) -> TeamBook:
        """The teams in force. Raises what the log raises where it does not answer."""
        state = self._known
        for recorded in await self._log.read_stream(STREAM, state.version):
            state = evolve(state, recorded)
        book = read_teams(state.document) if state.document is not None else nobody_cleared()
        self._known = state
        return book


async def teams_in_force(log: Log) -> TeamBook:
    """The teams as the log has them now; before any register came into force those that are shipped, none of them cleared."""
    return await TeamsOf(log).now()


async def adopted(log: Log) -> list[TeamsAdopted]:
    """Every register that ever came into force, oldest first; the last is in force."""
    events = await log.read_stream(STREAM)
    return [e.event for e in events if isinstance(e.event, TeamsAdopted)]


async def adopt(
    log: Log,
    document: str,
    *,
    still_asked: Sequence[str] = (),
    sent_to: Sequence[str] = (),
    actor: str = "operator",
) -> TeamsAdopted | None:
    """Put a register in force, unless it is already (None). Raises InvalidTeams naming each fault, or Conflict."""
    command = AdoptTeams(document, still_asked, sent_to)
    for _ in range(TRIES):
        state = TeamsInForce()
        for recorded in await log.read_stream(STREAM):
            state = evolve(state, recorded)
        decided = decide(state, command)
        if not decided:
            return None
        [event] = decided
        try:
            await log.append(Append((new_event(event, state.version + 1, actor=actor),)))
        except VersionConflict:
            continue
        assert isinstance(event, TeamsAdopted)
        return event
    raise Conflict


async def begin_with_shipped_teams(log: Log) -> None:
    """A log without a register gets the one that is shipped: who is cleared for what is read from the log alone."""
    if not await adopted(log):
        await adopt(log, TEAMS_FILE.read_text(encoding="utf-8"))
