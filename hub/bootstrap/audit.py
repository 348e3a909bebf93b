"""`hub linking audit`: the log linked anew by Splink 5, which may be missing, and set beside the hub's people. Changes nothing."""

import asyncio
import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.mentions_linked import MentionsLinked
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from hub.bootstrap.written import written_to
from hub.errors import Conflict, NotAllowed
from hub.linking.adoption import FEWEST, in_use, of_type
from hub.linking.audit import (
    KINDS,
    Answered,
    Disagreement,
    Kind,
    Linked,
    bits_by_field,
    judged,
    told,
)
from hub.linking.levels import FIELDS
from hub.linking.model import Model
from hub.log import Log
from hub.people.evidence import read_contact

if TYPE_CHECKING:
    from adapters.splink.relink import Counted, Relinking

MISSING = (
    "hub linking audit needs Splink 5, which is no part of the hub and is not installed here: "
    "`make audit` installs it, or pip install '.[audit]'."
)
Bar = Callable[[str], Callable[[int, int], None]]
OUT = (
    "disagreement", "person", "contact", "ref", "other_person", "other_contact", "other_ref", "splink", "hub", "veto", "because",
    *(f"splink_{name}" for name in FIELDS), *(f"hub_{name}" for name in FIELDS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of it. `strongest` are those at the top of each list, `many` how long each list is.

    position   to which the log was read
    weights    by field Splink's levels, each with its bits
    """

    position: int
    read: "Counted"
    model: Model
    weights: dict[str, list[tuple[str, float]]]
    strongest: dict[Kind, list[Disagreement]]
    many: dict[Kind, int]


def splink() -> ModuleType:
    """What works with Splink. Raises NotAllowed where that is not installed."""
    try:
        from adapters.splink import relink
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("splink", "duckdb", "pyarrow", "sqlglot"):
            raise NotAllowed(MISSING) from None
        raise
    return relink


async def audit(log: Log, home: Path, out: Path | None, shown: int, bar: Bar) -> Audit:
    """Link all mentions of the log anew, in a folder under `home`, and list where the hub's people are others.

    All disagreements go to `out`; so many of each kind are kept. Raises NotAllowed where Splink is missing or there are too few
    mentions, Conflict where an audit is under way, UnreadableFile where `out` cannot be written.
    """
    relinking: type[Relinking] = splink().Relinking
    model = await in_use(log)
    with (
        written_to(out, OUT) as write,
        a_folder(home / "audit") as folder,
        closing(relinking(folder)) as second,
    ):
        position = await take_in(log, second, bar("from the log"))
        read = second.settle()
        number = read.mentions - read.of_nobody
        if number < FEWEST:
            raise NotAllowed(
                f"There are {number} mentions of people, and {FEWEST} are needed to learn what is usual."
            )
        tell = bar("with Splink")
        await asyncio.to_thread(second.relink, model.thresholds.automatic, tell)
        strongest: dict[Kind, list[Disagreement]] = {kind: [] for kind in KINDS}
        many: dict[Kind, int] = dict.fromkeys(KINDS, 0)
        for found in disagreements(model, second):
            kind = found.pair.kind
            many[kind] += 1
            if many[kind] <= shown:
                strongest[kind].append(found)
            write(line(found))
        return Audit(position, read, model, second.weights, strongest, many)


async def take_in(log: Log, second: "Relinking", tell: Callable[[int, int], None]) -> int:
    """Read who is who in every contact, up to where the log stands now; that position."""
    until = await log.head()
    for type_ in (MentionsLinked.TYPE, PeopleMerged.TYPE, PersonSplit.TYPE):
        async for batch in of_type(log, type_, until):
            second.link([linked for r in batch for linked in who_is_who(r)])
    for type_ in (PeopleProposed.TYPE, PeopleJudged.TYPE, PersonSplit.TYPE):
        async for batch in of_type(log, type_, until):
            second.answer([answered for r in batch for answered in who_may_be_who(r)])
    async for batch in of_type(log, ContactReceived.TYPE, until):
        second.take(
            [
                told(r.event.contact, r.position, evidence)
                for r in batch
                if isinstance(r.event, ContactReceived)
                for evidence in read_contact(r.event.content)
            ]
        )
        tell(batch[-1].position, until)
    return until


def who_is_who(recorded: RecordedEvent) -> Iterator[Linked]:
    """The mentions that an event says the person of."""
    at = recorded.position
    match recorded.event:
        case MentionsLinked() as linked:
            yield from (
                Linked(linked.contact, m.ref, m.person, m.candidate, at) for m in linked.mentions
            )
        case PeopleMerged() | PersonSplit() as moved:
            yield from (Linked(m.contact, m.ref, moved.to_person, None, at) for m in moved.mentions)


def who_may_be_who(recorded: RecordedEvent) -> Iterator[Answered]:
    """What an event says of two people. Who was split is two, unless the split only undoes a merge."""
    at = recorded.position
    match recorded.event:
        case PeopleProposed() as proposed:
            one, other = sorted((proposed.one, proposed.other))
            yield Answered(one, other, "proposed", at)
        case PeopleJudged() as judged:
            one, other = sorted((judged.one, judged.other))
            yield Answered(one, other, judged.answer, at)
        case PersonSplit(undoes=None) as split:
            one, other = sorted((split.from_person, split.to_person))
            yield Answered(one, other, "different", at)


def disagreements(model: Model, second: "Relinking") -> Iterator[Disagreement]:
    """Each kind in turn, the strongest first."""
    generic = second.generic()
    for kind in KINDS:
        for pair in second.pairs(kind):
            yield judged(model, pair, generic)


def line(found: Disagreement) -> list[str]:
    """A disagreement as a row of OUT: ids and weights, nothing that was said of anybody."""
    pair, hub = found.pair, bits_by_field(found.hub)
    return [
        pair.kind, *pair.one, *pair.other, f"{pair.weight:.1f}", f"{found.hub.bits:.1f}", found.hub.veto, found.because,
        *(f"{pair.weights[name]:.1f}" if name in pair.weights else "" for name in FIELDS),
        *(f"{hub[name]:.1f}" if name in hub else "" for name in FIELDS),
    ]  # fmt: skip


@contextmanager
def a_folder(folder: Path) -> Iterator[Path]:
    """A folder that only its owner can read, for one audit at a time; what was in it, or comes into it, is removed.

    Raises Conflict where an audit is under way.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "in_use").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict("An audit is under way in this data folder.") from None
        inside = folder / "work"
        shutil.rmtree(inside, ignore_errors=True)  # of one that was killed
        inside.mkdir(mode=0o700)
        try:
            yield inside
        finally:
            shutil.rmtree(inside, ignore_errors=True)
