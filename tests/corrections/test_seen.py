"""What is seen of corrections: two whom the hub made one by itself, and nothing of somebody hidden on another's contact."""

from events.content import ContactContent
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.access import Merged, see_timeline
from hub.review_page_reading import two
from hub.viewer import ALL_CLEARANCES, Viewer
from projections import timeline
from projections.secrets import Hidden
from tests.corrections.given import Town

YOUNG_CARERS = Viewer("duty", "S-1", "YC")
CLEARED = Viewer("duty", "S-2", "CSC", clearances=ALL_CLEARANCES)


def about(given: str, family: str, **more: object) -> ContactContent:
    """A contact about one person."""
    person = {"ref": "p1", "name": {"given": [given], "family": family}, **more}
    return ContactContent.model_validate(
        {
            "occurred_at": "2026-03-04T10:00:00Z", "door": "health", "reporter": {"org": "F81XXX"}, "people": [person],
            "concerns": [],
        }
    )  # fmt: skip


def told(town: Town, content: ContactContent) -> str:
    """The person of a contact."""
    person = town.tell(content)["p1"].person
    assert person
    return person


def sentences(town: Town, person: str, viewer: Viewer) -> str:
    """What happened around somebody, as it is told."""
    entries = timeline.of_people(town.tables, [person])
    return " ".join(e.sentence for e in see_timeline(entries, Hidden(town.tables), viewer))


def test_whom_the_hub_made_one_is_shown_as_one_with_nobody_who_said_so() -> None:
    town = Town()
    one = told(town, about("Ada", "Marlow", dob="1950-01-02"))
    other = told(town, about("Bess", "Tarrant", dob="1960-03-04"))
    for sent in [e.event for e in town.log if isinstance(e.event, ReferralSent)]:
        ended = {"contact": sent.contact, "referral": sent.referral, "team": sent.team}
        withdrawn = ReferralWithdrawn.example().model_copy(update=ended)
        town.engine_takes(town.record(withdrawn, actor="staff:1"))
    town.engine_takes(town.found(one, other))
    seen = two(town.tables, (one, other), Hidden(town.tables), YOUNG_CARERS)
    assert isinstance(seen, Merged) and seen.person.person == one
    assert seen.review.status == "same" and seen.review.judged_by is None
    town.judge(one, other, "different")
    apart = two(town.tables, (one, other), Hidden(town.tables), YOUNG_CARERS)
    assert apart is not None and not isinstance(apart, Merged)


def test_a_split_from_somebody_hidden_does_not_name_them_to_the_uncleared() -> None:
    town = Town()
    mother = {"dob": "1979-09-09", "ids": [{"system": "nhs-number", "value": "9990000018"}]}
    hidden = told(town, about("Ottoline", "Brackenbury", flags=["shielded"], **mother))
    assert told(town, about("Ottoline", "Brackenbury", **mother)) == hidden
    wrong = town.contact
    town.unlink(hidden, (wrong, "p1"))
    new = next(row["person"] for row in town.tables.rows("timeline_people") if row["contact"] == wrong)  # fmt: skip
    assert new != hidden
    assert hidden in sentences(town, new, CLEARED)
    assert hidden not in sentences(town, new, YOUNG_CARERS)
