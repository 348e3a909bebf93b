"""What was looked for is kept for whoever asked it, for a while, and never without bound."""

import pytest

from hub import questions
from hub.questions import KEPT, Question, Questions


class Hands:
    """A clock that is set by hand."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_question_is_read_by_whoever_asked_it_until_its_time_is_over() -> None:
    clock = Hands()
    kept = Questions(clock)
    asked = Question("okoro grace", None)
    word = kept.keep("Ben", asked)
    assert "okoro" not in word
    assert kept.of("Ben", word) == asked
    assert kept.of("Ada", word) is None
    assert kept.of("Ben", "another") is None
    clock.at = KEPT
    assert kept.of("Ben", word) is None


def test_the_oldest_question_goes_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST", 3)
    kept = Questions()
    words = [kept.keep("Ben", Question(f"name {n}", None)) for n in range(4)]
    assert [kept.of("Ben", word) is None for word in words] == [True, False, False, False]


def test_questions_whose_time_is_over_are_let_go_of() -> None:
    clock = Hands()
    kept = Questions(clock)
    for _ in range(5):
        kept.keep("Ben", Question("okoro", None))
    clock.at = KEPT + 1
    kept.keep("Ben", Question("okoro", None))
    assert len(kept) == 1
