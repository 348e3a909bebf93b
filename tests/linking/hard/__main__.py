"""Plays the hard cases and says what came of them: `python -m tests.linking.hard [part of a category's name…] [--seed N]`."""

import argparse
import sys
import time
from collections import Counter

from tests.linking.hard.cast import generated
from tests.linking.hard.playing import Scene, play, play_all, play_in_a_crowd
from tests.linking.hard.rows import Category, by_hand, categories

SHOWN = 3


def say(line: str) -> None:
    """A line of the answer."""
    sys.stdout.write(f"{line}\n")


def told(category: Category, where: str, scene: Scene, seconds: float) -> int:
    """Say what came of it; how many were linked wrongly."""
    wrong, short = scene.wrong(), scene.short_of(category.shares)
    ended = ", ".join(f"{n} {word}" for word, n in scene.counts().most_common())
    short_of = f"   SHORT: {short}" if short else ""
    say(f"{category.name:<46}{where:<8}{seconds:5.1f} s  {len(wrong):>3} wrong  {ended}{short_of}")
    for line in (*wrong[:SHOWN], *scene.faults()[:SHOWN], *scene.misfits()[:SHOWN]):
        say(f"      {line}")
    return len(wrong)


def main() -> int:
    """Each category alone and in a crowd, then the rows by hand; ends with 1 where anybody was linked wrongly."""
    asked = argparse.ArgumentParser(prog="python -m tests.linking.hard", description=__doc__)
    asked.add_argument("words", nargs="*", help="only categories with one of these in their name")
    asked.add_argument("--seed", type=int, default=0, help="other rows than those of the tests")
    given = asked.parse_args()
    chosen = [c for c in categories() if not given.words or any(w in c.name for w in given.words)]
    found = Counter[str]()
    for category in chosen:
        for crowded in (False, True) if category.crowd else (False,):
            begun = time.perf_counter()
            scene = play_all(category, generated(category.name, given.seed), in_a_crowd=crowded)
            where = "crowd" if crowded else "alone"
            found["wrong"] += told(category, where, scene, time.perf_counter() - begun)
            found["mentions"] += scene.counts().total()
        found["wrong"] += told_by_hand(category)
    say(f"{found['mentions']:,} mentions, {found['wrong']} linked wrongly")
    return int(found["wrong"] > 0)


def told_by_hand(category: Category) -> int:
    """Say what is wrong with the rows by hand; how many were linked wrongly."""
    rows = [row for row in by_hand() if row.category == category.name]
    played = [p for row in rows for p in (play(row), play_in_a_crowd(row))]
    for p in played:
        for line in (*p.wrong, *p.faults, *p.misfits):
            say(f"      by hand: {line}")
    return sum(len(p.wrong) for p in played)


if __name__ == "__main__":
    raise SystemExit(main())
