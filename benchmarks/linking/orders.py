"""How much two orders of arrival disagree on who is whom: `python -m benchmarks.linking.orders FOLDER [--seed N]`.

Links `file.csv` of a folder that `benchmarks.linking.made --no-master` wrote, in its own order and in another, each by `hub link`, which
looks at everything once more when all is read. Tells the pairs of rows that only one of the two holds to be one person, of all pairs
that either does, with what each left to people to look at.
"""

import argparse
import csv
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

Pair = tuple[str, str]


def main(argv: Sequence[str] | None = None) -> int:
    """Link twice, compare, tell."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.linking.orders", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(argv)
    one = given.folder / "file.csv"
    other = given.folder / "file.in-another-order.csv"
    shuffle(one, other, given.seed)
    pairs, left = zip(*(together(linked(path)) for path in (one, other)), strict=True)
    either, differ = len(pairs[0] | pairs[1]), len(pairs[0] ^ pairs[1])
    print(
        f"{differ} of {either} pairs, {100 * differ / max(either, 1):.2f} %; reviews {left[0]} and {left[1]}"
    )
    return 0


def shuffle(source: Path, target: Path, seed: int) -> None:
    """The same rows in another order."""
    header, *rows = source.read_text(encoding="utf-8").splitlines()
    random.Random(seed).shuffle(rows)
    target.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def linked(path: Path) -> Path:
    """The answers of `hub link` on a file."""
    out = path.with_suffix(".linked.csv")
    out.unlink(missing_ok=True)
    subprocess.run([Path(sys.executable).with_name("hub"), "link", path, "--out", out], check=True)
    return out


def together(path: Path) -> tuple[set[Pair], int]:
    """The pairs of rows that are one person, and how many rows are left to people."""
    people: dict[str, list[str]] = defaultdict(list)
    reviews = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            reviews += row["outcome"] == "review"
            if row["person"]:
                people[row["person"]].append(row["record_id"])
    pairs = {pair for rows in people.values() for pair in combinations(sorted(rows), 2)}
    return pairs, reviews


if __name__ == "__main__":
    sys.exit(main())
