"""The hard cases, played: nobody is ever linked to somebody else, and each kind comes out as often as it must."""

import pytest

from tests.linking.hard.cast import generated
from tests.linking.hard.playing import Scene, play, play_all, play_in_a_crowd
from tests.linking.hard.rows import Category, Row, by_hand, categories


def holds(scene: Scene, kind: Category) -> None:
    """Assert what must hold of a category."""
    assert scene.wrong() == []
    assert scene.faults() == []
    assert not scene.short_of(kind.shares), "\n".join([str(scene.counts()), *scene.misfits()[:20]])


@pytest.mark.parametrize("kind", categories(), ids=lambda c: c.name)
def test_alone(kind: Category) -> None:
    holds(play_all(kind, generated(kind.name), in_a_crowd=False), kind)


@pytest.mark.parametrize("kind", [c for c in categories() if c.crowd], ids=lambda c: c.name)
def test_among_thousands_of_strangers(kind: Category) -> None:
    holds(play_all(kind, generated(kind.name), in_a_crowd=True), kind)


@pytest.mark.parametrize("row", by_hand(), ids=lambda r: r.name)
@pytest.mark.parametrize("crowded", [False, True], ids=["alone", "in a crowd"])
def test_written_by_hand(row: Row, crowded: bool) -> None:
    played = play_in_a_crowd(row) if crowded else play(row)
    assert not [*played.wrong, *played.faults, *played.misfits]
