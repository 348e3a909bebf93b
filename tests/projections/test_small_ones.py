"""Quarantine, answers, the registry, and how homes and telephones are told to be the same."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.content import Address, Mention
from events.message_refused import MessageRefused
from events.referral_declined import ReferralDeclined
from events.staff_added import StaffAdded
from projections import answers, quarantine
from projections.as_at import fold_as_at
from projections.kin import connected, home_pairs, joins, joins_now, marks_of, plain_phone
from projections.registry import all_projections, table_defs
from tests.projections.story import Story


def refused(refusal: str, partner: str | None) -> MessageRefused:
    return MessageRefused.example().model_copy(update={"refusal": refusal, "partner": partner})


def test_refused_messages_are_shown_newest_first() -> None:
    story = Story()
    for refusal, partner in (("a", "school"), ("b", None), ("c", "school")):
        story.tell(refused(refusal, partner))
    tables = fold_as_at(story.events)
    assert [m.refusal for m in quarantine.newest(tables)] == ["c", "b", "a"]
    assert [m.refusal for m in quarantine.newest(tables, "school")] == ["c", "a"]
    assert [m.refusal for m in quarantine.newest(tables, limit=1)] == ["c"]
    one = quarantine.read(tables, "a")
    assert one and one.faults == MessageRefused.example().faults
    assert quarantine.read(tables, "z") is None


def test_every_step_of_a_contact_is_an_answer_with_an_id_that_stays() -> None:
    story = Story()
    contact = story.contact(1, {})
    story.route(contact, {"rule": "R8", "team": "YC"})
    declined = story.tell(ReferralDeclined.example())
    told = answers.of_contact(fold_as_at(story.events), contact)
    assert [a.kind for a in told] == ["received", "routed", "sent", "declined"]
    assert UUID(told[-1].event_id) == declined.event_id
    assert (told[-1].reason, told[-1].next) == (
        "Already known to the school nurse, who leads.",
        "MASH",
    )


def test_what_is_no_step_of_a_contact_is_no_answer() -> None:
    assert answers.answer_of(Story().tell(StaffAdded.example())) is None


def test_what_is_hidden_is_folded_before_anything_is_shown() -> None:
    assert all_projections()[0].NAME == "hidden_people"


def test_no_two_projections_have_a_name_or_a_table_in_common() -> None:
    names = [p.NAME for p in all_projections()]
    tables = [d.name for d in table_defs()]
    assert len(set(names)) == len(names) and len(set(tables)) == len(tables)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Address(lines=("12 High Street",), postcode="RM17 6XX"), Address(lines=("12, High St.", "Grays"), postcode="rm176xx"), True),
        (Address(lines=("12 High Street",), postcode="RM17 6XX"), Address(lines=("14 High Street",), postcode="RM17 6XX"), False),
        (Address(uprn="100090000001"), Address(lines=("Elsewhere",), uprn="0100090000001"), True),
        (Address(lines=("Rose Cottage",), postcode="RM17 6XX"), Address(lines=("ROSE  cottage",), postcode="RM17 6XX"), True),
        (Address(lines=("No fixed abode",), postcode="ZZ99 3VZ"), Address(lines=("No fixed abode",), postcode="ZZ99 3VZ"), False),
        (Address(), Address(), False),
    ],
)  # fmt: skip
def test_a_home_is_the_same_in_its_spellings(one: Address, other: Address, same: bool) -> None:
    marks = [set(marks_of(Mention(ref="p", address=a))) for a in (one, other)]
    assert bool(marks[0] & marks[1]) is same


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("07700 900123", "07700900123"), ("+44 7700 900123", "07700900123"), ("00447700900123", "07700900123"),
        ("123", None), ("00000000000", None), ("none", None),
    ],
)  # fmt: skip
def test_a_telephone_is_the_same_in_its_spellings(said: str, plain: str | None) -> None:
    assert plain_phone(said) == plain


def test_a_home_of_many_joins_nobody() -> None:
    assert home_pairs({str(n): ["home"] for n in range(9)}) == []
    assert len(home_pairs({str(n): ["home"] for n in range(8)})) == 7


def test_a_former_partner_and_an_allegation_join_nobody_and_blood_does_not_end() -> None:
    assert not joins("ex-partner-of") and not joins("alleged-to-harm") and joins("a-word-of-ours")
    assert joins_now("parent-of", "2020") and not joins_now("lives-with", "2020")


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_everybody_reached_reaches_the_others(pairs: list[tuple[str, str]]) -> None:
    reached = connected("a", pairs)
    assert reached[0] == "a"
    assert all(set(connected(other, pairs)) == set(reached) for other in reached)
