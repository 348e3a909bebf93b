"""What an operator does to a log that stands: rebuild what is shown, verify what was recorded; and the messages of a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from adapters.partners import formats
from adapters.postgres.rebuild import rebuild as rebuild_view
from hub.bootstrap import Database, database
from hub.contacts.cloud_event import Message
from hub.errors import NotKnown
from hub.policies.shadow import Tally
from hub.settings import Settings
from hub.verify import Redecider
from projections.projection import Projection
from projections.registry import all_projections
from projections.runner import FoldFailed


def messages(body: bytes) -> Iterator[tuple[str, Message]]:
    """The messages of a partner's file, whatever its format."""
    return formats.messages(body)


def rebuild(settings: Settings, name: str | None, compare: bool) -> list[dict[str, Any]]:
    """Build one projection, or all, beside the live one, compare, swap. Raises NotKnown for an unknown name."""
    chosen = [p for p in all_projections() if name in (None, p.NAME)]
    if not chosen:
        raise NotKnown(
            f"There is no projection {name}. There are {', '.join(p.NAME for p in all_projections())}."
        )
    with database(settings) as found, progress("Rebuilding") as bar:
        return [rebuilt(found, settings, p, compare, bar(p.NAME)) for p in chosen]


def rebuilt(
    found: Database,
    settings: Settings,
    projection: Projection,
    compare: bool,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """What came of one."""
    try:
        done = rebuild_view(found.runtime, settings.council, projection, compare=compare, tell=tell)
    except FoldFailed as failed:
        stopped = failed.stopped
        says = (
            f"cannot be rebuilt, and stays as it was: position {stopped.position}, {stopped.error}"
        )
        return {
            "projection": stopped.name,
            "position": stopped.position,
            "same": False,
            "says": says,
        }
    differs = (
        f"differs in {', '.join(done.differs)}; the new one is in place"
        if done.same is False
        else "rebuilt"
    )
    says = f"{differs}, the same as before" if done.same else differs
    return {
        "projection": done.name,
        "position": done.position,
        "same": done.same is not False,
        "says": says,
    }


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """A progress bar on standard error, where somebody looks at it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:

        def begin(name: str) -> Callable[[int, int], None]:
            task = bar.add_task(f"{doing} {name}")
            return lambda done, total: bar.update(task, completed=done, total=max(total, 1))

        yield begin


def shadow(
    settings: Settings,
    document: str,
    since: datetime | None,
    until: datetime | None,
    progress_bar: bool = True,
) -> Tally:
    """Run a draft over the decisions of a period: what would have come out otherwise."""
    from adapters.postgres.shadowing import shadow as run

    with database(settings) as found, progress("Deciding again") as bar:
        tell = bar("the decisions") if progress_bar else lambda _done, _total: None
        return run(found.runtime, settings.council, document, since, until, tell)


def verify(settings: Settings, progress_bar: bool = True) -> dict[str, Any]:
    """Re-read the whole log and decide every decision again; the first fault, where there is one."""
    from adapters.postgres.integrity import LogFault, walk
    from adapters.postgres.redecide import Redeciding

    with database(settings) as found, progress("Verifying") as bar, Redeciding() as again:
        tell = bar("the log") if progress_bar else lambda _done, _total: None
        fault: dict[str, Any] | None = None
        events = 0
        for batch in walk(found.runtime, settings.council, tell, Redecider.READS):
            if isinstance(batch, LogFault):
                fault = {"position": batch.position, "says": batch.says}
                break
            events += batch.size
            again.take(batch.rows)
            if again.fault:
                break
        again.end()
        if wrong := again.fault:
            fault = {"position": wrong.position, "says": f"{wrong.contact}: {wrong.says}"}
    return {"ok": fault is None, "events": events, "decisions": again.decisions, "fault": fault}
