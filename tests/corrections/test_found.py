"""A contact may bring the proof that two known people are one: then the hub makes them one, or asks."""

from events.base import Event
from events.contact_received import ContactReceived
from events.content import Concern
from events.obligation_opened import ObligationOpened
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.referral_done import ReferralDone
from events.referral_sent import ReferralSent
from projections import family_view, reviews
from tests.corrections.given import Town
from tests.linking.given import content, person

HOME = "12 High Street, Grays, RM17 6XX"
ELSEWHERE = "3 Mill Lane, Tilbury, RM18 7AB"
NUMBER = "9990000018"
AT_HOME = person("p1", "Ottoline Featherstonehaugh", "1961-04-09", HOME)
BY_NUMBER = person("p1", "Ottoline Featherstonehaugh", "1961", ELSEWHERE, NUMBER)
BOTH = person("p1", "Ottoline Featherstonehaugh", "1961-04-09", HOME, NUMBER)
NOTHING = (Concern(code="feedback"),)


def told(town: Town, said: object, concerns: tuple[Concern, ...] = NOTHING) -> list[Event]:
    """A contact about one person comes in: what the engine made of it."""
    return town.engine_takes(town.receive(content([said], concerns=concerns)))  # type: ignore[list-item]  # a mention


def of(made: list[Event], kind: type[Event]) -> list[Event]:
    """The events of one kind."""
    return [event for event in made if isinstance(event, kind)]


def two_records(concerns: tuple[Concern, ...] = NOTHING) -> Town:
    """One woman known by her home and by her number, as two people."""
    town = Town()
    told(town, AT_HOME, concerns)
    told(town, BY_NUMBER, concerns)
    assert len(town.tables.rows("known_person")) == 2
    return town


def finish(town: Town) -> None:
    """Every team ends what it was asked."""
    for event in [e.event for e in town.log if isinstance(e.event, ReferralSent)]:
        done = ReferralDone(
            referral=event.referral, contact=event.contact, team=event.team, outcome="Seen."
        )
        town.engine_takes(town.record(done, actor="staff:1"))


def test_late_proof_makes_two_records_one_where_no_team_is_at_work_for_both() -> None:
    town = two_records()
    finish(town)
    made = told(town, BOTH)
    [proposed], [merged] = of(made, PeopleProposed), of(made, PeopleMerged)
    assert isinstance(proposed, PeopleProposed) and isinstance(merged, PeopleMerged)
    assert proposed.sure and {proposed.one, proposed.other} == {
        merged.from_person,
        merged.to_person,
    }
    assert merged.to_person == "P-000001"
    [left] = town.tables.rows("known_person")
    assert left["person"] == "P-000001"
    shown = family_view.read_person(town.tables, "P-000001")
    assert shown and len(shown.contacts) == 3
    [review] = town.tables.rows("reviews")
    assert review["status"] == "same"


def test_where_teams_are_at_work_for_both_it_is_only_proposed() -> None:
    town = two_records((Concern(code="care-need"),))
    assert all(row["open"] for row in town.tables.rows("asked_referral"))
    made = told(town, BOTH)
    assert of(made, PeopleProposed) and not of(made, PeopleMerged)
    waiting = reviews.of_pair(town.tables, "P-000001", "P-000002")
    assert waiting
    [proposed] = of(made, PeopleProposed)
    assert isinstance(proposed, PeopleProposed)
    assert waiting.status == "open" and waiting.bits == proposed.bits
    again = told(town, BOTH)
    assert not of(again, PeopleProposed)  # asked once
    made = town.judge(waiting.one, waiting.other, "same")
    assert of(made, PeopleMerged) and of(made, ObligationOpened)


def test_who_was_told_apart_by_a_person_is_not_joined_by_a_later_contact() -> None:
    town = two_records()
    finish(town)
    town.judge("P-000001", "P-000002", "different")
    made = told(town, BOTH)
    assert not of(made, PeopleProposed) and not of(made, PeopleMerged)
    assert (
        len({row["person"] for row in town.tables.rows("known_person")} & {"P-000001", "P-000002"})
        == 2
    )


def test_what_the_hub_made_one_by_itself_a_person_takes_apart_for_good() -> None:
    town = two_records()
    finish(town)
    told(town, BOTH)
    made = town.judge("P-000001", "P-000002", "different")
    assert made
    assert {row["person"] for row in town.tables.rows("known_person")} == {"P-000001", "P-000002"}
    assert not of(told(town, BOTH), PeopleMerged)


def test_twins_who_were_told_apart_are_known_by_their_names_and_asked_about_without() -> None:
    town = Town()
    twins = [
        person(ref, f"{name} Featherstonehaugh", "2014-04-09", HOME)
        for ref, name in (("p1", "Ottoline"), ("p2", "Ignatia"))
    ]
    town.tell(content(twins, concerns=NOTHING))
    town.judge("P-000001", "P-000002", "different")
    named = town.tell(
        content([person("p1", "Ottoline Featherstonehaugh", "2014-04-09", HOME)], concerns=NOTHING)
    )
    assert (named["p1"].outcome, named["p1"].person) == ("link", "P-000001")
    initial = town.tell(
        content([person("p1", "O Featherstonehaugh", "2014-04-09", HOME)], concerns=NOTHING)
    )
    assert initial["p1"].outcome == "review"


def test_who_came_while_a_merge_was_wrong_is_compared_with_whoever_a_split_brings_back() -> None:
    town = Town()
    for born in ("1980-01-15", "2010-01-15"):
        told(town, person("p1", "Kojo Owusu", born, HOME))
    father, son, again = (f"P-{n:06}" for n in (1, 2, 3))
    town.judge(father, son, "same")
    told(town, person("p1", "Kojo Owusu", "2010-01-15", HOME))
    assert reviews.of_pair(town.tables, father, again) is not None
    made = town.judge(father, son, "taken-back")
    [proposed] = of(made, PeopleProposed)
    assert isinstance(proposed, PeopleProposed)
    assert (proposed.one, proposed.other, proposed.sure) == (son, again, False)
    assert not of(made, PeopleMerged)
    asked = reviews.of_pair(town.tables, son, again)
    assert asked is not None and asked.status == "open"


def test_a_split_compares_nobody_whom_somebody_told_apart() -> None:
    town = Town()
    first, second = (told(town, person("p1", "Kojo Owusu", "2010-01-15", HOME)) for _ in range(2))
    assert first and second
    [contact] = [e.event.contact for e in town.log[::-1] if isinstance(e.event, ContactReceived)][
        :1
    ]
    assert not of(town.unlink("P-000001", (contact, "p1")), PeopleProposed)
