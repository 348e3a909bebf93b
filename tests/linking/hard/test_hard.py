"""The hard cases, played: nobody is ever linked to somebody else, and each kind comes out as often as it must."""

from collections.abc import Mapping

import pytest

from tests.linking.hard import babies, homes_and_secrets, look_alikes, names_and_dates
from tests.linking.hard.cast import MAKERS, generated
from tests.linking.hard.playing import (
    NOT_YET,
    SHARES_ARE_ASKED,
    Scene,
    play,
    play_all,
    play_in_a_crowd,
)
from tests.linking.hard.rows import Category, Row, by_hand, categories, category

assert {m.__name__ for m in (babies, homes_and_secrets, look_alikes, names_and_dates)} == {
    f.__module__ for f in MAKERS.values()
}
PLAYED = [c for c in categories() if not set(c.needs) & set(NOT_YET)]
WRITTEN = [row for row in by_hand() if category(row.category) in PLAYED]


def too_few(found: Mapping[str, float], wanted: Mapping[str, float]) -> dict[str, str]:
    """Where less came out than must, with both figures."""
    return {
        word: f"{found[word]:.3f} < {least}"
        for word, least in wanted.items()
        if found[word] < least
    }


BY_CHANCE = 0.01
"""Among thousands, so many may be reviewed beside a stranger of the same names and date, which no row can foresee."""


def holds(scene: Scene, kind: Category, by_chance: float = 0.0) -> None:
    """Assert what must hold of a category."""
    assert scene.wrong() == []
    assert scene.faults() == []
    wanted = kind.shares | {"fits": kind.shares["fits"] - by_chance}
    short = too_few(scene.shares(), wanted) if SHARES_ARE_ASKED else {}
    assert not short, "\n".join([str(scene.counts()), *scene.misfits()[:20]])


@pytest.mark.parametrize("kind", PLAYED, ids=lambda c: c.name)
def test_alone(kind: Category) -> None:
    holds(play_all(kind, generated(kind.name), in_a_crowd=False), kind)


@pytest.mark.parametrize("kind", [c for c in PLAYED if c.crowd], ids=lambda c: c.name)
def test_among_thousands_of_strangers(kind: Category) -> None:
    holds(play_all(kind, generated(kind.name), in_a_crowd=True), kind, BY_CHANCE)


@pytest.mark.parametrize("row", WRITTEN, ids=lambda r: r.name)
@pytest.mark.parametrize("crowded", [False, True], ids=["alone", "in a crowd"])
def test_written_by_hand(row: Row, crowded: bool) -> None:
    played = play_in_a_crowd(row) if crowded else play(row)
    assert not [*played.wrong, *played.faults, *(played.misfits if SHARES_ARE_ASKED else ())]
