"""What a correction or a withdrawal says, and what was said before it, reaches nobody who may not read the contact itself."""

from typing import Any

import pytest

from events.content import ContactContent
from hub.access import see_event
from hub.viewer import ALL_CLEARANCES, Viewer
from projections.secrets import Hidden
from tests.access.everything import contact_page, person_pages, queue_page, text_of
from tests.corrections.given import Town
from tests.corrections.test_amended import DANIEL, GRACE, NEED, PARENT, said

UNCLEARED = Viewer("duty", "S-1", "YC")
TEAMS = ("MASH", "CSC", "YC", "CLS-1", "CLS-2", "TF")
PARTNER = Viewer("partner", "grays-surgery")
OLD, NEW = "17 Quillfeather Yard", "4 Hollin Rise"


def at(home: str, **more: Any) -> dict[str, Any]:
    """Grace, who lives there."""
    return {**GRACE, "address": {"lines": [home], "postcode": "RM17 6XX"}, **more}


def contact(person: dict[str, Any], narrative: str) -> ContactContent:
    """A contact about her and her child, in somebody's words."""
    content = said([person, DANIEL], [NEED], [PARENT])
    return content.model_copy(update={"narrative": narrative})


def seen(town: Town, viewer: Viewer) -> str:
    """All that the hub shows the viewer."""
    tables, hidden = town.tables, Hidden(town.tables)
    people = sorted({p for row in tables.rows("told") for p in row["people"].values()})
    pages = [person_pages(tables, p, viewer) for p in people if viewer.role != "partner"]
    queues = [queue_page(tables, team, viewer) for team in TEAMS]
    events = [see_event(e, hidden, viewer) for e in town.log]
    return "\n".join([contact_page(tables, town.contact, viewer), *pages, *queues, text_of(events)])


@pytest.mark.parametrize("viewer", [UNCLEARED, PARTNER], ids=["uncleared", "partner"])
@pytest.mark.parametrize("flag", ["shielded", "adoptive_placement"])
def test_a_home_is_told_neither_as_it_was_nor_as_it_is_once_a_correction_hides_it(
    flag: str, viewer: Viewer
) -> None:
    town = Town()
    town.tell(contact(at(OLD), "She is at Quillfeather."))
    assert OLD in seen(town, UNCLEARED)
    waiting = town.corrected(town.contact, contact(at(NEW, flags=[flag]), "She went to Hollin."))
    for _ in range(2):
        told = seen(town, viewer)
        for secret in (OLD, NEW, "Quillfeather", "Hollin"):
            assert secret not in told
        town.engine_takes(waiting)
        waiting = []
    assert NEW in seen(town, Viewer("duty", "S-2", "CSC", clearances=ALL_CLEARANCES))


def test_what_was_said_of_somebody_hidden_stays_hidden_when_a_correction_takes_the_flag_back() -> (
    None
):
    town = Town()
    town.tell(contact(at(OLD, flags=["shielded"]), "She is at Quillfeather."))
    town.correct(town.contact, contact(at(NEW), "She is at Hollin."))
    assert OLD not in seen(town, UNCLEARED) and "Quillfeather" not in seen(town, UNCLEARED)


def test_why_a_contact_was_withdrawn_is_free_text_and_kept_with_the_rest() -> None:
    town = Town()
    town.tell(contact(at(OLD, flags=["shielded"]), "So."))
    town.withdraw(town.contact)
    assert "Sent by mistake." not in seen(town, UNCLEARED)
    assert OLD not in seen(town, UNCLEARED)


def test_an_open_contact_shows_both_to_whoever_may_read_it() -> None:
    town = Town()
    town.tell(contact(at(OLD), "So."))
    town.correct(town.contact, contact(at(NEW), "So."))
    page = contact_page(town.tables, town.contact, UNCLEARED)
    assert OLD in page and NEW in page
