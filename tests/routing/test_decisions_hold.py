"""What holds of every decision: an owner, no order, no door, the same bytes again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.content import Name
from events.decision import Decision
from events.facts import PinnedFacts
from events.registry import decode, encode
from hub.policies.vocabulary import vocabulary
from hub.referrals.sent import open_referrals
from hub.routing import DECIDER_VERSION, decide
from tests.routing.given import ENGLAND, WEDNESDAY, contact, linked, pinned, policy

WORDS = vocabulary()
REFS = ("p1", "p2", "p3", "p4")
ANSWERS = st.sampled_from(["yes", "no", "unknown"])
BIRTHS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "2008",
            "2008-03",
            "2008-03-04",
            "2008-03-05",
            "2012-02-03",
            "1981-06-12",
            "1950",
            "2025-12-01",
        ]
    ),
)
POSTCODES = st.sampled_from([None, "RM17 6XX", "SS17 0AA", "CM1 1AA", "ZZ99 3VZ"])


@st.composite
def contacts(draw: st.DrawFn) -> ContactReceived:
    """Any contact that could pass the door: all words of the vocabulary, and one that is none."""
    refs = REFS[: draw(st.integers(1, 4))]
    people: dict[str, dict[str, Any]] = {
        ref: {
            "dob": draw(BIRTHS),
            "flags": tuple(draw(st.sets(st.sampled_from(sorted(WORDS.flags)), max_size=1))),
            "address": {"postcode": postcode} if (postcode := draw(POSTCODES)) else None,
        }
        for ref in refs
    }
    codes = st.sampled_from([*sorted(WORDS.concerns), "not-a-word"])
    concerns: list[str | dict[str, Any]] = [
        {
            "code": code,
            "about": about,
            "dash": draw(st.one_of(st.none(), st.integers(0, 24)))
            if code == "domestic-abuse"
            else None,
        }
        for code, about in draw(
            st.lists(st.tuples(codes, st.sampled_from([None, *refs])), min_size=1, max_size=4)
        )
    ]
    pairs = st.tuples(
        st.sampled_from(refs), st.sampled_from(sorted(WORDS.relationships)), st.sampled_from(refs)
    )
    relations = [f"{a} {kind} {b}" for a, kind, b in draw(st.lists(pairs, max_size=5)) if a != b]
    facts = {name: draw(ANSWERS) for name in sorted(WORDS.facts) if draw(st.booleans())}
    agreement = draw(st.sampled_from([None, "given", "refused", "not-asked", "overridden"]))
    return contact(people, concerns, relations, agreement=agreement, **facts)


MOMENTS = st.integers(0, 364 * 24 * 60).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
)


@settings(max_examples=200, deadline=None)
@given(contacts(), MOMENTS)
def test_no_contact_is_without_an_owner(received: ContactReceived, at: datetime) -> None:
    decision = decide(pinned(received, at), policy(), ENGLAND)
    assert any(route.team for route in decision.routes)
    assert [route.rank for route in decision.routes] == list(range(1, len(decision.routes) + 1))
    sent, opened = open_referrals(decision, received.contact, None, at)
    assert sent and len(opened) == len(decision.obligations)


@settings(max_examples=200, deadline=None)
@given(contacts(), st.randoms(use_true_random=False))
def test_the_order_of_the_message_makes_no_difference(
    received: ContactReceived, random: Any
) -> None:
    shuffled = {}
    for name in ("people", "concerns", "relationships"):
        members = list(getattr(received.content, name))
        random.shuffle(members)
        shuffled[name] = tuple(members)
    other = received.model_copy(update={"content": received.content.model_copy(update=shuffled)})
    assert pinned(other) == pinned(received)
    assert decide(pinned(other), policy(), ENGLAND) == decide(pinned(received), policy(), ENGLAND)


@settings(max_examples=50, deadline=None)
@given(contacts(), st.sampled_from(["school", "police", "resident", "childrens-services"]))
def test_the_door_makes_no_difference(received: ContactReceived, door: str) -> None:
    other = received.model_copy(
        update={"content": received.content.model_copy(update={"door": door})}
    )
    assert decide(pinned(other), policy(), ENGLAND) == decide(pinned(received), policy(), ENGLAND)


def routed(facts: PinnedFacts, decision: Decision) -> ContactRouted:
    """The event that keeps a decision."""
    return ContactRouted(
        contact="C-26-000001", input_position=7, received_at=WEDNESDAY, family=None, policy=policy().pin,
        calendar_hash=ENGLAND.hash, decider=DECIDER_VERSION, facts=facts, decision=decision,
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(contacts(), MOMENTS)
def test_deciding_again_from_what_was_kept_gives_the_same_bytes(
    received: ContactReceived, at: datetime
) -> None:
    facts = pinned(received, at)
    kept = encode(routed(facts, decide(facts, policy(), ENGLAND)))
    again = decode(ContactRouted.TYPE, ContactRouted.VERSION, kept)
    assert isinstance(again, ContactRouted)
    assert (
        encode(again.model_copy(update={"decision": decide(again.facts, policy(), ENGLAND)}))
        == kept
    )


@settings(max_examples=100, deadline=None)
@given(contacts())
def test_reasons_and_duties_name_nobody(received: ContactReceived) -> None:
    name = Name(family="Zyxwv", given=("Qwertz",))
    named = tuple(m.model_copy(update={"name": name}) for m in received.content.people)
    content = received.content.model_copy(update={"people": named})
    other = received.model_copy(update={"content": content})
    facts = pinned(other)
    text = decide(facts, policy(), ENGLAND).model_dump_json() + facts.model_dump_json()
    assert "Zyxwv" not in text and "Qwertz" not in text


@settings(max_examples=100, deadline=None)
@given(contacts())
def test_nothing_goes_home_where_the_family_may_not_be_informed(received: ContactReceived) -> None:
    facts = received.content.facts.model_copy(update={"family_may_be_informed": "no"})
    other = received.model_copy(
        update={"content": received.content.model_copy(update={"facts": facts})}
    )
    decision = decide(pinned(other), policy(), ENGLAND)
    assert not {"family", "person"} & {notice.to for notice in decision.tell}


@settings(max_examples=100, deadline=None)
@given(contacts(), st.integers(1, 60 * 23))
def test_a_later_call_of_the_same_day_is_never_due_earlier(
    received: ContactReceived, minutes: int
) -> None:
    midnight = datetime(2026, 3, 4, tzinfo=UTC)
    early = decide(pinned(received, midnight), policy(), ENGLAND)
    late = decide(pinned(received, midnight + timedelta(minutes=minutes)), policy(), ENGLAND)
    due = {(r.row, r.about): r.due_at for r in late.routes}
    for route in early.routes:
        other = due.get((route.row, route.about))
        assert route.due_at is None or other is None or route.due_at <= other


def test_people_too_little_known_to_be_anybody_still_count() -> None:
    received = contact(
        {"p1": {"dob": "1981-06-12"}, "p2": {"dob": "2012-02-03"}},
        ["care-need p1"],
        ["p2 cares-for p1"],
    )
    outcomes = tuple(
        o.model_copy(update={"outcome": "insufficient", "person": None}) if o.ref == "p2" else o
        for o in linked(received)
    )
    decision = decide(pinned(received, mentions=outcomes), policy(), ENGLAND)
    [young] = [r for r in decision.routes if r.row == "R8"]
    assert (young.about, young.person, young.team) == ("p2", None, "YC")
