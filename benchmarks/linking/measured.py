"""Counts what a linker got right: `python -m benchmarks.linking.measured TRUTH.csv OUT.csv [--json FILE]`."""

import argparse
import csv
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.linking.stream import Truth

NOBODY_COULD = frozenset({"placeholders only", "too little"})
"""Rows of known people that say too little for anybody to find them: counted apart, wrong if linked to another."""
RANGE = (0.0, 0.0, 1.13, 1.69, 2.06, 2.33, 2.53, 2.7, 2.85, 2.97, 3.08, 3.17)
"""By their number: how far apart the greatest and the least of equal shares come by chance, in standard errors."""
OUTCOMES = frozenset({"link", "new", "review", "insufficient"})


class Unusable(Exception):
    """Truth and answers do not belong together."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of what `hub link` wrote."""

    record_id: str
    person: str
    outcome: str
    candidate: str


@dataclass(slots=True)
class Tally:
    """How the rows of one kind or origin ended. `found` are reviews whose candidate is right, `lost` the other reviews."""

    right: int = 0
    wrong: int = 0
    found: int = 0
    lost: int = 0
    new: int = 0
    insufficient: int = 0

    def rows(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.found + self.lost + self.new + self.insufficient

    def automatic(self) -> float:
        """The share linked rightly."""
        return share(self.right, self.rows())


@dataclass(frozen=True, slots=True)
class Pairs:
    """Of a file without a master: pairs of rows put together by links, beside the pairs that belong together."""

    precision: float
    recall: float
    f1: float
    missed: int
    mistaken: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures. Shares are between 0 and 1; the gap is in points of a hundred, with what chance alone makes of it.

    linked_of_known   of the known people told of, those who were linked rightly
    found_of_known    those linked, and those to whom a review points
    """

    rows: int
    links: int
    wrong: int
    linked_of_known: float
    found_of_known: float
    reviews_a_hundred: float
    insufficient: int
    said_too_little: int
    gap: float
    gap_by_chance: float
    by_origin: dict[str, Tally]
    by_kind: dict[str, Tally]
    pairs: Pairs | None = None
    wrong_rows: tuple[str, ...] = ()


def share(part: float, whole: float) -> float:
    """A share; of nothing, none."""
    return part / whole if whole else 0.0


def measure(
    truth: Sequence[Truth], answers: Iterable[Answer], *, against_a_master: bool
) -> Measured:
    """Judge every answer by the truth. Without a master, a link is right where the person was first met as the same."""
    given = {a.record_id: a for a in answers}
    missing = [t.record_id for t in truth if t.record_id not in given]
    if missing or len(given) != len(truth):
        raise Unusable(
            f"{len(truth)} rows were made, {len(given)} answered; missing: {', '.join(missing[:5]) or 'none'}"
        )
    judge = Judge(truth, given, against_a_master)
    kinds: dict[str, Tally] = defaultdict(Tally)
    origins: dict[str, Tally] = defaultdict(Tally)
    known, total, wrong = Tally(), Tally(), []
    for t in truth:
        ending = judge.ending(t)
        knowable = judge.is_known(t) and t.kind not in NOBODY_COULD
        for tally in (
            total,
            kinds[judge.kind(t)],
            *((known, origins[t.origin]) if knowable else ()),
        ):
            setattr(tally, ending, getattr(tally, ending) + 1)
        if ending == "wrong":
            wrong.append(t.record_id)
    gap, by_chance = gap_between(origins)
    return Measured(
        rows=len(truth), links=total.right + total.wrong, wrong=total.wrong, linked_of_known=known.automatic(),
        found_of_known=share(known.right + known.found, known.rows()),
        reviews_a_hundred=100 * share(total.found + total.lost, len(truth)), insufficient=total.insufficient,
        said_too_little=sum(t.kind in NOBODY_COULD for t in truth), gap=gap, gap_by_chance=by_chance,
        by_origin=dict(sorted(origins.items())), by_kind=dict(sorted(kinds.items())),
        pairs=None if against_a_master else pairs_of(truth, given), wrong_rows=tuple(wrong),
    )  # fmt: skip


class Judge:
    """Knows of each row whom it speaks of, and of each person named in an answer who that is."""

    def __init__(
        self, truth: Sequence[Truth], given: Mapping[str, Answer], against_a_master: bool
    ) -> None:
        self._given = given
        self._master = against_a_master
        self._first_met: dict[str, str] = {}
        self._again: set[str] = set()
        seen: set[str] = set()
        for t in truth:
            self._first_met.setdefault(given[t.record_id].person, t.person)
            if t.person in seen:
                self._again.add(t.record_id)
            seen.add(t.person)

    def is_known(self, t: Truth) -> bool:
        """Whether the person was there to be found: in the master, or in an earlier row."""
        return t.known == "yes" if self._master else t.record_id in self._again

    def kind(self, t: Truth) -> str:
        """The kind of case it is counted under."""
        return t.kind if self._master or t.record_id in self._again else "first told of"

    def who(self, person: str) -> str:
        """Who a person of an answer is."""
        return person if self._master else self._first_met.get(person, "")

    def ending(self, t: Truth) -> str:
        """How the row ended, as a field of Tally."""
        answer = self._given[t.record_id]
        match answer.outcome:
            case "link":
                return "right" if self.who(answer.person) == t.person else "wrong"
            case "review":
                return "found" if self.who(answer.candidate) == t.person else "lost"
            case outcome:
                return outcome


def gap_between(origins: Mapping[str, Tally]) -> tuple[float, float]:
    """Points between the best and the worst linked origin, and the spread that chance makes of such small numbers."""
    shares = [(tally.automatic(), tally.rows()) for tally in origins.values() if tally.rows()]
    if len(shares) < 2:
        return 0.0, 0.0
    mean = sum(s * n for s, n in shares) / sum(n for _, n in shares)
    errors = [math.sqrt(mean * (1 - mean) / n) for _, n in shares]
    spread = RANGE[min(len(errors), len(RANGE) - 1)] * math.sqrt(
        sum(e * e for e in errors) / len(errors)
    )
    return 100 * (max(s for s, _ in shares) - min(s for s, _ in shares)), 100 * spread


def pairs_of(truth: Sequence[Truth], given: Mapping[str, Answer]) -> Pairs:
    """Pairs of rows with one person, beside pairs of rows that speak of one."""
    true = Counter(t.person for t in truth)
    put = Counter(given[t.record_id].person or f"alone {t.record_id}" for t in truth)
    both = Counter((t.person, given[t.record_id].person or f"alone {t.record_id}") for t in truth)
    right, made, meant = (sum(n * (n - 1) // 2 for n in c.values()) for c in (both, put, true))
    precision, recall = share(right, made), share(right, meant)
    f1 = share(2 * precision * recall, precision + recall)
    return Pairs(precision, recall, f1, missed=meant - right, mistaken=made - right)


def read_truth(path: Path) -> list[Truth]:
    """The truth as `made` wrote it."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Truth(**row) for row in csv.DictReader(file)]


def read_answers(path: Path) -> list[Answer]:
    """What a linker wrote, checked as far as the counting needs it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = {"record_id", "person", "outcome", "candidate"} - set(reader.fieldnames or ())
        if lacking:
            raise Unusable(f"{path} has no column {', '.join(sorted(lacking))}")
        answers = [
            Answer(r["record_id"], r["person"] or "", r["outcome"], r["candidate"] or "")
            for r in reader
        ]
    odd = sorted({a.outcome for a in answers} - OUTCOMES)
    if odd:
        raise Unusable(f"{path} has the outcome {', '.join(odd)}, which nobody knows")
    return answers


def table(m: Measured) -> str:
    """The figures for people."""
    lines = [
        f"{m.rows:,} rows: {m.links:,} linked automatically, {m.wrong} of them wrong",
        f"known people linked {m.linked_of_known:8.2%}, found with review {m.found_of_known:8.2%}",
        f"reviews a hundred   {m.reviews_a_hundred:8.2f}; {m.insufficient} insufficient, {m.said_too_little} said too little",
        f"gap between origins {m.gap:8.2f} points, where chance alone makes about {m.gap_by_chance:.2f}",
    ]
    if m.pairs:
        p = m.pairs
        lines.append(
            f"pairs: precision {p.precision:.5f} ({p.mistaken} mistaken), recall {p.recall:.5f} ({p.missed} missed), F1 {p.f1:.5f}"
        )
    head = f"{'':<30}{'rows':>7}{'right':>7}{'wrong':>7}{'found':>7}{'lost':>7}{'new':>7}{'insuff':>7}{'% auto':>8}"
    for title, tallies in (("origin, of known people", m.by_origin), ("kind of case", m.by_kind)):
        lines += ["", title + head[len(title) :]]
        for name, t in tallies.items():
            counts = (t.rows(), t.right, t.wrong, t.found, t.lost, t.new, t.insufficient)
            lines.append(
                f"{name:<30}" + "".join(f"{n:>7}" for n in counts) + f"{100 * t.automatic():>8.1f}"
            )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Read, count, print."""
    asked = argparse.ArgumentParser(
        prog="python -m benchmarks.linking.measured", description=__doc__
    )
    asked.add_argument("truth", type=Path, help="truth.csv as made")
    asked.add_argument("answers", type=Path, help="what `hub link --out` wrote")
    asked.add_argument("--no-master", action="store_true", help="the file was linked within itself")
    asked.add_argument("--json", type=Path, help="write the figures here too")
    said = asked.parse_args(argv)
    try:
        measured = measure(
            read_truth(said.truth), read_answers(said.answers), against_a_master=not said.no_master
        )
    except Unusable as why:
        sys.stderr.write(f"{why}\n")
        return 1
    print(table(measured))
    if said.json:
        said.json.write_text(json.dumps(asdict(measured), indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
