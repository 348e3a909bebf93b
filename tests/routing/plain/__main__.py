"""`python -m tests.routing.plain --count 10000 --seed N`: the plain reading of routing.md against the policy."""

import argparse
import sys

from tests.routing.plain.comparison import Tally, compare

KINDS = ("route", "obligation", "tell", "date", "rank")


def main() -> int:
    """Prints what agreed, what is left open and what differs; 1 where anything differs."""
    said = argparse.ArgumentParser(prog="python -m tests.routing.plain", description=__doc__)
    said.add_argument("--count", type=int, default=10_000, help="how many contacts")
    said.add_argument("--seed", type=int, default=1, help="which contacts")
    said.add_argument("--differences", type=int, default=20, help="how many differences to print")
    chosen = said.parse_args()
    tally = compare(chosen.seed, chosen.count)
    told = [f"seed {chosen.seed}: {tally.agreeing_contacts} of {tally.contacts} contacts agree"]
    told += [line for kind in KINDS for line in lines(tally, kind)]
    told += [
        f"contact {found.number}: {found.kind} {found.rule} {found.about}: {found.what}"
        for found in tally.differences[: chosen.differences]
    ]
    sys.stdout.write("\n".join(told) + "\n")
    return 1 if tally.differences else 0


def lines(tally: Tally, kind: str) -> list[str]:
    """One line a rule: agreed, differing, left open by the text."""
    counts = (tally.agreed, tally.differing, tally.left_open)
    rules = sorted({rule for count in counts for k, rule in count if k == kind}, key=in_order)
    return [f"{kind:<11}{'agreed':>22}{'differing':>10}{'open':>8}"] + [
        f"  {rule:<9}{tally.agreed[kind, rule]:>22}{tally.differing[kind, rule]:>10}{tally.left_open[kind, rule]:>8}"
        for rule in rules
    ]


def in_order(rule: str) -> tuple[str, int]:
    """R2 before R10."""
    return (rule[0], int(rule[1:])) if rule[1:].isdigit() else (rule, 0)


if __name__ == "__main__":
    sys.exit(main())
