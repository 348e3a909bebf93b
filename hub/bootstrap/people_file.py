"""`hub link`: links a file of people, in memory where it is small, and on a PostgreSQL of its own where it is not."""

import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from adapters.postgres.people_file import PeopleFile, Side
from adapters.postgres.server import EmbeddedServer
from hub.bootstrap.written import written_to
from hub.errors import UnreadableFile
from hub.linking.file import OUT, FileLinker
from hub.linking.model import Model, shipped
from hub.linking.profile import Profile, profile_of_mention
from hub.linking.records import Record, read_records
from hub.linking.train import learn_model
from hub.settings import Settings

SMALL = 20_000
"""So many rows are linked in memory: more take more of it than a laptop likes to give."""
SAMPLE = 150_000
"""From so many rows at most the parameters are learnt."""
BATCH = 500
SETTLED = 4
"""So often at most is everybody looked at once more when all rows are read: what is settled may settle the next."""

Bar = Callable[[str], Callable[[int, int], None]]


@dataclass(slots=True)
class Linked:
    """What came of a file: how many rows of each outcome."""

    rows: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)


def link_file(settings: Settings, file: Path, against: Path | None, out: Path, bar: Bar) -> Linked:
    """Link a file, and write the answers where all of them are known. Raises UnreadableFile, and then writes nothing."""
    check_out(out, file, against)
    master = peek(read_records(against)) if against else []
    rows = peek(read_records(file))
    if len(master) + len(rows) <= SMALL:
        return write(out, in_memory(file, against, rows, master, bar))
    folder = settings.home / "link" / digest(file, against)
    with (
        of_use_until_linked(folder),
        EmbeddedServer(folder) as server,
        closing(PeopleFile(server.dsn)) as stored,
    ):
        return write(out, on_disk(stored, file, against, bar))


def check_out(out: Path, file: Path, against: Path | None) -> None:
    """Raises UnreadableFile where the answers cannot go there."""
    if not out.parent.is_dir():
        raise UnreadableFile(out, 0, "", "there is no such folder to write to.")
    if out.is_dir():
        raise UnreadableFile(out, 0, "", "is a folder; name a file in it.")
    for given in (file, against):
        if given and given.exists() and out.exists() and out.samefile(given):
            raise UnreadableFile(out, 0, "", "is read from; the answers need a file of their own.")


@contextmanager
def of_use_until_linked(folder: Path) -> Iterator[None]:
    """What was done is kept to go on from; not once all is done, nor where the file must be changed, which makes it another."""
    try:
        yield
    except UnreadableFile:
        remove(folder)
        raise
    remove(folder)


def remove(folder: Path) -> None:
    """Take a folder away. Broken off in the middle, the rest is not taken for what can be gone on from."""
    gone = folder.rename(folder.with_name(f"{folder.name}.{os.getpid()}"))
    shutil.rmtree(gone, ignore_errors=True)


def peek(records: Iterator[Record]) -> list[Record]:
    """The first rows, one more than is small."""
    return list(islice(records, SMALL + 1))


def digest(file: Path, against: Path | None) -> str:
    """Names these two files by what is in them."""
    found = hashlib.sha256()
    for path in (file, against):
        if path:
            with path.open("rb") as opened:
                found.update(hashlib.file_digest(opened, "sha256").digest())
        found.update(b"|")
    return found.hexdigest()[:16]


def write(out: Path, answers: Iterable[Sequence[str]]) -> Linked:
    """Write the answers beside, and put them in place when all are there."""
    linked = Linked()
    with written_to(out, OUT) as write_row:
        for answer in answers:
            write_row(answer)
            linked.rows += 1
            linked.outcomes[answer[OUT.index("outcome")]] += 1
    return linked


# In memory


def in_memory(
    file: Path, against: Path | None, rows: Sequence[Record], master: Sequence[Record], bar: Bar
) -> Iterator[list[str]]:
    """The answers of small files."""
    if against:
        once_each(against, master)
    once_each(file, rows)
    model = learnt(profiles(rows), profiles(master), len(master) or len(rows), bar)
    linker = FileLinker(model, against=against is not None)
    linker.know(master)
    answers, tell = [], bar("rows")
    for number, record in enumerate(rows, 1):
        answers.append(linker.link(record))
        tell(number, len(rows))
    for _ in range(SETTLED):
        if not linker.settle(answers):
            break
    for answer in linker.restated(answers):
        yield [answer[name] for name in OUT]


def once_each(path: Path, records: Iterable[Record]) -> None:
    """Raises UnreadableFile where two rows have one id."""
    rows: dict[str, int] = {}
    for record in records:
        before = rows.setdefault(record.record_id, record.row)
        if before != record.row:
            raise _twice(path, record.row, before)


def _twice(path: Path, row: int, before: int) -> UnreadableFile:
    return UnreadableFile(path, row, "record_id", f"row {before} has the same id.")


def profiles(records: Iterable[Record]) -> list[Profile]:
    """What is compared of each row."""
    return [profile_of_mention(record.evidence) for record in records]


def learnt(mentions: Sequence[Profile], known: Sequence[Profile], people: int, bar: Bar) -> Model:
    """The parameters of these files. Too few people teach nothing, and the shipped ones count for more."""
    tell = bar("what is usual")
    model = learn_model(shipped(), "file", mentions, known)
    tell(1, 1)
    told = len(known) or len(mentions)
    return model.with_(population=max(model.population * people / max(told, 1), 1.0))


# On disk


def on_disk(stored: PeopleFile, file: Path, against: Path | None, bar: Bar) -> Iterator[list[str]]:
    """The answers of files of any size. Each stage that was done before is not done again."""
    stored.make()
    sides: tuple[tuple[Side, Path | None], ...] = (("master", against), ("file", file))
    totals = {side: taken_in(stored, side, path) for side, path in sides}
    stored.keyed()
    model = model_of(stored, totals, bar)
    linker = FileLinker(model, against=against is not None)
    if against:
        for batch, after in batches(stored, "master", totals["master"], bar("known people")):
            with stored.transaction():
                linker.tables, linker.last = (tables := stored.tables()), after
                linker.know(batch)
                tables.flush()
                stored.note("master", after + len(batch))
    for batch, after in batches(stored, "file", totals["file"], bar("rows")):
        with stored.transaction():
            linker.tables, linker.last = (tables := stored.tables()), last_of(stored)
            linker.look_ahead(batch)
            stored.answer(after, [linker.link(record) for record in batch])
            tables.flush()
            stored.note("file", after + len(batch), linker.last)
    if against:
        yield from stored.answers()
    else:
        yield from settled_on_disk(stored, linker, totals["file"], bar)


def settled_on_disk(
    stored: PeopleFile, linker: FileLinker, total: int, bar: Bar
) -> Iterator[list[str]]:
    """The answers as they are once all rows are read."""
    for time in range(SETTLED):
        stage, tell = f"settled {time}", bar("looking back")
        joined = stored.said(stage) or 0
        for after in range(stored.done(stage), total, BATCH):
            with stored.transaction():
                linker.tables = tables = stored.tables()
                joined += linker.settle(as_answers(stored.answered(after, BATCH)))
                tables.flush()
                stored.note(stage, after + BATCH, joined)
            tell(min(after + BATCH, total), total)
        if not joined:
            break
    for after in range(0, total, BATCH):
        linker.tables = stored.tables()
        for answer in linker.restated(as_answers(stored.answered(after, BATCH))):
            yield [answer[name] for name in OUT]


def as_answers(rows: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    """Answers by the names of their columns."""
    return [dict(zip(OUT, row, strict=True)) for row in rows]


def taken_in(stored: PeopleFile, side: Side, path: Path | None) -> int:
    """How many rows a file has, once they are stored. Raises UnreadableFile."""
    if path is None:
        return 0
    number = stored.done(f"read {side}") or stored.take_in(side, read_records(path))
    if twice := stored.twice(side):
        raise _twice(path, twice[2], twice[1])
    return number


def model_of(stored: PeopleFile, totals: Mapping[Side, int], bar: Bar) -> Model:
    """The parameters, learnt once."""
    kept = stored.said("model")
    if kept is None:
        parts = max(1, sum(totals.values()) // SAMPLE)
        mentions, known = (profiles(stored.sample(side, parts)) for side in ("file", "master"))
        model = learnt(mentions, known, totals["master"] or totals["file"], bar)
        stored.note("model", 1, model.as_json())
        return model
    return Model.read(kept)


def last_of(stored: PeopleFile) -> int:
    """The number of the last person met."""
    return int(stored.said("file") or 0) or stored.done("master")


def batches(
    stored: PeopleFile, side: Side, total: int, tell: Callable[[int, int], None]
) -> Iterator[tuple[list[Record], int]]:
    """What is left of a file, a batch at a time, each with how many rows came before it."""
    after = stored.done(side)
    while after < total:
        batch = stored.batch(side, after, BATCH)
        yield batch, after
        after += len(batch)
        tell(after, total)
