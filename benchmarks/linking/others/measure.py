"""How right a linking is: what `hub link` wrote, or pairs with a weight, against the truth.

Against a master a link is a pair of a record and a master's record, and each record whose person is in the master is one to be
found. In one file every two records of one person are a pair to be found, and every two of one `person` a pair that was made.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Row = Mapping[str, str]


@dataclass(frozen=True)
class Counted:
    """Pairs made that are right, pairs made that are wrong, and pairs there were to make."""

    right: int
    wrong: int
    there: int

    @property
    def precision(self) -> float:
        """Of the pairs made, those that are right; of none made, all."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs there were, those that were made."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """Both in one."""
        made_and_there = self.right + self.wrong + self.there
        return 2 * self.right / made_and_there if made_and_there else 1.0


@dataclass(frozen=True)
class Best:
    """The threshold at which a linking would have been most right."""

    f1: float
    at: float | None


@dataclass(frozen=True)
class Figures:
    """What became of a file: linked by itself, with every review's candidate believed, with every review answered rightly."""

    automatic: Counted
    believed: Counted
    answered: Counted
    misplaced: int  # records under a person they are not
    reviews: float  # a hundred records
    best: Best


@dataclass
class Groups:
    """Records that belong together, how many pairs that makes, and how many of these are right."""

    entities: Mapping[str, str]
    _above: dict[str, str] = field(default_factory=dict)
    _told: dict[str, Counter[str]] = field(default_factory=dict)
    right: int = 0
    pairs: int = 0

    def top(self, record: str) -> str:
        """The record that stands for the group."""
        while (above := self._above.get(record, record)) != record:
            self._above[record] = self._above.get(above, above)
            record = above
        return record

    def whose(self, record: str) -> Counter[str]:
        """How many records of each person are in the group."""
        top = self.top(record)
        return self._told.setdefault(top, Counter([self.entities[top]]))

    def join(self, one: str, other: str) -> None:
        """Makes two groups one."""
        small, large = sorted((self.top(one), self.top(other)), key=lambda r: self.whose(r).total())
        if small == large:
            return
        of_small, of_large = self.whose(small), self.whose(large)
        self.pairs += of_small.total() * of_large.total()
        self.right += sum(count * of_large[entity] for entity, count in of_small.items())
        of_large.update(of_small)
        self._above[small] = large

    def counted(self, there: int) -> Counted:
        """The pairs so far."""
        return Counted(self.right, self.pairs - self.right, there)

    def misplaced(self) -> int:
        """How many records would have to leave for each group to be one person."""
        tops = {self.top(record) for record in self._above}
        return sum(self.whose(top).total() - max(self.whose(top).values()) for top in tops)


def pairs_there(records: Iterable[str], entities: Mapping[str, str]) -> int:
    """Every two records of one person."""
    counts = Counter(entities[record] for record in records)
    return sum(n * (n - 1) // 2 for n in counts.values())


def of_hub(rows: Sequence[Row], entities: Mapping[str, str], master: frozenset[str]) -> Figures:
    """The figures of what `hub link` wrote; without a master, `master` is empty."""
    check(rows, entities, master)
    return _against(rows, entities, master) if master else _within(rows, entities)


def check(rows: Sequence[Row], entities: Mapping[str, str], master: frozenset[str]) -> None:
    """Says what in the output cannot be measured: a measure that guesses is none."""
    twice = [r for r, n in Counter(row["record_id"] for row in rows).items() if n > 1]
    strange = [row["record_id"] for row in rows if row["record_id"] not in entities]
    outcomes = {row["outcome"] for row in rows} - {"link", "new", "review", "insufficient"}
    nobody = [r["record_id"] for r in rows if r["outcome"] == "link" and not r["person"]]
    unknown: list[str] = []
    if master:
        unknown = [
            row["record_id"] for row in rows if (target := _target(row)) and target not in master
        ]
    for what, found in (
        ("records twice", twice), ("records without a truth", strange), ("unknown outcomes", sorted(outcomes)),
        ("links to nobody", nobody), ("links or candidates that are not in the master", unknown),
    ):  # fmt: skip
        if found:
            raise ValueError(f"{what}: {', '.join(found[:5])} ({len(found)})")


def _target(row: Row) -> str:
    return row["person"] if row["outcome"] == "link" else row["candidate"]


def _against(rows: Sequence[Row], entities: Mapping[str, str], master: frozenset[str]) -> Figures:
    known = {entities[record] for record in master}
    there = sum(entities[row["record_id"]] in known for row in rows)

    def counted(chosen: Iterable[Row], only_right: bool = False) -> Counted:
        is_right = [entities[row["record_id"]] == entities[_target(row)] for row in chosen]
        right = sum(is_right)
        return Counted(right, 0 if only_right else len(is_right) - right, there)

    links = [row for row in rows if row["outcome"] == "link"]
    reviews = [row for row in rows if row["outcome"] == "review"]
    asked = [row for row in reviews if row["candidate"]]
    automatic, answered = counted(links), counted(asked, only_right=True)
    weighed = [
        (float(row["bits"]), entities[row["record_id"]] == entities[target])
        for row in rows
        if row["bits"] and (target := _target(row))
    ]
    return Figures(
        automatic,
        counted([*links, *asked]),
        Counted(automatic.right + answered.right, automatic.wrong, there),
        automatic.wrong,
        100 * len(reviews) / len(rows) if rows else 0.0,
        best_of(weighed, there),
    )


def best_of(weighed: Iterable[tuple[float, bool]], there: int) -> Best:
    """The best F1 over all thresholds, where each pair stands alone."""
    best, right, made = Best(0.0, None), 0, 0
    ordered = sorted(weighed, reverse=True)
    for place, (weight, is_right) in enumerate(ordered):
        right, made = right + is_right, made + 1
        if place + 1 < len(ordered) and ordered[place + 1][0] == weight:
            continue
        if (f1 := Counted(right, made - right, there).f1) > best.f1:
            best = Best(f1, weight)
    return best


def _within(rows: Sequence[Row], entities: Mapping[str, str]) -> Figures:
    there = pairs_there((row["record_id"] for row in rows), entities)
    founders: dict[str, str] = {}
    for row in rows:
        # A review's own person counts; where it repeats the candidate, it only says what is proposed.
        if row["person"] and not _proposed(row):
            founders.setdefault(row["person"], row["record_id"])

    def record_of(row: Row) -> str | None:
        target = _target(row)
        if target and target not in founders and target not in entities:
            raise ValueError(
                f"{row['record_id']} names {target}, which is neither a person nor a record"
            )
        return founders.get(target, target) or None

    made, believed, answered = Groups(entities), Groups(entities), Groups(entities)
    for groups in (made, believed, answered):
        for row in rows:
            if row["person"] in founders and not _proposed(row):
                groups.join(row["record_id"], founders[row["person"]])
    reviews = [row for row in rows if row["outcome"] == "review"]
    for row in reviews:
        if candidate := record_of(row):
            own = entities[row["record_id"]]
            right = made.whose(candidate).most_common(1)[0][0] == own
            believed.join(row["record_id"], candidate)
            if right:
                answered.join(row["record_id"], candidate)
    edges = [
        (float(row["bits"]), row["record_id"], other)
        for row in rows
        if row["bits"] and (other := record_of(row))
    ]
    return Figures(
        made.counted(there),
        believed.counted(there),
        answered.counted(there),
        made.misplaced(),
        100 * len(reviews) / len(rows) if rows else 0.0,
        best_joined(edges, entities, there),
    )


def _proposed(row: Row) -> bool:
    return row["outcome"] == "review" and row["person"] == row["candidate"]


def best_joined(
    edges: Iterable[tuple[float, str, str]], entities: Mapping[str, str], there: int
) -> Best:
    """The best F1 over all thresholds, where all that is joined is one person."""
    best, groups = Best(0.0, None), Groups(entities)
    ordered = sorted(edges, reverse=True)
    for place, (weight, one, other) in enumerate(ordered):
        groups.join(one, other)
        if place + 1 < len(ordered) and ordered[place + 1][0] == weight:
            continue
        if (f1 := groups.counted(there).f1) > best.f1:
            best = Best(f1, weight)
    return best


@dataclass(frozen=True)
class OfPairs:
    """Pairs with a weight: each alone, and as they would be used, the best of a record or all that hangs together."""

    alone: Counted
    alone_best: Best
    used: Counted
    used_best: Best
    misplaced: int


def of_pairs(
    pairs: Sequence[tuple[str, str, float]],
    entities: Mapping[str, str],
    records: Sequence[str],
    master: frozenset[str],
    threshold: float,
) -> OfPairs:
    """The figures of `(master's or other record, record, weight)`, linked from the threshold up."""
    held = [(weight, left, right) for left, right, weight in pairs]
    chosen = [pair for pair in held if pair[0] >= threshold]
    if master:
        known = Counter(entities[record] for record in master)
        every, each = (
            sum(known[entities[record]] for record in records),
            sum(entities[record] in known for record in records),
        )
        best: dict[str, tuple[float, str, str]] = {}
        for pair in held:
            best[pair[2]] = max(pair, best.get(pair[2], pair))
        used = [pair for pair in best.values() if pair[0] >= threshold]
        as_used = _alone(used, entities, each)
        return OfPairs(
            _alone(chosen, entities, every),
            best_of(_weighed(held, entities), every),
            as_used,
            best_of(_weighed(best.values(), entities), each),
            as_used.wrong,
        )
    every = pairs_there(records, entities)
    groups = Groups(entities)
    for _, one, other in chosen:
        groups.join(one, other)
    return OfPairs(
        _alone(chosen, entities, every),
        best_of(_weighed(held, entities), every),
        groups.counted(every),
        best_joined(held, entities, every),
        groups.misplaced(),
    )


def _weighed(
    pairs: Iterable[tuple[float, str, str]], entities: Mapping[str, str]
) -> list[tuple[float, bool]]:
    return [(weight, entities[one] == entities[other]) for weight, one, other in pairs]


def _alone(
    pairs: Sequence[tuple[float, str, str]], entities: Mapping[str, str], there: int
) -> Counted:
    right = sum(is_right for _, is_right in _weighed(pairs, entities))
    return Counted(right, len(pairs) - right, there)


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; what is absent is empty."""
    with path.open(newline="", encoding="utf-8") as file:
        return [{k: v or "" for k, v in row.items()} for row in csv.DictReader(file)]
