"""The counting of right and wrong, on answers a person can count."""

import json
from pathlib import Path

import pytest

from benchmarks.linking.measured import Answer, Unusable, main, measure
from benchmarks.linking.stream import Truth


def known(n: int, person: str, kind: str = "as known", origin: str = "british") -> Truth:
    return Truth(f"R{n}", person, "yes", kind, origin, "")


def unknown(n: int, person: str, kind: str = "new sibling") -> Truth:
    return Truth(f"R{n}", person, "no", kind, "british", "")


def answer(n: int, outcome: str, person: str = "", candidate: str = "") -> Answer:
    return Answer(f"R{n}", person, outcome, candidate)


def test_against_a_master() -> None:
    truth = [
        known(1, "M1"), known(2, "M2"), known(3, "M3"), known(4, "M4", "moved", "irish"), known(5, "M5", "moved", "irish"),
        unknown(6, "N6"), unknown(7, "N7"), unknown(8, "N8"), known(9, "M9", "placeholders only"),
    ]  # fmt: skip
    answers = [
        answer(1, "link", "M1"), answer(2, "link", "M1"), answer(3, "review", candidate="M3"), answer(4, "link", "M4"),
        answer(5, "new"), answer(6, "new"), answer(7, "review", candidate="M1"), answer(8, "link", "M1"), answer(9, "insufficient"),
    ]  # fmt: skip
    m = measure(truth, answers, against_a_master=True)
    assert (m.rows, m.links, m.wrong, m.wrong_rows) == (9, 4, 2, ("R2", "R8"))
    assert m.linked_of_known == pytest.approx(2 / 5)
    assert m.found_of_known == pytest.approx(3 / 5)
    assert m.reviews_a_hundred == pytest.approx(100 * 2 / 9)
    assert (m.insufficient, m.said_too_little, m.pairs) == (1, 1, None)
    assert m.gap == pytest.approx(100 * (1 / 2 - 1 / 3))
    siblings = m.by_kind["new sibling"]
    assert (siblings.new, siblings.lost, siblings.wrong, siblings.rows()) == (1, 1, 1, 3)
    assert (m.by_origin["irish"].right, m.by_origin["irish"].new) == (1, 1)


def test_a_review_that_points_at_the_wrong_person_finds_nobody() -> None:
    m = measure([known(1, "M1")], [answer(1, "review", candidate="M2")], against_a_master=True)
    assert (m.found_of_known, m.reviews_a_hundred) == (0, 100)


def test_without_a_master() -> None:
    truth = [known(n, p) for n, p in enumerate(("A", "A", "A", "B", "B"), 1)]
    answers = [
        answer(1, "new", "P1"), answer(2, "link", "P1"), answer(3, "review", "P2", "P1"), answer(4, "new", "P3"), answer(5, "link", "P1"),
    ]  # fmt: skip
    m = measure(truth, answers, against_a_master=False)
    assert m.pairs is not None
    assert m.pairs.precision == pytest.approx(1 / 3)
    assert m.pairs.recall == pytest.approx(1 / 4)
    assert (m.pairs.mistaken, m.pairs.missed) == (2, 3)
    assert (m.links, m.wrong) == (2, 1)
    assert m.linked_of_known == pytest.approx(1 / 3)
    assert m.found_of_known == pytest.approx(2 / 3)
    assert m.by_kind["first told of"].new == 2


def test_who_is_nobody_is_alone() -> None:
    truth = [known(1, "A"), known(2, "A")]
    m = measure(truth, [answer(n, "insufficient") for n in (1, 2)], against_a_master=False)
    assert m.pairs is not None
    assert (m.pairs.mistaken, m.pairs.missed) == (0, 1)


@pytest.mark.parametrize("answers", [[], [answer(2, "new")], [answer(1, "new"), answer(2, "new")]])
def test_answers_to_other_rows_are_refused(answers: list[Answer]) -> None:
    with pytest.raises(Unusable):
        measure([known(1, "M1")], answers, against_a_master=True)


def test_the_command_prints_a_table_and_writes_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth, out, figures = (tmp_path / name for name in ("truth.csv", "out.csv", "figures.json"))
    truth.write_text("record_id,person,known,kind,origin,how\nR1,M1,yes,as known,irish,\n")
    out.write_text("record_id,person,outcome,bits,candidate,because\nR1,M1,link,9.1,,The same.\n")
    assert main([str(truth), str(out), "--json", str(figures)]) == 0
    assert "1 linked automatically, 0 of them wrong" in capsys.readouterr().out
    assert json.loads(figures.read_text())["linked_of_known"] == 1
    out.write_text("record_id,person\nR1,M1\n")
    assert main([str(truth), str(out)]) == 1
    assert "no column candidate, outcome" in capsys.readouterr().err
    out.write_text("record_id,person,outcome,candidate\nR1,M1,perhaps,\n")
    assert main([str(truth), str(out)]) == 1
