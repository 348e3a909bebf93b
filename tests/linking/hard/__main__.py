"""Plays the hard cases and says what came of them: `python -m tests.linking.hard [part of a category's name…]`."""

import sys
import time
from collections import Counter

from tests.linking.hard.cast import generated
from tests.linking.hard.playing import NOT_YET, Scene, play, play_all, play_in_a_crowd
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
    found = Counter[str]()
    chosen = [
        c for c in categories() if not sys.argv[1:] or any(word in c.name for word in sys.argv[1:])
    ]
    for category in chosen:
        if lacking := [NOT_YET[need] for need in category.needs if need in NOT_YET]:
            say(f"{category.name:<46}not played yet. {' '.join(lacking)}")
            continue
        for crowded in (False, True) if category.crowd else (False,):
            begun = time.perf_counter()
            scene = play_all(category, generated(category.name), in_a_crowd=crowded)
            where = "crowd" if crowded else "alone"
            found["wrong"] += told(category, where, scene, time.perf_counter() - begun)
            found["mentions"] += scene.counts().total()
        for row in by_hand():
            if row.category == category.name:
                for played in (play(row), play_in_a_crowd(row)):
                    for line in (*played.wrong, *played.faults, *played.misfits):
                        say(f"      by hand: {line}")
                    found["wrong"] += len(played.wrong)
    say(f"{found['mentions']:,} mentions, {found['wrong']} linked wrongly")
    return int(found["wrong"] > 0)


if __name__ == "__main__":
    raise SystemExit(main())
