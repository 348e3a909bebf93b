"""Random families with hidden people, each word that could give one away marked: no page shows a mark to the uncleared."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.contact_closed import ContactClosed
from events.referral_accepted import ReferralAccepted
from events.referral_done import ReferralDone
from hub.viewer import OPERATOR, Viewer
from tests.access.everything import all_pages, contact_page, person_pages, tables_of
from tests.projections.story import Story

YOUNG_CARERS = Viewer("duty", "S-1", "YC")
LOCALITY = Viewer("duty", "S-2", "CLS-2")
AUDITOR = Viewer("auditor", "S-3", "MASH")
PARTNER = Viewer("partner", "grays-surgery")
OTHER_PARTNER = Viewer("partner", "other")
MASH = Viewer("duty", "S-4", "MASH", frozenset({"shielded"}))
LADO = Viewer("duty", "S-5", "LADO", frozenset({"R15"}))
UNCLEARED = (YOUNG_CARERS, LOCALITY, AUDITOR, PARTNER, OTHER_PARTNER, LADO)

RELATIONS = (
    "parent-of",
    "sibling-of",
    "lives-with",
    "partner-of",
    "cares-for",
    "alleged-to-harm",
    "unheard-of",
)


@dataclass(frozen=True)
class Told:
    """One drawn contact: its people, whom it flags, and what it worries about."""

    people: list[int]
    flagged: list[int]
    flag: str
    relations: list[tuple[int, str, int]]
    concern: str
    teams: list[str]
    insufficient: list[int] = field(default_factory=list)
    alike: list[tuple[int, int]] = field(default_factory=list)


@st.composite
def contacts(draw: st.DrawFn) -> Told:
    people = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4, unique=True))
    among = st.sampled_from(people)
    relations = st.tuples(among, st.sampled_from(RELATIONS), among).filter(lambda r: r[0] != r[2])
    return Told(
        people=people,
        flagged=draw(st.lists(among, max_size=1)),
        flag=draw(st.sampled_from(["shielded", "shielded", "adoptive_placement"])),
        relations=draw(st.lists(relations, max_size=4)) if len(people) > 1 else [],
        concern=draw(
            st.sampled_from(
                [
                    "care-need",
                    "care-need",
                    "young-carer",
                    "domestic-abuse",
                    "professional-allegation",
                ]
            )
        ),
        teams=draw(st.lists(st.sampled_from(["YC", "CLS-2", "MASH", "LADO"]), max_size=3)),
        insufficient=draw(st.lists(among, max_size=1)),
        alike=draw(st.lists(st.tuples(among, st.integers(1, 6)), max_size=1)),
    )


def person_id(number: int) -> str:
    return f"P-{number:06d}"


def mark(what: str, number: int, contact: int) -> str:
    return f"zq{what}{number}x{contact}q"


def where(number: int, contact: int) -> dict[str, Any]:
    """Where a person is, every word of it marked with person and contact."""
    return {
        "address": {
            "lines": [mark("street", number, contact)], "postcode": f"RM{number} {contact}ZZ",
            "uprn": f"77{number:03d}{contact:03d}",
        },
        "phones": [f"079{number:04d}{contact:04d}"], "emails": [f"{mark('mail', number, contact)}@example.org"],
        "school": mark("school", number, contact), "gp": mark("gp", number, contact),
    }  # fmt: skip


def ref(number: int, contact: int) -> str:
    """A contact's own word for somebody, which is free text."""
    return mark("ref", number, contact)


def marks_of(number: int, contact: int) -> set[str]:
    said = where(number, contact)
    home = said["address"]
    return {
        home["lines"][0], home["postcode"], home["uprn"], said["phones"][0], said["emails"][0], said["school"], said["gp"],
    }  # fmt: skip


def words_of(contact: int) -> set[str]:
    return {
        mark(what, 0, contact)
        for what in ("narrative", "org", "role", "strength", "want", "because", "outcome", "reason")
    }


def tell(drawn: list[Told]) -> Story:
    """The drawn contacts as the log would record them."""
    story = Story()
    for number, told in enumerate(drawn, 1):
        contact = story.contact(number, content_of(number, told))
        people = {
            ref(p, number): None if p in told.insufficient else person_id(p) for p in told.people
        }
        met = {p for earlier in drawn[: number - 1] for p in linked(earlier)}
        candidates = {ref(p, number): person_id(c) for p, c in doubts(told, met)}
        story.link(contact, candidates, **people)
        about = next((p for p in told.people if p not in told.insufficient), None)
        asks = [
            {
                "rule": "R15" if team == "LADO" else "R8", "team": team, "because": mark("because", 0, number),
                "about": ref(about, number) if about else None, "person": person_id(about) if about else None,
            }
            for team in told.teams
        ]  # fmt: skip
        referrals = story.route(contact, *asks, family=person_id(about) if about else None)
        for referral, team in zip(referrals[:1], told.teams, strict=False):
            story.owe(contact, 1, referral, because=mark("because", 0, number))
            story.tell(
                ReferralAccepted(
                    referral=referral, contact=contact, team=team, note=mark("reason", 0, number)
                )
            )
            story.tell(
                ReferralDone(
                    referral=referral,
                    contact=contact,
                    team=team,
                    outcome=mark("outcome", 0, number),
                )
            )
            story.tell(ContactClosed(contact=contact, outcome=mark("outcome", 0, number)))
    return story


def content_of(number: int, told: Told) -> dict[str, Any]:
    return {
        "reporter": {"org": mark("org", 0, number), "role": mark("role", 0, number)},
        "people": [
            {
                "ref": ref(p, number), "name": {"family": f"Surname{p}", "given": [f"Given{p}"]}, "dob": "1980-01-01",
                "flags": [told.flag] if p in told.flagged else [], **where(p, number),
            }
            for p in told.people
        ],
        "relationships": [{"from": ref(a, number), "type": kind, "to": ref(b, number)} for a, kind, b in told.relations],
        "concerns": [{"code": told.concern, "about": ref(told.people[0], number)}],
        "strengths": [{"text": mark("strength", 0, number)}],
        "wants": [{"text": mark("want", 0, number)}],
        "narrative": mark("narrative", 0, number),
    }  # fmt: skip


def doubts(told: Told, met: set[int]) -> list[tuple[int, int]]:
    """Whom a contact names who may be somebody known before."""
    return [(p, c) for p, c in told.alike if p in linked(told) and c in met and c != p]


def linked(told: Told) -> set[int]:
    """Whom a contact is known to be about."""
    return set(told.people) - set(told.insufficient)


def hidden_numbers(drawn: list[Told]) -> set[int]:
    """Who is hidden, and knowable as a person; with them whoever may be the same person."""
    hidden = {p for told in drawn for p in set(told.flagged) & linked(told)}
    pairs = [
        pair
        for number, told in enumerate(drawn)
        for pair in doubts(told, {p for earlier in drawn[:number] for p in linked(earlier)})
    ]
    for _ in pairs:
        hidden |= {p for pair in pairs if hidden & set(pair) for p in pair}
    return hidden


@settings(max_examples=150, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=5))
def test_where_a_hidden_person_is_reaches_no_uncleared_viewer_by_any_page(
    drawn: list[Told],
) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    hidden = hidden_numbers(drawn)
    secret: set[str] = set()
    refs: set[str] = set()
    for number, told in enumerate(drawn, 1):
        if hidden & linked(told) or told.flagged:
            refs |= {ref(p, number) for p in told.people}
            secret |= words_of(number) | {m for p in told.people for m in marks_of(p, number)}
    for viewer in UNCLEARED:
        shown = all_pages(story.events, tables, viewer)
        own = refs if viewer == PARTNER else set[str]()  # a partner's own words are told back to it
        assert not {m for m in (secret | refs) - own if m in shown}, viewer


@settings(max_examples=100, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=5))
def test_those_whom_a_hidden_person_is_named_beside_or_related_to_do_not_give_them_away(
    drawn: list[Told],
) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    hidden = hidden_numbers(drawn)
    near = {p for told in drawn if hidden & linked(told) for p in linked(told)}
    secret = {
        m
        for number, told in enumerate(drawn, 1)
        for p in linked(told) & near
        for m in marks_of(p, number)
    }
    for viewer in UNCLEARED:
        shown = all_pages(story.events, tables, viewer)
        assert not {m for m in secret if m in shown}, viewer


@settings(max_examples=100, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=5))
def test_of_a_restricted_stream_the_uncleared_see_no_word(drawn: list[Told]) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    restricted = {
        n
        for n, told in enumerate(drawn, 1)
        if told.concern == "professional-allegation" or "LADO" in told.teams
    }
    secret = {
        m
        for n in restricted
        for m in words_of(n) | {w for p in drawn[n - 1].people for w in marks_of(p, n)}
    }
    for viewer in (*UNCLEARED[:-1], MASH):
        shown = all_pages(story.events, tables, viewer)
        allowed = own_people_marks(drawn, viewer)
        assert not {m for m in secret - allowed if m in shown}, viewer
        assert "LADO" not in shown


def own_people_marks(drawn: list[Told], viewer: Viewer) -> set[str]:
    """Whom a team's own ask is about it may see, in a restricted contact too."""
    if viewer.role != "duty":
        return set()
    return {
        m
        for n, told in enumerate(drawn, 1)
        if viewer.team in told.teams
        for p in told.people
        for m in marks_of(p, n)
    }


@settings(max_examples=100, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=5))
def test_nothing_ties_a_child_in_an_adoptive_placement_to_others(drawn: list[Told]) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    met = {p for told in drawn for p in linked(told)}
    placed = {
        p
        for told in drawn
        if told.flag == "adoptive_placement"
        for p in set(told.flagged) & linked(told)
    }
    for viewer in (*UNCLEARED, MASH):
        for child in placed & met:
            own = person_pages(tables, person_id(child), viewer)
            others = sorted(met - {child})
            assert not [p for p in others if person_id(p) in own or f"Surname{p}" in own], viewer
            for other in others:
                if other not in placed:
                    page = person_pages(tables, person_id(other), viewer)
                    assert person_id(child) not in page and f"Surname{child}" not in page, viewer
            for number, told in enumerate(drawn, 1):
                if child in linked(told):
                    page = contact_page(tables, f"C-26-{number:06d}", viewer)
                    named = {p for p in met if person_id(p) in page or f"Surname{p}" in page}
                    assert len(named) <= 1, viewer


@settings(max_examples=60, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=4))
def test_partners_never_see_another_partners_contact_nor_where_anybody_is(
    drawn: list[Told],
) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    assert all_pages(story.events, tables, OTHER_PARTNER).strip() == ""
    shown = all_pages(story.events, tables, PARTNER)
    assert not [
        m
        for n, told in enumerate(drawn, 1)
        for p in told.people
        for m in marks_of(p, n)
        if m in shown
    ]
    assert "CLS-2" not in shown and "P-0000" not in shown


@settings(max_examples=60, deadline=None)
@given(st.lists(contacts(), min_size=1, max_size=4))
def test_whoever_is_cleared_sees_all_that_was_said(drawn: list[Told]) -> None:
    story = tell(drawn)
    tables = tables_of(story)
    shown = all_pages(story.events, tables, OPERATOR)
    assert not [
        m
        for n, told in enumerate(drawn, 1)
        for p in told.people
        for m in marks_of(p, n)
        if m not in shown
    ]
    assert not [
        m for n, told in enumerate(drawn, 1) if told.teams for m in words_of(n) if m not in shown
    ]
