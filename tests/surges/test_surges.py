"""A bulk list becomes contacts with supply and follow-up routes, spread over localities, followed to "no longer needed"."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.contact_closed import ContactClosed
from events.referral_accepted import ReferralAccepted
from events.surge_begun import SurgeBegun
from events.surge_ended import SurgeEnded
from hub.access import see_places
from hub.clocks import england
from hub.errors import InvalidCommand, NotAllowed, NotKnown, UnreadableFile
from hub.policies.register import SHIPPED
from hub.route import FreshHub
from hub.surges.register import Surge, decide_begin, decide_end, messages_of, refuse_unusable
from hub.surges.rows import Terms, person_of
from hub.surges.stand import Standing
from hub.viewer import OPERATOR, Viewer
from projections import surges as view
from projections.as_at import fold_as_at
from projections.surges import SurgeCount
from tests.hub_process import HubProcess
from tests.projections.story import Story

AT = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
BEGUN = SurgeBegun.example()
GOES_ON = {BEGUN.surge: Surge(BEGUN.surge, BEGUN.about, AT)}
ENDED = {BEGUN.surge: Surge(BEGUN.surge, BEGUN.about, AT, AT, "Lifted.", 2)}
LIST = """record_id,family_name,given_names,dob,address_lines,postcode,phone,needs,agreement,note
1,Ashdown,Winifred,1925-01-02,1 Elm Road;Aveley,RM15 4AA,01632 960001,,,
2,Mazur,Danuta,1960-05-06,2 Oak Road;Grays,RM17 6XX,,,given,Needs insulin kept cold.
3,Penfold,Gladys,1940-07-08,,,,care-need,,
4,Sesay,Ibrahim,1950-09-10,4 Ash Road;Tilbury,RM18 7AA,,,refused,
"""


def terms(overridden: str | None = "The council's duty in an emergency") -> Terms:
    return Terms(BEGUN.source, BEGUN.about, "NHSE", "health", AT, overridden=overridden)


def listed(folder: Path, text: str = LIST) -> Path:
    file = folder / "list.csv"
    file.write_text(text)
    return file


def routes(file: Path, of: Terms) -> dict[str, list[str]]:
    """Where the rows go, by their ids."""
    hub = FreshHub(SHIPPED.read_text(encoding="utf-8"), england(), AT)
    told = [hub.route(message, OPERATOR) for _, message in messages_of(file, of)]
    return {
        one["contact"]: sorted(f"{r['rule']} {r['team']}" for r in one["routes"]) for one in told
    }


def test_each_row_has_supply_and_follow_up_in_its_own_locality(tmp_path: Path) -> None:
    found = routes(listed(tmp_path), terms())
    assert found["1"] == ["R17 SPLW-1", "R18 LAC-1"]
    assert found["2"] == ["R17 SPLW-2", "R18 LAC-2"]
    assert found["3"] == ["R11 TF"], "a need of its own, and no locality"
    assert found["4"] == ["F1 TF"], "who refuses is not sent anything, and somebody reads it"


def test_whom_nobody_asked_is_asked_unless_there_is_a_reason(tmp_path: Path) -> None:
    assert routes(listed(tmp_path), terms(None))["1"] == ["F1 TF"]


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ("5,A,B,,,,,not-a-need,,", "column needs", "no concern of the vocabulary"),
        ("5,A,B,,,,,,perhaps,", "column agreement", "none of"),
        ("5,A,B,,,,,,overridden,", "column agreement", "nobody says why"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_is_sent(
    tmp_path: Path, row: str, place: str, words: str
) -> None:
    with pytest.raises(InvalidCommand, match=words) as refused:
        messages_of(listed(tmp_path, LIST + row + "\n"), terms(None))
    assert "Row 6" in refused.value.says and place in refused.value.says


def test_rows_that_the_door_would_refuse_are_named_together_and_nothing_is_sent(
    tmp_path: Path,
) -> None:
    bad = "5,A,B,1950-13-45,,,,,,\n6,A,B,2090-01-01,,,,,,\n"
    now = terms().occurred_at
    with pytest.raises(InvalidCommand, match="2 of 6 rows") as refused:
        refuse_unusable(messages_of(listed(tmp_path, LIST + bad), terms()), now)
    assert [f.says.split(":")[0] for f in refused.value.faults] == ["Row 6", "Row 7"]
    refuse_unusable(messages_of(listed(tmp_path), terms()), now)
    with pytest.raises(InvalidCommand, match="no row"):
        refuse_unusable([], now)


def test_a_need_of_the_list_that_is_no_concern_is_refused_like_one_of_a_row(tmp_path: Path) -> None:
    with pytest.raises(InvalidCommand, match="no concern"):
        messages_of(listed(tmp_path), replace(terms(), needs=("food",)))


def test_a_number_that_is_no_nhs_number_is_kept_as_it_was_said() -> None:
    assert person_of({"nhs_number": "943 476 5919"})["ids"][0]["value"] == "9434765919"
    assert person_of({"nhs_number": "1111111111"})["ids"][0]["value"] == "1111111111"


def test_an_id_twice_is_named_with_both_rows(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="row 2"):
        messages_of(listed(tmp_path, LIST + "1,A,B,,,,,,,\n"), terms())


def test_a_surge_begins_once_and_ends_once() -> None:
    assert decide_begin({}, BEGUN.surge, BEGUN.about) == [BEGUN]
    assert decide_begin(GOES_ON, BEGUN.surge, "Another name") == []
    assert decide_end(GOES_ON, BEGUN.surge, "Lifted.") == [
        SurgeEnded(surge=BEGUN.surge, reason="Lifted.")
    ]
    assert decide_end(ENDED, BEGUN.surge, "Lifted.") == []


def test_what_cannot_be_begun_or_ended_is_refused() -> None:
    for slug in ("Shielding 2026", "", "-x", "a" * 41, "ä"):
        with pytest.raises(InvalidCommand):
            decide_begin({}, slug, "About")
    with pytest.raises(NotAllowed):
        decide_begin(ENDED, BEGUN.surge, BEGUN.about)
    with pytest.raises(NotKnown):
        decide_end({}, "nothing", "Why")


def test_a_contact_is_counted_where_it_stands_until_it_is_no_longer_needed() -> None:
    story = Story()
    contacts = [story.contact(n, {}, source=BEGUN.source) for n in (1, 2, 3)]
    story.contact(4, {})

    def stand() -> dict[tuple[str, str], int]:
        found = view.counts(fold_as_at(story.events), BEGUN.surge)
        return {(c.place, c.stage): c.many for c in found}

    assert stand() == {("-", "received"): 3}
    story.route(contacts[0], {"rule": "R18", "team": "LAC-3"})
    story.route(contacts[1], {"rule": "R11", "team": "TF"})
    assert stand() == {("3", "asked"): 1, ("-", "asked"): 1, ("-", "received"): 1}
    first = f"R{contacts[0][1:]}-1"
    story.tell(
        ReferralAccepted.example().model_copy(update={"contact": contacts[0], "referral": first})
    )
    assert stand()[("3", "in hand")] == 1
    story.tell(ContactClosed(contact=contacts[0], outcome="No longer needed."))
    assert stand() == {("3", "no longer needed"): 1, ("-", "asked"): 1, ("-", "received"): 1}
    assert view.totals(view.counts(fold_as_at(story.events), BEGUN.surge))["asked"] == 1


@pytest.mark.parametrize(("many", "told"), [(1, False), (4, False), (5, True)])
def test_where_the_people_of_a_short_list_are_is_told_to_the_cleared_alone(
    many: int, told: bool
) -> None:
    """Whoever knows one of them would learn where that one is."""
    counts = [SurgeCount(place="2", stage="asked", many=many - 1)] if many > 1 else []
    counts.append(SurgeCount(place="3", stage="in hand", many=1))
    worker, cleared = Viewer("duty", "S-1", "TF"), Viewer("duty", "S-2", "ASG", frozenset({"shielded"}))  # fmt: skip
    assert bool(see_places(counts, worker)) is told
    assert see_places(counts, cleared) == see_places(counts, OPERATOR) == tuple(counts)
    one = Standing(
        Surge("x", "x", datetime(2026, 3, 4, tzinfo=UTC)), tuple(counts), see_places(counts, worker)
    )
    assert sum(one.stages.values()) == many and bool(one.told()["localities"]) is told


def test_a_list_is_taken_up_once_however_often_it_is_sent(tmp_path: Path) -> None:
    hub, file = HubProcess(tmp_path / "home"), listed(tmp_path)
    asked = (
        "surge",
        "begin",
        "shielding-2026",
        str(file),
        "--about",
        "Shielding",
        "--from",
        "NHSE",
        "--json",
    )
    first = json.loads(hub.command(*asked, "--overridden", "The council's duty in an emergency"))
    assert (first["new"], first["before"], first["refused"]) == (4, 0, [])
    again = json.loads(hub.command(*asked, "--overridden", "The council's duty in an emergency"))
    assert (again["new"], again["before"]) == (0, 4)
    shown = json.loads(hub.command("surge", "show", "shielding-2026", "--json"))
    assert shown["stages"] == {"asked": 4}
    assert {c["place"] for c in shown["localities"]} == {"1", "2", "-"}
    assert "4 asked" in hub.command("surge", "list")
    assert "ended" in hub.command("surge", "end", "shielding-2026", "--reason", "Lifted.")
