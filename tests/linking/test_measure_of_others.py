"""The measure of the linking benchmarks counts by hand-made outputs what it says it counts."""

import pytest

from benchmarks.linking.others.measure import Counted, of_hub, of_pairs

NOBODY: frozenset[str] = frozenset()


def row(
    record: str, outcome: str, person: str = "", candidate: str = "", bits: str = ""
) -> dict[str, str]:
    return {
        "record_id": record, "outcome": outcome, "person": person, "candidate": candidate, "bits": bits, "because": "",
    }  # fmt: skip


MASTER = frozenset({"m1", "m2", "m3"})
KNOWN = {"m1": "A", "m2": "B", "m3": "C"}


def test_against_a_master_a_link_is_right_where_both_are_one_person() -> None:
    truth = {**KNOWN, "r1": "A", "r2": "B", "r3": "C", "r4": "D", "r5": "D"}
    rows = [
        row("r1", "link", "m1", "m1", "12"),
        row("r2", "link", "m3", "m3", "5"),
        row("r3", "review", "", "m3", "2"),
        row("r4", "review", "", "m1", "-1"),
        row("r5", "new", "p1", "", ""),
    ]
    found = of_hub(rows, truth, MASTER)
    assert found.automatic == Counted(right=1, wrong=1, there=3)
    assert found.believed == Counted(right=2, wrong=2, there=3)
    assert found.answered == Counted(right=2, wrong=1, there=3)
    assert (found.misplaced, found.reviews) == (1, 40.0)


def test_the_best_threshold_may_lie_below_the_links_and_among_the_new() -> None:
    truth = {**KNOWN, "r1": "A", "r2": "B", "r3": "C"}
    rows = [
        row("r1", "link", "m1", "m1", "12"),
        row("r2", "review", "", "m2", "1"),
        row("r3", "new", "p3", "m1", "-9"),
    ]
    best = of_hub(rows, truth, MASTER).best
    assert (best.f1, best.at) == (pytest.approx(0.8), 1.0)


def test_equal_bits_fall_on_one_side_of_a_threshold_together() -> None:
    truth = {**KNOWN, "r1": "A", "r2": "D"}
    rows = [row("r1", "link", "m1", "m1", "5"), row("r2", "link", "m2", "m2", "5")]
    best = of_hub(rows, truth, MASTER).best
    assert (best.f1, best.at) == (pytest.approx(2 / 3), 5.0)


def test_in_one_file_all_records_of_one_person_are_pairs() -> None:
    truth = {"r1": "A", "r2": "A", "r3": "A", "r4": "B", "r5": "B"}
    rows = [
        row("r1", "new", "p1"),
        row("r2", "link", "p1", "p1", "9"),
        row("r3", "review", "p3", "p1", "1"),
        row("r4", "link", "p1", "p1", "6"),
        row("r5", "review", "", "p1", "0"),
    ]
    found = of_hub(rows, truth, NOBODY)
    assert found.automatic == Counted(right=1, wrong=2, there=4)
    assert found.misplaced == 1
    # r3 rightly joins the two of A; r5 would join B to a person who is mostly A: no clerk would.
    assert found.answered == Counted(right=3, wrong=3, there=4)
    assert found.believed == Counted(right=4, wrong=6, there=4)
    assert found.reviews == 40.0
    assert (found.best.f1, found.best.at) == (pytest.approx(0.6), 1.0)


def test_a_review_that_repeats_its_candidate_as_its_person_is_no_link() -> None:
    truth = {"r1": "A", "r2": "A"}
    rows = [row("r1", "new", "p1"), row("r2", "review", "p1", "p1", "1")]
    found = of_hub(rows, truth, NOBODY)
    assert found.automatic == Counted(right=0, wrong=0, there=1)
    assert found.answered == Counted(right=1, wrong=0, there=1)


def test_a_candidate_in_one_file_may_be_a_record() -> None:
    truth = {"r1": "A", "r2": "A"}
    rows = [row("r1", "new", "p1"), row("r2", "review", "", "r1", "1")]
    assert of_hub(rows, truth, NOBODY).answered.recall == 1.0


def test_people_made_one_later_are_one() -> None:
    truth = {"r1": "A", "r2": "A", "r3": "A"}
    rows = [row("r1", "new", "p1"), row("r2", "new", "p1"), row("r3", "link", "p1", "p1", "9")]
    assert of_hub(rows, truth, NOBODY).automatic == Counted(right=3, wrong=0, there=3)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([row("r1", "new", "p1"), row("r1", "new", "p2")], "records twice"),
        ([row("r9", "new", "p1")], "without a truth"),
        ([row("r1", "maybe", "p1")], "unknown outcomes"),
        ([row("r1", "link")], "links to nobody"),
        ([row("r1", "review", "", "p7", "1")], "neither a person nor a record"),
    ],
)
def test_what_cannot_be_measured_is_said(rows: list[dict[str, str]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        of_hub(rows, {"r1": "A"}, NOBODY)


def test_a_link_outside_the_master_is_said() -> None:
    with pytest.raises(ValueError, match="not in the master"):
        of_hub([row("r1", "link", "p1")], {**KNOWN, "r1": "A"}, MASTER)


def test_pairs_with_a_weight_are_counted_alone_and_as_they_would_be_used() -> None:
    truth = {**KNOWN, "r1": "A", "r2": "B", "r3": "D"}
    pairs = [("m1", "r1", 0.99), ("m2", "r1", 0.97), ("m2", "r2", 0.6), ("m3", "r3", 0.2)]
    found = of_pairs(pairs, truth, ["r1", "r2", "r3"], MASTER, 0.95)
    assert found.alone == Counted(right=1, wrong=1, there=2)
    assert found.used == Counted(right=1, wrong=0, there=2)
    assert found.misplaced == 0
    assert (found.used_best.f1, found.used_best.at) == (1.0, 0.6)


def test_pairs_of_one_file_hang_together() -> None:
    truth = {"r1": "A", "r2": "A", "r3": "A", "r4": "B"}
    pairs = [("r1", "r2", 0.99), ("r2", "r3", 0.98), ("r3", "r4", 0.96)]
    found = of_pairs(pairs, truth, list(truth), NOBODY, 0.95)
    assert found.alone == Counted(right=2, wrong=1, there=3)
    assert found.used == Counted(right=3, wrong=3, there=3)
    assert found.misplaced == 1
    assert (found.used_best.f1, found.used_best.at) == (1.0, 0.98)


def test_nothing_made_and_nothing_there_is_nothing_wrong() -> None:
    nothing = Counted(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1.0, 1.0, 1.0)
