"""A message read as a contact: every fault at once with place and mend, every doubt kept and named."""

import json
import time
from datetime import timedelta
from typing import Any

import pytest

from hub.contacts.checks import LONGEST_LIST, LONGEST_PROSE, LONGEST_TEXT
from hub.contacts.cloud_event import Message, binary_attributes
from hub.contacts.message import Unreadable, read
from hub.errors import InvalidContact, NotJson, TypeNotTaken
from tests.intake.given import (
    NOW,
    SOURCE,
    STRUCTURED,
    Change,
    accepted,
    binary,
    doubted,
    drop,
    event,
    message,
    places,
    put,
    refused,
    structured,
)


def test_the_example_of_the_contract_is_read_without_a_doubt() -> None:
    found = accepted(message())
    assert (found.source, found.message_id, found.doubts) == (SOURCE, "01J8Z3-0007", ())
    assert found.content.relationships[1].hours_per_week == 15
    assert found.content.people[1].name and found.content.people[1].name.given == ("Daniel",)


def test_structured_and_binary_say_the_same() -> None:
    one, other = accepted(message()), accepted(binary())
    assert one == other


def test_the_least_a_contact_must_say_is_enough() -> None:
    least = {
        "occurred_at": "2026-03-04T09:50:00+01:00",
        "door": "resident",
        "reporter": {"org": "self"},
        "people": [{"ref": "p1"}],
        "concerns": [{"code": "care-need"}],
    }
    assert accepted(message(put("/data", least))).doubts == ()


def test_feedback_needs_no_person() -> None:
    def change(e: dict[str, Any]) -> None:
        for name in ("people", "relationships", "strengths", "wants", "agreement"):
            del e["data"][name]
        e["data"]["concerns"] = [{"code": "feedback"}]

    assert accepted(message(change)).content.people == ()


def test_every_fault_is_named_at_once_also_beyond_a_wrong_shape() -> None:
    def change(e: dict[str, Any]) -> None:
        e["specversion"] = "0.3"
        del e["data"]["door"]
        e["data"]["people"][0]["nam"] = {}
        e["data"]["people"][0]["dob"] = 1981
        e["data"]["people"][1]["dob"] = "2012-13-45"
        e["data"]["relationships"][0]["to"] = "p9"
        e["data"]["concerns"][0]["dash"] = "7"
        e["data"]["concerns"].append({})

    assert places(refused(message(change)).faults) == {
        ("/specversion", "value"),
        ("/data/door", "missing"),
        ("/data/people/0/nam", "unknown-member"),
        ("/data/people/0/dob", "type"),
        ("/data/people/1/dob", "impossible-date"),
        ("/data/relationships/0/to", "absent-ref"),
        ("/data/concerns/0/dash", "type"),
        ("/data/concerns/2/code", "missing"),
    }


def test_a_fault_that_only_follows_from_another_is_not_named() -> None:
    def change(e: dict[str, Any]) -> None:
        e["data"]["people"] = {"p1": {}}

    assert places(refused(message(change)).faults) == {("/data/people", "type")}


FAULTS: dict[str, tuple[Change, str, str]] = {
    "no id": (drop("/id"), "/id", "missing"),
    "an id of null": (put("/id", None), "/id", "missing"),
    "an empty id": (put("/id", ""), "/id", "type"),
    "an id of spaces": (put("/id", "  "), "/id", "type"),
    "an id that is a number": (put("/id", 7), "/id", "type"),
    "an endless id": (put("/id", "x" * 513), "/id", "too-long"),
    "an id with a new line": (put("/id", "a\nb"), "/id", "characters"),
    "no source": (drop("/source"), "/source", "missing"),
    "a source that is no URI": (put("/source", "not a uri"), "/source", "value"),
    "no type": (drop("/type"), "/type", "missing"),
    "no specversion": (drop("/specversion"), "/specversion", "missing"),
    "an old specversion": (put("/specversion", "0.3"), "/specversion", "value"),
    "a specversion as a number": (put("/specversion", 1.0), "/specversion", "type"),
    "a time that is none": (put("/time", "yesterday"), "/time", "time"),
    "a time without zone": (put("/time", "2026-03-04T10:15:00"), "/time", "time"),
    "a time of no day": (put("/time", "2026-02-30T10:15:00Z"), "/time", "time"),
    "a time far ahead": (put("/time", "2027-03-04T10:15:00Z"), "/time", "future"),
    "XML": (put("/datacontenttype", "text/xml"), "/datacontenttype", "value"),
    "an empty subject": (put("/subject", ""), "/subject", "type"),
    "data in base64": (put("/data_base64", "e30="), "/data_base64", "not-taken"),
    "no data": (drop("/data"), "/data", "missing"),
    "data of null": (put("/data", None), "/data", "missing"),
    "data that is a list": (put("/data", []), "/data", "type"),
    "data that is text": (put("/data", "{}"), "/data", "type"),
    "an attribute in capitals": (put("/traceParent", "x"), "/traceParent", "name"),
    "a contact's member outside data": (put("/occurred_at", "x"), "/occurred_at", "name"),
    "an extension that is an object": (put("/trace", {}), "/trace", "type"),
    "an extension that is a fraction": (put("/trace", 1.5), "/trace", "type"),
    "an endless extension": (put("/trace", "x" * 2001), "/trace", "value"),
    "no occurred_at": (drop("/data/occurred_at"), "/data/occurred_at", "missing"),
    "occurred_at as a date": (put("/data/occurred_at", "2026-03-04"), "/data/occurred_at", "time"),
    "occurred_at as a number": (put("/data/occurred_at", 1), "/data/occurred_at", "time"),
    "occurred_at without zone": (
        put("/data/occurred_at", "2026-03-04T09:50:00"),
        "/data/occurred_at",
        "time",
    ),
    "occurred_at with a space": (
        put("/data/occurred_at", "2026-03-04 09:50:00Z"),
        "/data/occurred_at",
        "time",
    ),
    "occurred_at in the future": (
        put("/data/occurred_at", (NOW + timedelta(days=1, minutes=1)).isoformat()),
        "/data/occurred_at",
        "future",
    ),
    "occurred_at at the end of time": (
        put("/data/occurred_at", "9999-12-31T23:59:59-12:00"),
        "/data/occurred_at",
        "future",
    ),
    "occurred_at before anybody": (
        put("/data/occurred_at", "1066-10-14T09:00:00Z"),
        "/data/occurred_at",
        "impossible",
    ),
    "no door": (drop("/data/door"), "/data/door", "missing"),
    "a door that is none": (put("/data/door", "window"), "/data/door", "value"),
    "no reporter": (drop("/data/reporter"), "/data/reporter", "missing"),
    "no org": (drop("/data/reporter/org"), "/data/reporter/org", "missing"),
    "an empty org": (put("/data/reporter/org", " "), "/data/reporter/org", "missing"),
    "nobody": (put("/data/people", []), "/data/people", "missing"),
    "no concern": (put("/data/concerns", []), "/data/concerns", "missing"),
    "no concerns": (drop("/data/concerns"), "/data/concerns", "missing"),
    "people as null": (put("/data/people", None), "/data/people", "type"),
    "an unknown member": (put("/data/urgency", "high"), "/data/urgency", "unknown-member"),
    "an unknown member of a person": (
        put("/data/people/1/d.o.b", "2012"),
        "/data/people/1/d.o.b",
        "unknown-member",
    ),
    "a member to be escaped": (put("/data/a", 1), "/data/a", "unknown-member"),
    "a person without ref": (drop("/data/people/0/ref"), "/data/people/0/ref", "missing"),
    "an empty ref": (put("/data/people/0/ref", " "), "/data/people/0/ref", "missing"),
    "a ref twice": (put("/data/people/1/ref", "p1"), "/data/people/1/ref", "duplicate-ref"),
    "a ref that is a number": (put("/data/people/0/ref", 1), "/data/people/0/ref", "type"),
    "a person that is text": (put("/data/people/1", "Daniel"), "/data/people/1", "type"),
    "month 13": (put("/data/people/1/dob", "2012-13-45"), "/data/people/1/dob", "impossible-date"),
    "30 February": (
        put("/data/people/1/dob", "2012-02-30"),
        "/data/people/1/dob",
        "impossible-date",
    ),
    "29 February 2013": (
        put("/data/people/1/dob", "2013-02-29"),
        "/data/people/1/dob",
        "impossible-date",
    ),
    "the year 0": (put("/data/people/1/dob", "0000"), "/data/people/1/dob", "impossible-date"),
    "no date": (put("/data/people/1/dob", ""), "/data/people/1/dob", "impossible-date"),
    "a date with spaces": (
        put("/data/people/1/dob", " 2012-02-03"),
        "/data/people/1/dob",
        "impossible-date",
    ),
    "a British date": (
        put("/data/people/1/dob", "03/02/2012"),
        "/data/people/1/dob",
        "impossible-date",
    ),
    "born tomorrow": (put("/data/people/1/dob", "2026-11-23"), "/data/people/1/dob", "future"),
    "born next year": (put("/data/people/1/dob", "2027"), "/data/people/1/dob", "future"),
    "expected in two years": (
        put("/data/people/1/expected_dob", "2028-11"),
        "/data/people/1/expected_dob",
        "future",
    ),
    "since tomorrow": (
        put("/data/relationships/0/since", "2026-11-23"),
        "/data/relationships/0/since",
        "future",
    ),
    "until never": (
        put("/data/relationships/0/until", "2200"),
        "/data/relationships/0/until",
        "future",
    ),
    "a relation to nobody": (
        put("/data/relationships/0/to", "p3"),
        "/data/relationships/0/to",
        "absent-ref",
    ),
    "a relation from nobody": (
        put("/data/relationships/0/from", "P1"),
        "/data/relationships/0/from",
        "absent-ref",
    ),
    "a relation to oneself": (
        put("/data/relationships/0/to", "p1"),
        "/data/relationships/0/to",
        "self-relation",
    ),
    "a concern about nobody": (
        put("/data/concerns/0/about", "p3"),
        "/data/concerns/0/about",
        "absent-ref",
    ),
    "a strength of nobody": (
        put("/data/strengths/0/about", "p3"),
        "/data/strengths/0/about",
        "absent-ref",
    ),
    "a wish of nobody": (put("/data/wants/0/about", "p3"), "/data/wants/0/about", "absent-ref"),
    "agreement by nobody": (put("/data/agreement/by", "p3"), "/data/agreement/by", "absent-ref"),
    "agreement that is none": (
        put("/data/agreement/to_service", "yes"),
        "/data/agreement/to_service",
        "value",
    ),
    "hours as text": (
        put("/data/relationships/1/hours_per_week", "15"),
        "/data/relationships/1/hours_per_week",
        "type",
    ),
    "more hours than a week has": (
        put("/data/relationships/1/hours_per_week", 168.5),
        "/data/relationships/1/hours_per_week",
        "range",
    ),
    "fewer hours than none": (
        put("/data/relationships/1/hours_per_week", -1),
        "/data/relationships/1/hours_per_week",
        "range",
    ),
    "dash 25": (put("/data/concerns/0/dash", 25), "/data/concerns/0/dash", "range"),
    "dash below none": (put("/data/concerns/0/dash", -1), "/data/concerns/0/dash", "range"),
    "dash as text": (put("/data/concerns/0/dash", "14"), "/data/concerns/0/dash", "type"),
    "dash as a fraction": (put("/data/concerns/0/dash", 14.5), "/data/concerns/0/dash", "type"),
    "dash as a marker": (put("/data/concerns/0/dash", True), "/data/concerns/0/dash", "type"),
    "a marker as text": (
        put("/data/concerns/0/escalating", "true"),
        "/data/concerns/0/escalating",
        "type",
    ),
    "a marker as a number": (put("/data/concerns/0/fall", 1), "/data/concerns/0/fall", "type"),
    "pathway 4": (put("/data/concerns/0/pathway", 4), "/data/concerns/0/pathway", "range"),
    "a fact that is true": (
        put("/data/facts/safe_to_call", True),
        "/data/facts/safe_to_call",
        "value",
    ),
    "a fact in capitals": (
        put("/data/facts/safe_to_call", "YES"),
        "/data/facts/safe_to_call",
        "value",
    ),
    "a fact that is none": (
        put("/data/facts/weather", "yes"),
        "/data/facts/weather",
        "unknown-member",
    ),
    "a phone that is a number": (
        put("/data/people/0/phones", [1]),
        "/data/people/0/phones/0",
        "type",
    ),
    "a name that is text": (put("/data/people/0/name", "Grace"), "/data/people/0/name", "type"),
    "101 people": (
        put("/data/people", [{"ref": f"p{i}"} for i in range(1, 102)]),
        "/data/people",
        "too-many",
    ),
    "endless phones": (
        put("/data/people/0/phones", ["1"] * (LONGEST_LIST + 1)),
        "/data/people/0/phones",
        "too-many",
    ),
    "an endless name": (
        put("/data/people/0/name/family", "x" * (LONGEST_TEXT + 1)),
        "/data/people/0/name/family",
        "too-long",
    ),
    "an endless narrative": (
        put("/data/narrative", "x" * (LONGEST_PROSE + 1)),
        "/data/narrative",
        "too-long",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_by_its_place_and_says_how_to_mend_it(name: str) -> None:
    change, pointer, code = FAULTS[name]
    error = refused(message(change))
    assert isinstance(error, InvalidContact)
    assert places(error.faults) == {(pointer, code)}
    assert all(fault.says and fault.mend for fault in error.faults)


def test_a_hundred_people_are_taken() -> None:
    def change(e: dict[str, Any]) -> None:
        e["data"]["people"].extend({"ref": f"q{i}"} for i in range(98))

    assert len(accepted(message(change)).content.people) == 100


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("occured_at", "occurred_at"), ("concern", "concerns"), ("peoples", "people")],
)
def test_a_misspelt_member_is_met_with_the_right_one(wrong: str, right: str) -> None:
    (fault,) = refused(message(put(f"/data/{wrong}", 1))).faults
    assert fault.mend == f"Did you mean `{right}`?"


def test_a_misspelt_member_deep_inside_is_met_with_the_right_one() -> None:
    (fault,) = refused(message(put("/data/people/0/address/post_code", "RM17 6XX"))).faults
    assert (fault.pointer, fault.mend) == (
        "/data/people/0/address/post_code",
        "Did you mean `postcode`?",
    )


def test_names_with_strokes_are_escaped_in_pointers() -> None:
    def change(e: dict[str, Any]) -> None:
        e["data"]["a/b~c"] = 1

    assert places(refused(message(change)).faults) == {("/data/a~1b~0c", "unknown-member")}


@pytest.mark.parametrize(
    "kind",
    [
        "uk.gov.thurrock.nwd.contact.confirmed.v1",
        "uk.gov.thurrock.nwd.contact.forgotten.v1",
        "uk.gov.thurrock.nwd.contact.received.v2",
        "com.example.something",
    ],
)
def test_a_type_that_is_not_taken_yet_is_refused_by_name_whatever_its_data(kind: str) -> None:
    def change(e: dict[str, Any]) -> None:
        e["type"], e["data"] = kind, {"withdraws": "01J8Z3-0007", "reason": "Sent in error."}

    error = refused(message(change))
    assert isinstance(error, TypeNotTaken)
    assert places(error.faults) == {("/type", "type-not-taken")}
    assert kind in error.says
    assert isinstance(refused(binary(change)), TypeNotTaken)


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null", b"[{}]"])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    assert places(refused(Message(body, STRUCTURED)).faults) == {("", "not-an-object")}


def test_of_an_empty_event_everything_that_is_missing_is_named() -> None:
    missing = {(f"/{name}", "missing") for name in ("specversion", "id", "source", "type", "data")}
    assert places(refused(Message(b"{}", STRUCTURED)).faults) == missing


def test_a_binary_message_is_faulted_by_header_and_by_pointer_into_its_body() -> None:
    def change(e: dict[str, Any]) -> None:
        del e["source"]
        e["data"]["people"][0]["dob"] = "2012-02-30"

    faults = refused(binary(change, time="soon", Trace="x")).faults
    assert places(faults) == {
        ("ce-source", "missing"),
        ("ce-time", "time"),
        ("ce-Trace", "name"),
        ("/people/0/dob", "impossible-date"),
    }


@pytest.mark.parametrize("id_", ["a\0b", "a\udce9b", "a\x1bb"])
def test_a_header_that_no_text_can_hold_is_refused(id_: str) -> None:
    assert places(refused(binary(id=id_)).faults) == {("ce-id", "characters")}


def test_headers_are_read_as_the_http_binding_writes_them() -> None:
    said = {
        "CE-Id": "a%20%C3%A9",
        "ce-source": SOURCE,
        "X-Other": "1",
        "content-type": "application/json",
    }
    assert binary_attributes(said) == {"id": "a é", "source": SOURCE}
    assert binary_attributes({**said, "content-type": "application/cloudevents+json"}) is None
    assert binary_attributes({"content-type": "application/json"}) is None


def test_a_header_that_stands_twice_or_is_no_utf_8_is_refused() -> None:
    class Twice(dict[str, str]):
        def items(self) -> Any:
            return [("ce-id", "a"), ("ce-id", "b")]

    wrong = {"more than once": Twice(), "not UTF-8": {"ce-id": "a%FF"}}
    for why, headers in (*wrong.items(), ("a control character", {"ce-id": "a%00"})):
        attributes = binary_attributes(headers)
        assert attributes is not None
        [fault] = refused(binary(**attributes)).faults
        assert (fault.pointer, fault.code) == ("ce-id", "characters") and why in fault.says


def test_broken_json_of_a_binary_message_keeps_its_name() -> None:
    found = read(Message(b"{", None, {"source": SOURCE, "id": "7"}), NOW)
    assert isinstance(found, Unreadable) and isinstance(found.error, NotJson)
    assert (found.source, found.message_id) == (SOURCE, "7")


def test_extension_attributes_are_kept_as_sent() -> None:
    def change(e: dict[str, Any]) -> None:
        e |= {"traceparent": "00-ab", "priority": 3, "test": False, "none": None}

    assert accepted(message(change)).extensions == {
        "traceparent": "00-ab",
        "priority": 3,
        "test": False,
    }


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", None])
def test_data_said_to_be_json_is_taken(kind: str | None) -> None:
    accepted(message(put("/datacontenttype", kind)))


@pytest.mark.parametrize(
    "when",
    ["2026-03-04T09:50:00.123456789Z", "2026-03-04t09:50:00z", "2026-03-04T09:50:00-05:30"],
)
def test_times_as_rfc_3339_writes_them_are_taken(when: str) -> None:
    accepted(message(put("/data/occurred_at", when)))


def test_a_clock_that_runs_ahead_a_little_is_forgiven() -> None:
    accepted(message(put("/data/occurred_at", (NOW + timedelta(hours=23)).isoformat())))


DOUBTS: dict[str, tuple[Change, str, str]] = {
    **{
        f"NHS number {number}": (
            put("/data/people/0/ids/0/value", number),
            "/data/people/0/ids/0/value",
            "invalid-nhs-number",
        )
        for number in (
            *(d * 10 for d in "0123456789"),
            "4857773456", "9912003814", "4123456879", "9990000019", "999000001", "99900000180", "", "x",
        )
    },
    **{
        f"postcode {code}": (
            put("/data/people/0/address/postcode", code),
            "/data/people/0/address/postcode",
            "invalid-postcode",
        )
        for code in ("RM17", "RM17 6CX", "17 6XX", "")
    },
    "a UPRN of thirteen digits": (
        put("/data/people/0/address/uprn", "1234567890123"),
        "/data/people/0/address/uprn",
        "invalid-uprn",
    ),
    "a UPN with a wrong letter": (
        put("/data/people/1/ids", [{"system": "upn", "value": "A801200001001"}]),
        "/data/people/1/ids/0/value",
        "invalid-upn",
    ),
    "an unknown concern": (
        put("/data/concerns/0/code", "worry"),
        "/data/concerns/0/code",
        "unknown-concern",
    ),
    "an unknown flag": (
        put("/data/people/1/flags", ["tall"]),
        "/data/people/1/flags/0",
        "unknown-flag",
    ),
    "an unknown relation": (
        put("/data/relationships/0/type", "friend-of"),
        "/data/relationships/0/type",
        "unknown-relationship",
    ),
    "an unknown word for sex": (put("/data/people/0/sex", "yes"), "/data/people/0/sex", "unknown-sex"),
    "an unknown source code": (
        put("/data/reporter/cin_source", "9Z"),
        "/data/reporter/cin_source",
        "unknown-source-code",
    ),
    "only a year": (put("/data/people/1/dob", "2012"), "/data/people/1/dob", "partial-date"),
    "only a month": (put("/data/people/1/dob", "2012-02"), "/data/people/1/dob", "partial-date"),
    "older than anybody": (
        put("/data/people/0/dob", "1901-01-01"),
        "/data/people/0/dob",
        "implausible-age",
    ),
    "unborn without a date": (
        put("/data/people/1", {"ref": "p2", "flags": ["unborn"]}),
        "/data/people/1/expected_dob",
        "no-expected-date",
    ),
    "an expected date for the born": (
        put("/data/people/1", {"ref": "p2", "expected_dob": "2027-02"}),
        "/data/people/1/expected_dob",
        "not-marked-unborn",
    ),
    "both dates": (
        put("/data/people/1", {"ref": "p2", "dob": "2026-11-01", "expected_dob": "2027-02", "flags": ["unborn"]}),
        "/data/people/1/dob",
        "unborn-with-dob",
    ),
    "overridden without a reason": (
        put("/data/agreement", {"to_service": "overridden", "by": "p1"}),
        "/data/agreement/reason",
        "no-reason",
    ),
}  # fmt: skip


def test_an_expected_day_that_has_gone_by_a_little_raises_no_doubt() -> None:
    def due(days: int) -> Message:
        day = (NOW - timedelta(days=days)).date().isoformat()
        return message(lambda e: e["data"]["people"][1].update(unborn_child(day)))

    assert doubted(due(27)) == set()
    assert doubted(due(30)) == {("/data/people/1/expected_dob", "expected-date-past")}


def unborn_child(day: str) -> dict[str, Any]:
    """What is said of a child that is expected on a day."""
    return {"dob": None, "expected_dob": day, "flags": ["unborn"]}


@pytest.mark.parametrize(
    ("since", "until", "doubtful"),
    [
        ("2020", "2019", True), ("2020-03-02", "2020-03-01", True), ("2020-03", "2020-02-29", True),
        ("2020", "2020-01-01", False), ("2020-12", "2020", False), ("2020-03-01", "2020-03-01", False),
    ],
)  # fmt: skip
def test_a_relationship_that_ends_before_it_began_is_doubtful(
    since: str, until: str, doubtful: bool
) -> None:
    sent = message(lambda e: e["data"]["relationships"][0].update(since=since, until=until))
    expected = {("/data/relationships/0/until", "until-before-since")} if doubtful else set()
    assert doubted(sent) == expected


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_doubtful_is_accepted_kept_as_said_and_named(name: str) -> None:
    change, pointer, code = DOUBTS[name]
    sent = message(change)
    assert doubted(sent) == {(pointer, code)}
    found = accepted(sent)
    said = json.loads(sent.body)["data"]
    kept = json.loads(found.content.model_dump_json(by_alias=True, exclude_unset=True))
    kept["occurred_at"] = said["occurred_at"]
    assert kept == said


@pytest.mark.parametrize("number", ["9990000018", "999 000 0018", "999-000-0026", "9990000034"])
def test_sound_nhs_numbers_raise_no_doubt(number: str) -> None:
    assert doubted(message(put("/data/people/0/ids/0/value", number))) == set()


def test_an_unborn_child_with_its_date_raises_no_doubt() -> None:
    unborn = {"ref": "p2", "flags": ["unborn"], "expected_dob": "2027-02-01"}
    assert doubted(message(put("/data/people/1", unborn))) == set()


def test_doubts_of_a_binary_message_point_into_its_body() -> None:
    sent = binary(put("/data/people/1/dob", "2012"))
    assert doubted(sent) == {("/people/1/dob", "partial-date")}


def test_no_fault_repeats_what_a_partner_said_about_somebody() -> None:
    secret = "Zebediah-47"  # names and dates of birth are in no error, log or page title

    def change(e: dict[str, Any]) -> None:
        e["data"]["people"][0]["dob"] = secret
        e["data"]["people"][0]["sex"] = [secret]
        e["data"]["door"] = secret
        e["data"]["relationships"][0]["to"] = secret
        e["data"]["narrative"] = secret * 6000

    assert secret not in str([f.model_dump() for f in refused(message(change)).faults])


def test_a_message_with_thousands_of_faults_names_a_hundred() -> None:
    wrong = [{"about": 1, "extra": i} for i in range(400)]
    error = refused(structured(event(put("/data/concerns", wrong))))
    assert len(error.faults) == 100 and "more" in error.says


SPITE: dict[str, Change] = {
    "endless numbers for phones": put("/data/people/0/phones", [1] * 330_000),
    "endless nobodies": put("/data/people", [{}] * 240_000),
    "endless members": lambda e: e["data"].update({f"a{i}": 1 for i in range(80_000)}),
    "endless attributes": lambda e: e.update({f"a{i}": 1 for i in range(80_000)}),
    "as much as may be": put(
        "/data/people", [{"ref": f"p{i}", "flags": ["tall"] * 60, "phones": ["0"] * 400} for i in range(1, 101)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SPITE)
def test_a_megabyte_of_a_contact_holds_the_door_for_moments_only(name: str) -> None:
    sent = message(SPITE[name])
    began = time.process_time()
    read(sent, NOW)
    assert time.process_time() - began < 2
