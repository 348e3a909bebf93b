"""What to know before one rings: each in one of four states, and the same said whether or not something is kept."""

from typing import Any

from hub.access import see_circumstances, see_family, see_work
from hub.families.shown import read_family
from hub.page_reading import FamilyPage
from hub.pages.warnings import State, warnings_of
from hub.viewer import Viewer
from projections import contact_view, referrals_and_clocks
from projections.secrets import Hidden
from tests.access.everything import tables_of
from tests.access.test_access import MARAC, person, shielded_mother, told
from tests.access.test_leaks import MASH, YOUNG_CARERS
from tests.projections.story import BEGAN, Story


def states(story: Story, viewer: Viewer) -> dict[str, tuple[State, str]]:
    """What the family page of the first person says, by what it is about."""
    tables = tables_of(story)
    hidden = Hidden(tables)
    family = read_family(tables, "P-000001", BEGAN.date())
    seen = family and see_family(family, hidden, viewer)
    assert seen
    work = see_work(*referrals_and_clocks.of_people(tables, seen.members), hidden, viewer)
    said = contact_view.circumstances_of(tables, filter(None, seen.contacts))
    page = FamilyPage(seen, (), *work, see_circumstances(said, hidden, viewer), None)
    return {w.about: (w.state, w.says) for w in warnings_of(page, viewer)}


def plain_family(**more: Any) -> Story:
    """A mother and her son of whom nothing is to be kept."""
    people = [person("p1"), person("p2")]
    relations = [{"from": "p1", "type": "parent-of", "to": "p2"}]
    content = {"people": people, "relationships": relations, **more}
    return told(content, p1="P-000001", p2="P-000002")


def test_each_is_said_to_be_checked_or_not_where_nothing_is_held() -> None:
    said = states(plain_family(), MASH)
    assert said["Safe to call"][0] == State.UNCHECKED
    assert said["Somebody must not be found"][0] == State.NOTHING
    assert said["Somebody is alleged to harm"][0] == State.NOTHING
    assert said["Case records of social care, health and police"][0] == State.UNCHECKED
    assert {state for state, _ in said.values()} == set(State) - {State.KNOWN}


def test_that_it_is_not_safe_to_call_reaches_every_team() -> None:
    story = plain_family(facts={"safe_to_call": "no"})
    for viewer in (MASH, YOUNG_CARERS):
        state, says = states(story, viewer)["Safe to call"]
        assert state == State.KNOWN and "NOT safe" in says


def test_a_hidden_person_is_named_to_the_cleared_and_told_of_to_others() -> None:
    about = "Somebody must not be found"
    assert states(shielded_mother(), MASH)[about][0] == State.KNOWN
    state, says = states(shielded_mother(), YOUNG_CARERS)[about]
    assert state == State.WITHHELD and "Familyp1" not in says


def test_of_a_restricted_stream_the_uncleared_are_told_the_same_whether_or_not_anything_is_held() -> (
    None
):
    domestic = {"concerns": [{"code": "domestic-abuse", "about": "p1"}]}
    story = plain_family()
    told(
        {"people": [person("p1")], **domestic},
        {"rule": "R14", "team": "MARAC", "about": "p1", "person": "P-000001"},
        story=story, p1="P-000001",
    )  # fmt: skip
    about = "High-risk domestic abuse (MARAC)"
    assert states(story, YOUNG_CARERS)[about] == states(plain_family(), YOUNG_CARERS)[about]
    assert states(story, YOUNG_CARERS)[about][0] == State.WITHHELD
    assert states(story, MARAC)[about][0] == State.KNOWN
    assert states(plain_family(), MARAC)[about][0] == State.NOTHING
