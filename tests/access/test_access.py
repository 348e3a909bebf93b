"""What a viewer may see, rule by rule."""

from typing import Any

import pytest

from events.envelope import RecordedEvent
from events.message_refused import Fault, MessageRefused
from events.need_unmet import NeedUnmet
from events.teams_adopted import TeamsAdopted
from hub.access import (
    WITHHELD,
    find_people,
    see_contact,
    see_event,
    see_family,
    see_outcome,
    see_person,
    see_queue,
    see_refused,
    see_timeline,
    see_work,
)  # fmt: skip
from hub.errors import Unavailable
from hub.families.shown import read_family
from hub.viewer import OPERATOR, Viewer
from projections import (
    answers,
    contact_view,
    duty_queue,
    family_view,
    quarantine,
    referrals_and_clocks,
    timeline,
)
from projections.contact_view import ContactView
from projections.family_view import FamilyShown, PersonShown
from projections.secrets import Hidden
from projections.table import MemoryTables
from tests.access.everything import all_pages, person_pages, tables_of
from tests.access.test_leaks import AUDITOR, LADO, LOCALITY, MASH, PARTNER, YOUNG_CARERS
from tests.projections.story import BEGAN, Story

CSC = Viewer("duty", "S-6", "CSC", frozenset({"shielded", "adoption"}))
MARAC = Viewer("duty", "S-7", "MARAC", frozenset({"shielded", "R14"}))
HOME = {"lines": ["12 Hidden Lane"], "postcode": "RM17 6ZZ", "uprn": "100090000042"}


def person(ref: str, **more: Any) -> dict[str, Any]:
    """Somebody of a contact, with a name."""
    return {"ref": ref, "name": {"family": f"Family{ref}", "given": [f"Given{ref}"]}, **more}


def told(
    content: dict[str, Any], *asks: dict[str, Any], story: Story | None = None, **people: str | None
) -> Story:
    """One more contact, linked and routed."""
    story = story or Story()
    number = sum(e.event.TYPE == "contact.received" for e in story.events) + 1
    contact = story.contact(number, content)
    story.link(contact, **people)
    story.route(contact, *asks, family=next((p for p in people.values() if p), None))
    return story


def contact_of(
    tables: MemoryTables, viewer: Viewer, number: int = 1, now: MemoryTables | None = None
) -> ContactView | None:
    view = contact_view.read(tables, f"C-26-{number:06d}")
    assert view
    return see_contact(view, Hidden(now or tables), viewer)


def page_of(tables: MemoryTables, person_id: str, viewer: Viewer) -> PersonShown | None:
    known = family_view.read_person(tables, person_id)
    assert known
    return see_person(known, Hidden(tables), viewer)


def family_of(tables: MemoryTables, person_id: str, viewer: Viewer) -> FamilyShown | None:
    family = read_family(tables, person_id, BEGAN.date())
    assert family
    return see_family(family, Hidden(tables), viewer)


def shielded_mother() -> Story:
    """A shielded mother with her son, asked of a locality's team."""
    return told(
        {
            "people": [person("p1", flags=["shielded"], address=HOME), person("p2", school="Hidden Academy")],
            "relationships": [{"from": "p1", "type": "parent-of", "to": "p2"}, {"from": "p2", "type": "lives-with", "to": "p1"}],
            "reporter": {"org": "Hidden Surgery"}, "narrative": "At her sister's in Hidden Lane.",
        },
        {"rule": "R11", "team": "CLS-2", "about": "p1", "person": "P-000001", "because": "Locality 2."},
        {"rule": "R8", "team": "YC", "about": "p2", "person": "P-000002"},
        p1="P-000001", p2="P-000002",
    )  # fmt: skip


def test_nothing_is_taken_out_where_nobody_is_hidden() -> None:
    story = told(
        {
            "people": [person("p1", address=HOME), person("p2")], "narrative": "All of it.",
            "relationships": [{"from": "p1", "type": "parent-of", "to": "p2"}],
        },
        {"rule": "R11", "team": "CLS-2", "about": "p1", "person": "P-000001"}, p1="P-000001", p2="P-000002",
    )  # fmt: skip
    tables = tables_of(story)
    assert contact_of(tables, YOUNG_CARERS) == contact_view.read(tables, "C-26-000001")
    assert page_of(tables, "P-000001", YOUNG_CARERS) == family_view.read_person(tables, "P-000001")
    assert family_of(tables, "P-000001", YOUNG_CARERS) == read_family(
        tables, "P-000001", BEGAN.date()
    )
    rows = duty_queue.open_for(tables, "CLS-2")
    assert see_queue(rows, Hidden(tables), YOUNG_CARERS) == rows


def test_a_shielded_person_is_shown_without_where_she_is() -> None:
    page = page_of(tables_of(shielded_mother()), "P-000001", YOUNG_CARERS)
    assert (
        page and page.name == "Givenp1 Familyp1" and page.homes == () and "address" in page.withheld
    )


def test_her_son_is_shown_without_where_he_is_and_that_they_live_together_is_not_said() -> None:
    tables = tables_of(shielded_mother())
    family = family_of(tables, "P-000002", YOUNG_CARERS)
    assert family and family.members == ("P-000002", "P-000001")
    assert [r.type for r in family.relations] == ["parent-of"]
    assert all(p.schools == () and p.homes == () for p in family.people)


def test_the_cleared_see_where_she_is() -> None:
    page = page_of(tables_of(shielded_mother()), "P-000001", MASH)
    assert page and page.homes[0].lines == ("12 Hidden Lane",)


def test_a_contact_that_carries_a_shield_says_neither_where_nor_who_told_nor_in_whose_words() -> (
    None
):
    seen = contact_of(tables_of(shielded_mother()), YOUNG_CARERS)
    assert seen and seen.content and seen.decision
    assert (seen.partner, seen.source, seen.content.reporter.org) == (None, None, WITHHELD)
    assert [r.team for r in seen.decision.routes] == ["CLS", "YC"]
    assert "Hidden " not in seen.model_dump_json()


def test_a_team_reads_what_it_has_to_do_though_not_why() -> None:
    story = shielded_mother()
    story.owe(
        "C-26-000001",
        1,
        "R-26-000001-2",
        does="Ask whether the caring is too much.",
        because="Of Hidden Lane.",
    )
    story.owe(
        "C-26-000001",
        2,
        "R-26-000001-2",
        rule="F4",
        does="See the child of the one alleged to harm.",
    )
    seen = contact_of(tables_of(story), YOUNG_CARERS)
    assert seen
    assert [(o.does, o.because) for o in seen.obligations] == [
        ("Ask whether the caring is too much.", None),
        (WITHHELD, None),
    ]


def test_the_localitys_team_sees_that_it_was_asked_and_no_other_uncleared_team_does() -> None:
    tables = tables_of(shielded_mother())
    rows = duty_queue.open_for(tables, "CLS-2")
    (own,) = see_queue(rows, Hidden(tables), LOCALITY)
    assert (own.person, own.team, own.organisation, own.because) == ("P-000001", "CLS", None, None)
    assert see_queue(rows, Hidden(tables), YOUNG_CARERS) == []
    assert [r.team for r in see_queue(rows, Hidden(tables), MASH)] == ["CLS-2"]


def test_a_shield_said_later_covers_what_was_said_before_and_whoever_was_named_beside() -> None:
    story = told(
        {"people": [person("p1", address=HOME), person("p2", school="Hidden Academy")]},
        p1="P-000001",
        p2="P-000002",
    )
    told({"people": [person("p1", flags=["shielded"])]}, story=story, p1="P-000001")
    shown = all_pages(story.events, tables_of(story), YOUNG_CARERS)
    assert "Hidden" not in shown and "100090000042" not in shown


@pytest.mark.parametrize(
    "shared",
    [
        {"address": {"lines": ["Flat 12, Hidden Lane"], "postcode": "rm176zz"}},
        {"address": {"lines": ["Elsewhere"], "uprn": "0100090000042"}},
        {"phones": ["+44 7700 900142"], "school": "Hidden Academy"},
    ],
)
def test_whoever_shares_a_home_or_a_telephone_with_her_does_not_give_her_away(
    shared: dict[str, Any],
) -> None:
    story = told(
        {"people": [person("p1", address=HOME, phones=["07700 900142"], flags=["shielded"])]},
        p1="P-000001",
    )
    told({"people": [person("p1", **shared, gp="Hidden Surgery")]}, story=story, p1="P-000009")
    page = page_of(tables_of(story), "P-000009", YOUNG_CARERS)
    assert page and (page.homes, page.phones, page.schools, page.gps) == ((), (), (), ())


def test_a_page_as_at_an_earlier_day_is_judged_by_what_is_hidden_now() -> None:
    story = told({"people": [person("p1", address=HOME)]}, p1="P-000001")
    then = tables_of(story)
    told({"people": [person("p1", flags=["shielded"])]}, story=story, p1="P-000001")
    seen = contact_of(then, YOUNG_CARERS, now=tables_of(story))
    assert seen and "Hidden Lane" not in seen.model_dump_json()


def test_before_it_is_known_who_the_people_are_the_uncleared_see_no_one() -> None:
    story = Story()
    story.contact(1, {"people": [person("p1", address=HOME)], "narrative": "Hidden words."})
    tables = tables_of(story)
    seen = contact_of(tables, YOUNG_CARERS)
    assert seen and seen.content is None and seen.contact == "C-26-000001"
    cleared = contact_of(tables, OPERATOR)
    assert cleared and cleared.content and cleared.content.narrative == "Hidden words."


def test_nothing_is_answered_before_it_is_known_what_must_be_kept() -> None:
    story = shielded_mother()
    behind = Hidden(tables_of(Story()))
    tables = tables_of(story)
    view = contact_view.read(tables, "C-26-000001")
    known = family_view.read_person(tables, "P-000001")
    assert view and known
    for ask in (
        lambda: see_contact(view, behind, YOUNG_CARERS),
        lambda: see_person(known, behind, MASH),
        lambda: see_queue(duty_queue.open_for(tables, "YC"), behind, YOUNG_CARERS),
        lambda: see_timeline(timeline.of_contact(tables, "C-26-000001"), behind, AUDITOR),
        lambda: see_event(story.events[-1], behind, AUDITOR),
    ):
        with pytest.raises(Unavailable):
            ask()
    assert see_contact(view, behind, OPERATOR) == view


def test_whoever_is_not_known_is_taken_as_hidden() -> None:
    nobody = Hidden(MemoryTables(tables_of(Story()).defs.values()))
    assert nobody.person("P-999999").sheltered and not nobody.contact("C-99-999999").known


def birth_and_placement() -> Story:
    """A child born to one mother and placed with another, in three contacts."""
    story = told(
        {"people": [person("m"), person("c")], "relationships": [{"from": "m", "type": "parent-of", "to": "c"}]},
        {"rule": "R2", "team": "MASH", "about": "c", "person": "P-000002"}, m="P-000001", c="P-000002",
    )  # fmt: skip
    told(
        {
            "people": [person("c", flags=["adoptive_placement"]), person("a")],
            "relationships": [{"from": "a", "type": "guardian-of", "to": "c"}],
        },
        {"rule": "R8", "team": "YC", "about": "c", "person": "P-000002"}, story=story, c="P-000002", a="P-000003",
    )  # fmt: skip
    return told(
        {
            "people": [person("m"), person("s")],
            "relationships": [{"from": "m", "type": "parent-of", "to": "s"}],
        },
        story=story,
        m="P-000001",
        s="P-000004",
    )


@pytest.mark.parametrize("viewer", [YOUNG_CARERS, MASH, AUDITOR])
def test_a_placed_child_stands_alone_to_those_not_cleared_for_adoption(viewer: Viewer) -> None:
    tables = tables_of(birth_and_placement())
    family = family_of(tables, "P-000002", viewer)
    assert (
        family
        and family.members == ("P-000002",)
        and family.relations == ()
        and family.beyond == ()
    )
    mothers = family_of(tables, "P-000001", viewer)
    assert mothers and mothers.members == ("P-000001", "P-000004")


@pytest.mark.parametrize("viewer", [YOUNG_CARERS, MASH, AUDITOR])
def test_no_contact_is_found_on_both_the_placed_childs_page_and_the_birth_mothers(
    viewer: Viewer,
) -> None:
    tables = tables_of(birth_and_placement())
    child, mother = (person_pages(tables, p, viewer) for p in ("P-000002", "P-000001"))
    shared = {f"C-26-00000{n}" for n in (1, 2, 3)}
    assert not {c for c in shared if c in child and c in mother}


def test_a_team_asked_about_a_placed_child_sees_the_child_and_nobody_else() -> None:
    seen = contact_of(tables_of(birth_and_placement()), YOUNG_CARERS, 2)
    assert seen and seen.content
    assert [p.ref for p in seen.content.people] == ["c"] and seen.people == ("P-000002",)
    assert [r.person for r in seen.referrals] == ["P-000002"]


def test_those_cleared_for_adoption_see_the_relations() -> None:
    family = family_of(tables_of(birth_and_placement()), "P-000002", CSC)
    assert family and family.relations


def harm() -> Story:
    """A child alleged to be harmed by a man of the contact."""
    return told(
        {
            "people": [person("p1"), person("p2")], "narrative": "He hits her.",
            "relationships": [{"from": "p2", "type": "alleged-to-harm", "to": "p1"}],
            "concerns": [{"code": "child-harm", "about": "p1"}],
        },
        {"rule": "R1", "team": "MASH", "about": "p1", "person": "P-000001"}, p1="P-000001", p2="P-000002",
    )  # fmt: skip


def test_who_is_alleged_to_harm_whom_is_for_the_cleared_alone() -> None:
    tables = tables_of(harm())
    for viewer in (YOUNG_CARERS, LOCALITY, AUDITOR, LADO):
        shown = all_pages(harm().events, tables, viewer)
        assert "alleged" not in shown and "He hits her" not in shown
    family = family_of(tables, "P-000001", MASH)
    assert family and [r.type for r in family.relations] == ["alleged-to-harm"]


def allegation() -> Story:
    """An allegation about a teacher, with a child whom MASH is asked about."""
    return told(
        {
            "people": [person("t", flags=["works_with_children"]), person("c", address=HOME)],
            "concerns": [{"code": "professional-allegation", "about": "t"}, {"code": "child-harm", "about": "c"}],
            "narrative": "In the classroom.",
        },
        {"rule": "R15", "team": "LADO", "about": "t", "person": "P-000001"},
        {"rule": "R1", "team": "MASH", "about": "c", "person": "P-000002"},
        t="P-000001", c="P-000002",
    )  # fmt: skip


@pytest.mark.parametrize("viewer", [YOUNG_CARERS, AUDITOR, CSC])
def test_of_a_restricted_stream_the_uncleared_see_that_it_was_received(viewer: Viewer) -> None:
    story = allegation()
    tables = tables_of(story)
    seen = contact_of(tables, viewer)
    assert seen and (seen.status, seen.content, seen.referrals, seen.decision) == (
        "received",
        None,
        (),
        None,
    )
    shown = all_pages(story.events, tables, viewer)
    assert not [
        w
        for w in ("LADO", "R15", "professional-allegation", "Familyt", "Familyc", "classroom")
        if w in shown
    ]


def test_a_partner_reads_of_its_own_restricted_contact_that_it_was_received() -> None:
    tables = tables_of(allegation())
    seen = contact_of(tables, PARTNER)
    assert seen and (seen.status, seen.referrals, seen.owner) == ("received", (), None)
    assert [a.kind for a in seen.answers] == ["received"]


def test_a_team_asked_on_a_restricted_contact_sees_its_own_ask_and_the_child() -> None:
    tables = tables_of(allegation())
    (row,) = see_queue(duty_queue.open_for(tables, "MASH"), Hidden(tables), MASH)
    assert (row.rule, row.person, row.concerns, row.because) == (
        "R1",
        "P-000002",
        ("child-harm",),
        None,
    )
    seen = contact_of(tables, MASH)
    assert seen and seen.content and [p.ref for p in seen.content.people] == ["c"]
    assert seen.content.people[0].address and [r.rule for r in seen.referrals] == ["R1"]
    assert seen.decision and [r.rule for r in seen.decision.routes] == ["R1"]
    assert see_queue(duty_queue.open_for(tables, "LADO"), Hidden(tables), MASH) == []


def test_the_restricted_streams_own_team_sees_what_was_said() -> None:
    seen = contact_of(tables_of(allegation()), LADO)
    assert seen and seen.content and seen.content.narrative == "In the classroom."


def test_domestic_abuse_is_restricted_until_it_is_decided_and_after_only_where_it_goes_to_marac() -> (
    None
):
    said = {
        "people": [person("p1", address=HOME)],
        "concerns": [{"code": "domestic-abuse", "about": "p1"}],
    }
    story = Story()
    story.link(story.contact(1, said), p1="P-000001")
    waiting = contact_of(tables_of(story), MASH)
    assert waiting and waiting.content is None
    below = contact_of(tables_of(told(said, {"rule": "R13", "team": "TF"}, p1="P-000001")), MASH)
    assert below and below.content is not None
    above = tables_of(told(said, {"rule": "R14", "team": "MARAC"}, p1="P-000001"))
    for viewer, sees in ((MASH, False), (MARAC, True)):
        seen = contact_of(above, viewer)
        assert seen and (seen.content is not None) is sees


@pytest.mark.parametrize("code", ["domestic-abuse", "missing-child", "exploitation"])
def test_the_concerns_of_r14_and_r6_hide_where_the_person_is(code: str) -> None:
    story = told(
        {"people": [person("p1", address=HOME)], "concerns": [{"code": code, "about": "p1"}]}, {"rule": "R13", "team": "TF"}, p1="P-000001",
    )  # fmt: skip
    page = page_of(tables_of(story), "P-000001", YOUNG_CARERS)
    assert page and page.homes == ()


def test_hidden_people_are_found_by_the_cleared_alone() -> None:
    tables = tables_of(shielded_mother())
    for viewer, found in ((YOUNG_CARERS, []), (PARTNER, []), (MASH, ["P-000001"])):
        assert [
            h.person for h in find_people(tables, "familyp1 givenp1", Hidden(tables), viewer)
        ] == found


def test_a_partner_hears_which_team_without_its_locality_and_no_person_of_ours() -> None:
    tables = tables_of(
        told(
            {"people": [person("p1")]},
            {"rule": "R11", "team": "CLS-2", "about": "p1", "person": "P-000001"},
            p1="P-000001",
        )
    )
    told_them = [
        see_outcome(a, Hidden(tables), PARTNER) for a in answers.of_contact(tables, "C-26-000001")
    ]
    sent = [a for a in told_them if a and a.kind == "sent"]
    assert [(a.team, a.person, a.about) for a in sent] == [("CLS", None, "p1")]
    other = Viewer("partner", "other")
    assert not [
        a
        for a in answers.of_contact(tables, "C-26-000001")
        if see_outcome(a, Hidden(tables), other)
    ]


def test_work_about_a_hidden_person_is_shown_without_words() -> None:
    tables = tables_of(shielded_mother())
    work = referrals_and_clocks.of_people(tables, ["P-000001", "P-000002"])
    (referral,), _ = see_work(*work, Hidden(tables), YOUNG_CARERS)
    assert (referral.team, referral.because) == ("YC", None)


def test_an_auditor_sees_that_it_happened_and_no_word_of_it() -> None:
    story = shielded_mother()
    tables = tables_of(story)
    seen = [see_event(e, Hidden(tables), AUDITOR) for e in story.events]
    assert [e.type for e in seen if e] == [e.event.TYPE for e in story.events]
    assert not [
        e for e in seen if e and (e.payload or e.organisation or "CLS-2" in e.model_dump_json())
    ]


def test_an_auditor_sees_all_of_an_event_that_hides_nobody() -> None:
    story = told({"people": [person("p1", address=HOME)]}, p1="P-000001")
    seen = see_event(story.events[0], Hidden(tables_of(story)), AUDITOR)
    assert (
        seen
        and seen.payload
        and seen.payload["content"]["people"][0]["address"]["postcode"] == "RM17 6ZZ"
    )


def a_refusal() -> RecordedEvent:
    return Story().tell(
        MessageRefused(
            refusal="r1", partner="grays-surgery", source="s", message_id="m", carried_by="http", body_sha256="0" * 64,
            size=9, problem="invalid-contact",
            faults=(
                Fault(pointer="/data/people/0/dob", code="not-a-date", says="'12 Hidden Lane' is no date."),
                Fault(pointer="/data/12 Hidden Lane", code="unknown", says="`12 Hidden Lane` is not known."),
            ),
        )
    )  # fmt: skip


def test_a_message_that_could_not_be_read_may_name_anybody() -> None:
    tables = tables_of(Story(events=[a_refusal()]))
    (message,) = quarantine.newest(tables)
    seen = see_refused(message, YOUNG_CARERS)
    assert seen and "Hidden Lane" not in seen.model_dump_json()
    assert [(f.pointer, f.code) for f in seen.faults] == [
        ("/data/people/0/dob", "not-a-date"),
        ("", "unknown"),
    ]
    assert see_refused(message, PARTNER) == message == see_refused(message, OPERATOR)
    assert see_refused(message, Viewer("partner", "other")) is None


def test_an_unmet_need_does_not_tell_where_somebody_hidden_is() -> None:
    story = told(
        {"people": [person("p1", flags=["shielded"], address=HOME)], "concerns": [{"code": "care-need", "about": "p1"}]},
        {"rule": "R11", "team": "CLS-2", "about": "p1", "person": "P-000001"}, p1="P-000001",
    )  # fmt: skip
    need = NeedUnmet.example().model_copy(update={"team": "CLS-2", "rule": "R11", "person": "P-000001"})  # fmt: skip
    event = story.tell(need)
    hidden = Hidden(tables_of(story))
    seen = see_event(event, hidden, AUDITOR)
    assert seen is not None and "CLS-2" not in seen.model_dump_json() and seen.payload is None
    whole = see_event(event, hidden, OPERATOR)
    assert whole is not None and whole.payload and whole.payload["locality"] == 2


def test_where_teams_are_paged_reaches_nobody_who_follows_the_log() -> None:
    story = Story()
    event = story.tell(TeamsAdopted(hash="0" * 64, document="webhook: https://example.org/secret"))
    hidden = Hidden(tables_of(story))
    seen = see_event(event, hidden, AUDITOR)
    assert seen is not None and "secret" not in seen.model_dump_json()
