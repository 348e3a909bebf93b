"""What a duty worker reads: names of teams, dates and what is held back in words, never a code where there is a word."""

import pytest

from events.registry import event_types
from hub.pages.words import bits_said, born_on, held_back, plain, team_said
from projections.timeline import plain_sentence


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("YC", "Young carers (No Wrong Doors)"), ("CLS-2", "Community-led Support 2"), ("CLS", "Community-led Support"),
        ("childrens-services", "children's services"), ("gp", "GP"), ("F81XXX", "F81XXX"), (None, ""),
    ],
)  # fmt: skip
def test_a_team_is_said_by_its_name(code: str | None, said: str) -> None:
    assert team_said(code) == said


@pytest.mark.parametrize(
    ("dob", "said"),
    [
        ("1981-06-12", "12 June 1981"), ("1981-06", "June 1981"), ("1981", "1981"), ("1981-02-31", "1981-02-31"),
        ("unknown", "unknown"), (None, ""),
    ],
)  # fmt: skip
def test_a_date_of_birth_is_said_as_far_as_it_is_known(dob: str | None, said: str) -> None:
    assert born_on(dob) == said


def test_what_is_held_back_is_said_in_words() -> None:
    assert held_back("because") == "reasons" and held_back("whereabouts") == plain("whereabouts")


def test_every_event_has_a_plain_sentence_that_tells_nothing_of_the_program() -> None:
    for type_ in event_types():
        said = plain_sentence(type_ if isinstance(type_, str) else type_[0])
        assert said.endswith(".") and "`" not in said and len(said) > 10, said


def test_bits_have_their_sign_and_nothing_has_none() -> None:
    assert [bits_said(bits) for bits in (6.84, -1, 0, -0.04)] == ["+6.8", "−1.0", "0.0", "0.0"]
