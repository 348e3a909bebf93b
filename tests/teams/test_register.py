"""The register of teams as a document: what it says, and its faults by place and line."""

import pytest

from hub.errors import InvalidTeams
from hub.policies.sends_to import teams_of
from hub.policies.vocabulary import vocabulary
from hub.teams.book import book_of, read_teams
from hub.teams.document import check, read_register
from tests.routing.given import policy
from tests.teams.given import DOCUMENT, changed, register

CLS = "CLS:   {name: Community-led Support, localities: [1, 2, 3, 4],"


def test_the_shipped_register_has_no_fault_and_every_team_of_the_vocabulary() -> None:
    assert check(DOCUMENT) == []
    assert set(register().teams) == set(vocabulary().teams)


def test_the_shipped_register_and_the_shipped_policy_say_the_same() -> None:
    shipped, rules = register(), policy()
    assert set(teams_of(rules)) <= set(shipped.teams)
    for code, team in shipped.teams.items():
        assert team.localities == rules.teams[code].localities
        assert team.without_locality == rules.teams[code].without_locality
        assert (shipped.hours(code) or rules.hours(code)) == rules.hours(code)
    assert shipped.localities is not None
    assert dict(shipped.localities.postcodes) == dict(rules.localities.postcodes)


def test_a_team_accepts_the_rows_that_the_policy_sends_to_it() -> None:
    accepts = {(row, code) for code, team in register().teams.items() for row in team.accepts}
    for row_id, row in policy().rows.items():
        named = {row.team} if isinstance(row.team, str) else set()
        assert {(row_id, code) for code in named} <= accepts


@pytest.mark.parametrize(
    ("old", "new", "pointer", "code"),
    [
        ("  YC:    {name", "  YZ:    {name", "/teams/YZ", "unknown"),
        ("accepts: [R8]", "accepts: [R88]", "/teams/YC/accepts", "unknown"),
        ("accepts: [R8]", "accepts: [R8], escalates_to: YZ", "/teams/YC/escalates_to", "unknown"),
        ("accepts: [R8]", "accepts: [R8], escalates_to: YC", "/teams/YC/escalates_to", "itself"),
        ("accepts: [R8]", "hours: {days: []}", "/teams/YC/hours", "never-open"),
        ("accepts: [R8]", 'hours: {opens: "17:00", closes: "09:00"}', "/teams/YC/hours", "never-open"),
        ("accepts: [R8]", "accept: [R8]", "/teams/YC/accept", "extra_forbidden"),
        ("accepts: [R8]", "capacity: 0", "/teams/YC/capacity", "greater_than_equal"),
        ("accepts: [R8]", "capacity: {2: 9}", "/teams/YC/capacity/2", "unknown"),
        ("accepts: [R8]", "email: nobody", "/teams/YC/email", "string_pattern_mismatch"),
        ("accepts: [R8]", "webhook: ftp://example", "/teams/YC/webhook", "string_pattern_mismatch"),
        ("clearances: [R16]", "clearances: [R12]", "/teams/PREV/clearances/0", "literal_error"),
        ("front_door: children, ", "", "/teams", "front-door"),
        ("RM15: 1", "RM15: 9", "/localities/postcodes/RM15", "unknown"),
        ("  names:\n", "  wards: {E05002235: 9}\n  names:\n", "/localities/wards/E05002235", "unknown"),
        ("  names:\n", "  uprns: {abc: E05002235}\n  names:\n", "/localities/uprns/abc", "unknown"),
        (CLS, CLS.replace("[1, 2, 3, 4]", "[1, 7]"), "/teams/CLS/localities", "unknown"),
        (f"{CLS} without_locality: TF,", CLS, "/teams/CLS", "unknown"),
        ("teams:\n", "teams:\nteams:\n", "", "not-yaml"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_its_place_and_line(
    old: str, new: str, pointer: str, code: str
) -> None:
    fault = check(changed((old, new)))[0]
    assert (fault.pointer, fault.code) == (pointer, code)
    assert fault.says.startswith("Line ")


@pytest.mark.parametrize(
    "document", ["", "- a", "teams: [", "&a [*a]", "x: !!python/object:os.system 1", "\x00"]
)
def test_what_is_no_register_is_refused_and_never_breaks(document: str) -> None:
    assert check(document)
    with pytest.raises(InvalidTeams):
        read_register(document)


def test_a_capacity_is_of_each_queue_or_by_locality_and_unsaid_is_unknown() -> None:
    each = register((CLS, f"{CLS} capacity: 20,"), ("accepts: [R8]", "capacity: 3"))
    assert [each.capacity(q) for q in ("CLS-1", "CLS-4", "YC", "CAR")] == [20, 20, 3, None]
    some = register((CLS, f"{CLS} capacity: {{1: 20, 2: 5}},"))
    assert [some.capacity(f"CLS-{n}") for n in (1, 2, 3)] == [20, 5, None]
    assert some.limited == ("CLS-1", "CLS-2")


def test_a_property_has_the_ward_that_the_list_gives_it() -> None:
    listed = register(("  names:\n", "  uprns: {100090000001: E05002235}\n  names:\n"))
    assert listed.ward("100090000001") == "E05002235"
    assert listed.ward("100090000002") is listed.ward(None) is None
    assert register().ward("100090000001") is None


def test_a_book_is_what_the_register_states() -> None:
    document = changed(("accepts: [R8]", "email: yc@example.org, escalates_to: CSC"))
    yc = read_teams(document).teams["YC"]
    assert (yc.name, yc.email, yc.escalates_to) == ("Young carers (No Wrong Doors)", "yc@example.org", "CSC")  # fmt: skip
    assert book_of(read_register(document)) == read_teams(document)
