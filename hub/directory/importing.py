"""The door to the directory of services: what was read of one is recorded, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.directory_imported import DirectoryImported
from events.envelope import new_event
from hub.directory.open_referral import LeftOut
from hub.directory.state import REGISTER, ImportServices, decide, fold, of_this_source
from hub.errors import Conflict
from hub.log import Append, Log, VersionConflict

TRIES = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a directory. `event` is None where nothing had changed."""

    event: DirectoryImported | None
    left_out: tuple[LeftOut, ...]


async def import_services(
    log: Log,
    command: ImportServices,
    *,
    actor: str = "operator",
    recorded_at: datetime | None = None,
) -> Imported:
    """Record what changed, in one transaction. Raises InvalidDirectory, or Conflict where somebody imports at the same time."""
    for _ in range(TRIES):
        state = fold(await log.read_tagged([REGISTER]))
        _, others = of_this_source(state, command.services.listed, command.source)
        left_out = (*command.services.left_out, *others)
        events = decide(state, command)
        if not events:
            return Imported(None, left_out)
        wrapped = tuple(new_event(e, state.version_of(e), actor=actor) for e in events)
        try:
            await log.append(Append(wrapped, recorded_at=recorded_at))
        except VersionConflict:
            continue
        return Imported(read_of(events), left_out)
    raise Conflict


def read_of(events: Sequence[object]) -> DirectoryImported | None:
    """The event that tells of the import as a whole."""
    return next((e for e in events if isinstance(e, DirectoryImported)), None)
