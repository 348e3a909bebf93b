"""Writes made-up people and mentions for `hub link`: `python -m benchmarks.linking.made FOLDER [--people N] [--mentions N] [--seed N]`."""

import argparse
import csv
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.linking.mentions import COLUMNS
from benchmarks.linking.stream import Files, Truth, against_a_master, without_a_master

KNOWN, OF_THEM = 100_000, 9_000
TOLD_OF, TELLINGS = 6_325, 18_720


def write(folder: Path, files: Files) -> None:
    """`master.csv` (where there is one), `file.csv` and `truth.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    if files.master:
        write_rows(folder / "master.csv", COLUMNS, files.master)
    write_rows(folder / "file.csv", COLUMNS, files.mentions)
    write_rows(folder / "truth.csv", Truth._fields, files.truth)


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file with its header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Make and write."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.linking.made", description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument(
        "--people", type=int, help=f"known people ({KNOWN:,}; without a master {TOLD_OF:,})"
    )
    asked.add_argument(
        "--mentions", type=int, help=f"rows to link ({OF_THEM:,}; without a master {TELLINGS:,})"
    )
    asked.add_argument(
        "--unknown",
        type=float,
        default=0.1,
        help="the share of mentions of people not in the master (0.1)",
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--rough",
        action="store_true",
        help="errors as often as ALSPAC found between two collections",
    )
    asked.add_argument(
        "--even", action="store_true", help="each origin as often, to compare their recall"
    )
    asked.add_argument(
        "--no-master",
        action="store_true",
        help="one file that tells of each person about three times",
    )
    said = asked.parse_args(argv)
    begun = time.perf_counter()
    if said.no_master:
        people, mentions = said.people or TOLD_OF, said.mentions or TELLINGS
        files = without_a_master(people, mentions, said.seed, rough=said.rough)
    else:
        people, mentions = said.people or KNOWN, said.mentions or OF_THEM
        files = against_a_master(
            people, mentions, said.unknown, said.seed, rough=said.rough, even=said.even
        )
    write(said.folder, files)
    took = time.perf_counter() - begun
    print(
        f"{len(files.master):,} known people, {len(files.mentions):,} mentions in {said.folder} after {took:.1f} s"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
