"""Why a rule was set off, and why not: true sentences for every rule, whatever the family."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.contact_routed import ContactRouted
from hub.policies.said import in_words, lacking
from hub.policies.vocabulary import vocabulary
from hub.routing import DECIDER_VERSION, decide
from hub.routing.why import FAMILY_RULES, Reason, rules_of, why
from tests.routing.given import ENGLAND, WEDNESDAY, contact, person, pinned, policy

CODES = sorted(vocabulary().concerns)
RELATIONS = sorted(vocabulary().relationships)


def routed(*said: object, **more: object) -> ContactRouted:
    """The decision on a contact in a line or two."""
    facts = pinned(contact(*said, **more))  # type: ignore[arg-type]  # passed on as given
    return ContactRouted(
        contact="C-26-000001", input_position=7, received_at=WEDNESDAY, family=None, policy=policy().pin,
        calendar_hash=ENGLAND.hash, decider=DECIDER_VERSION, facts=facts, decision=decide(facts, policy(), ENGLAND),
    )  # fmt: skip


def asked(decision: ContactRouted, rule: str) -> tuple[Reason, ...]:
    return why(decision, policy(), ENGLAND, rule)


def test_a_row_that_was_set_off_says_by_what_and_where_it_went() -> None:
    [reason, *_] = asked(routed({"p1": person(9)}, ["child-harm p1"]), "R1")
    assert reason.applies and reason.about == "p1"
    assert "MASH" in reason.says and "significant harm" in reason.says


@pytest.mark.parametrize(
    ("age", "concern", "rule", "words"),
    [
        (44, "child-harm p1", "R1", "It is for those under 18; they are 44."),
        (9, "child-need p1", "R1", "“child harm” is said of them"),
        (9, "care-need p1", "R12", "of 18 or over"),
        (44, "care-need p1", "R8", "It is for those under 18"),
        (44, "loneliness p1", "R17", "agreement is not known, and this service needs it (F8)"),
        (44, "domestic-abuse p1", "R14", "the DASH score is 14 or more"),
        (44, "care-need p1", "R31", "Nobody says that they have died."),
        (44, "care-need p1", "R28", "open when the contact was received"),
        (44, "care-need p1", "R0", "the contact says yes to “immediate danger”"),
    ],
)
def test_a_row_that_was_not_says_what_it_lacked(
    age: int, concern: str, rule: str, words: str
) -> None:
    reasons = asked(routed({"p1": person(age)}, [concern]), rule)
    assert reasons and not any(r.applies for r in reasons)
    assert any(words in r.says for r in reasons), [r.says for r in reasons]


def test_only_what_is_missing_is_named() -> None:
    [reason] = asked(routed({"p1": person(30)}, ["care-need p1"], agreement="given"), "R18")
    assert "community connection or essential supplies” is said of them" in reason.says
    assert "18" not in reason.says, "their age is right, and not what it lacks"


def test_the_same_reason_is_told_of_each_person_it_is_true_of() -> None:
    said = routed({"p1": person(30), "p2": person(31)}, ["care-need p1"])
    assert {r.about for r in asked(said, "R1")} == {"p1", "p2"}


def test_a_rule_that_the_policy_has_not_says_nothing() -> None:
    assert asked(routed({"p1": person(30)}, ["care-need p1"]), "R99") == ()


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("F1", "No front door was needed"), ("F3", "No child is known to care"), ("F4", "No row that asks"),
        ("F5", "one route"), ("F7", "No referral was open"), ("F8", "never waits for it"), ("F9", "No new referral is about a child"),
        ("F10", "No route is about a child"), ("F14", "Nobody here is marked"), ("F15", "confirms, or overrides"),
    ],
)  # fmt: skip
def test_a_whole_family_rule_says_why_it_had_nothing_to_say(rule: str, words: str) -> None:
    [reason] = asked(routed({"p1": person(44)}, ["care-need p1"]), rule)
    assert words in reason.says, reason.says


def test_the_question_that_was_asked_is_told_with_the_rule() -> None:
    [reason] = asked(routed({"p1": person(44)}, ["care-need p1"]), "F2")
    assert reason.applies and "Ask whether children live" in reason.says


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("'young-carer' in p.concerns", "“young carer” is said of them"),
        ("p.child == 'yes' && p.named", "they are under 18 and the contact names them"),
        (
            "['fall', 'carer_injury'].exists(m, m in p.marks)",
            "“fall or carer injury” is said with it",
        ),
        ("!('adult-abuse' in p.concerns)", "it is not so that “adult abuse” is said of them"),
        ("c.facts.safe_to_call == 'no'", "the contact says no to “safe to call”"),
        ("p.oldest < 0 || p.oldest >= 4", "their age is under 0 or their age is 4 or more"),
        ("size(p.concerns) > 2", "this holds: size(p.concerns) > 2"),
    ],
)
def test_a_condition_is_said_in_words(condition: str, words: str) -> None:
    assert in_words(condition) == words


def test_of_a_condition_that_holds_nothing_is_lacking() -> None:
    assert list(lacking("p.named", lambda _part: True)) == []


people = st.dictionaries(
    st.sampled_from(["p1", "p2", "p3"]), st.sampled_from([None, 0, 9, 15, 16, 17, 18, 44, 85]), min_size=1
)  # fmt: skip


@given(st.data(), people)
def test_every_rule_has_an_answer_and_it_agrees_with_the_decision(
    data: st.DataObject, ages: dict[str, int | None]
) -> None:
    refs = sorted(ages)
    concern = st.builds(
        lambda c, p: f"{c} {p}".strip(), st.sampled_from(CODES), st.sampled_from([*refs, ""])
    )
    relation = st.builds(
        lambda a, t, b: f"{a} {t} {b}", st.sampled_from(refs), st.sampled_from(RELATIONS), st.sampled_from(refs)
    ).filter(lambda r: r.split()[0] != r.split()[2])  # fmt: skip
    many = st.lists(relation, max_size=3, unique=True) if len(refs) > 1 else st.just([])
    said = routed(
        {ref: person(age) for ref, age in ages.items()},
        data.draw(st.lists(concern, min_size=1, max_size=4, unique=True)),
        data.draw(many),
        agreement=data.draw(st.sampled_from([None, "given", "refused"])),
    )
    rows = {r.row for r in said.decision.routes}
    owed = {o.rule for o in said.decision.obligations}
    for rule in rules_of(policy()):
        reasons = asked(said, rule)
        assert reasons, rule
        assert all(r.says and r.says[-1] in ".?" for r in reasons)
        if rule not in FAMILY_RULES:
            assert any(r.applies for r in reasons) == (rule in rows | owed)
