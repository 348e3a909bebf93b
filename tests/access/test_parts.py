"""A queue in parts, and who told of a family: what is shown of them is what the whole shows, and no more."""

import pytest

from hub.access import WITHHELD, see_circumstances, see_part, see_queue
from hub.viewer import Viewer
from projections import contact_view, duty_queue
from projections.secrets import Hidden
from tests.access.everything import tables_of
from tests.access.test_access import CSC, person, shielded_mother, told
from tests.access.test_leaks import AUDITOR, LOCALITY, MASH, PARTNER, YOUNG_CARERS
from tests.projections.story import Story


def long_queue(many: int) -> Story:
    """A queue of young carers, one of whom is hidden, by two doors."""
    story = shielded_mother()
    for n in range(2, many + 1):
        told(
            {"people": [person("p1")], "door": "school" if n % 2 else "health"},
            {"rule": "R8", "team": "YC", "about": "p1", "person": f"P-{n + 10:06}"},
            story=story, p1=f"P-{n + 10:06}",
        )  # fmt: skip
    return story


@pytest.mark.parametrize("viewer", [YOUNG_CARERS, MASH, CSC, AUDITOR, LOCALITY])
@pytest.mark.parametrize("team", ["YC", "CLS-2"])
def test_the_parts_of_a_queue_are_the_whole_of_it(viewer: Viewer, team: str) -> None:
    tables = tables_of(long_queue(12))
    rows = duty_queue.glances(tables, [team])
    whole = see_queue(duty_queue.open_for(tables, team), Hidden(tables), viewer)
    parts = [see_part(rows, tables, Hidden(tables), viewer, n, 5, None) for n in range(0, 15, 5)]
    assert {part.total for part in parts} == {len(whole)}
    shown = dict.fromkeys(row.referral for part in parts for row in part.rows)
    assert list(shown) == [row.referral for row in whole]
    assert {row for part in parts for row in part.rows} == set(whole)


def test_a_page_that_is_none_is_the_last_and_a_partner_sees_none() -> None:
    tables = tables_of(long_queue(12))
    rows = duty_queue.glances(tables, ["YC"])
    assert see_part(rows, tables, Hidden(tables), YOUNG_CARERS, 500, 5, None).first == 10
    assert see_part(rows, tables, Hidden(tables), YOUNG_CARERS, -5, 5, None).first == 0
    assert see_part(rows, tables, Hidden(tables), PARTNER, 0, 5, None).total == 0


def test_a_door_finds_nothing_whose_door_is_not_told() -> None:
    story = told(
        {"people": [person("p1")], "door": "police", "concerns": [{"code": "radicalisation", "about": "p1"}]},
        {"rule": "R16", "team": "PREV", "about": "p1", "person": "P-000001"},
        {"rule": "R8", "team": "YC", "about": "p1", "person": "P-000001"},
        p1="P-000001",
    )  # fmt: skip
    tables = tables_of(story)
    rows = duty_queue.glances(tables, ["YC"])
    whole = see_part(rows, tables, Hidden(tables), YOUNG_CARERS, 0, 5, None)
    assert [row.door for row in whole.rows] == [None]
    assert see_part(rows, tables, Hidden(tables), YOUNG_CARERS, 0, 5, "police").total == 0


def test_who_told_of_a_hidden_person_is_for_the_cleared_and_that_calling_is_unsafe_for_all() -> (
    None
):
    story = told(
        {
            "people": [person("p1", flags=["shielded"])],
            "reporter": {"org": "Hidden Surgery", "name": "Dr Hidden", "phone": "01632 960111"},
            "facts": {"safe_to_call": "no", "children_in_household": "yes"},
        },
        p1="P-000001",
    )  # fmt: skip
    tables = tables_of(story)
    said = contact_view.circumstances_of(tables, ["C-26-000001"])
    cleared = see_circumstances(said, Hidden(tables), MASH)["C-26-000001"]
    assert cleared.reporter.phone == "01632 960111"
    kept = see_circumstances(said, Hidden(tables), YOUNG_CARERS)["C-26-000001"]
    assert kept.reporter.model_dump(exclude_none=True) == {"org": WITHHELD}
    assert kept.facts.model_dump(exclude_defaults=True) == {"safe_to_call": "no"}
    assert see_circumstances(said, Hidden(tables), PARTNER) == {}
