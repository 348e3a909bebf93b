"""Reading Open Referral UK: what is kept, what is not, and how an entry that cannot be used is named."""

import json
from typing import Any

import pytest

from hub.directory.pages import read_file
from hub.errors import InvalidDirectory
from tests.directory.given import day, entry, said, services


def test_what_a_service_says_is_kept() -> None:
    read = entry()
    assert (read.name, read.organisation) == ("Fogbell Friday Club 1", "Fogbell Friends")
    assert (read.minimum_age, read.maximum_age) == (18, None)
    assert read.assured_on == day("2026-01-12")
    assert [t.name for t in read.terms] == ["Befriending"]
    assert [p.postcode for p in read.places] == ["RM17 6XX"]
    assert read.schedules == ("Weekly on Thursday and Friday, 10:00 to 12:00",)
    assert read.costs == ("Each time: £2",) and read.languages == ("Polish",)
    assert read.access == ("No steps",) and read.phones == ("01632 960900",)
    assert [(r.available, r.unit) for r in read.rooms] == [(4, "places")]


def test_nobody_who_works_there_is_kept() -> None:
    told = entry().model_dump_json()
    assert "Persona" not in told and "07700 900123" not in told and "bloggs" not in told


def test_the_telephone_of_a_contact_without_a_name_is_the_services_own() -> None:
    nameless = [{"id": "n1", "title": "Reception", "phones": [{"number": "01632 960901"}]}]
    assert "01632 960901" in entry(contacts=nameless).phones


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"id": None}, "/0/id", "missing"),
        ({"id": "a b"}, "/0/id", "no id"),
        ({"name": " "}, "/0/name", "missing"),
        ({"status": "open"}, "/0/status", "none of"),
        ({"minimum_age": "18"}, "/0/minimum_age", "number"),
        ({"minimum_age": True}, "/0/minimum_age", "number"),
        ({"minimum_age": -1}, "/0/minimum_age", "below nought"),
        ({"minimum_age": 30, "maximum_age": 18}, "/0/maximum_age", "below the minimum"),
        ({"assured_date": "12/01/2026"}, "/0/assured_date", "2026-01-31"),
        ({"capacities": [{"id": "r"}]}, "/0/capacities/0/available", "missing"),
        ({"capacities": [{"available": -2}]}, "/0/capacities/0/available", "below nought"),
        ({"service_areas": {}}, "/0/service_areas", "list"),
        ({"attributes": ["x"]}, "/0/attributes/0", "object"),
        ({"organization": "Friends"}, "/0/organization", "object"),
        ({"description": 7}, "/0/description", "text"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named_and_the_rest_is_taken(
    changed: dict[str, Any], place: str, words: str
) -> None:
    read = services(said(1, **changed), said(2))
    [left] = read.left_out
    assert left.place == place and words in left.says
    assert list(read.listed) == [said(2)["id"]]


def test_one_that_does_not_run_is_no_fault_and_is_not_listed() -> None:
    read = services(said(1, status="defunct"), said(2, status="Inactive"))
    assert not read.listed and not read.left_out and len(read.not_running) == 2


def test_of_two_entries_that_contradict_each_other_neither_is_taken_in_any_order() -> None:
    one, other = said(1), said(1, name="Another")
    for pair in ((one, other), (other, one), (one, other, one)):
        read = services(*pair)
        assert not read.listed and read.left_out
    assert list(services(one, one).listed) == [one["id"]] and not services(one, one).left_out


@pytest.mark.parametrize(
    ("document", "whole"),
    [
        ([said(1)], True),
        ({"contents": [said(1)], "total_pages": 1, "page_number": 1}, True),
        ({"services": [said(1)]}, True),
        ({"contents": [said(1)], "total_pages": 3, "page_number": 1}, False),
        ({"contents": [said(1)], "last_page": False}, False),
        (said(1), False),
    ],
)
def test_a_file_is_an_array_a_page_or_a_dump_and_a_part_is_known_as_one(
    document: Any, whole: bool
) -> None:
    read, is_all = read_file(json.dumps(document).encode(), "file.json")
    assert list(read.listed) == [said(1)["id"]] and is_all is whole


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b'{"contents": {}}', b"{}", b"7", b'{"contents":[],"contents":[]}', b'[{"id":"\\ud800"}]',
     b'{"contents":[],"total_pages":"3"}'],
)  # fmt: skip
def test_a_file_that_is_no_directory_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidDirectory):
        read_file(body, "file.json")
