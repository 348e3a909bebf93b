"""What `hub check` says: what is wrong, where, and how to mend it, in words and as data."""

import json

from hub.contacts.check import check
from hub.contacts.cloud_event import Message
from tests.intake.given import NOW, drop, event, message, put, structured


def test_a_sound_message_can_be_used() -> None:
    checked = check(message(), "line 3", NOW)
    assert checked.ok and checked.id == "01J8Z3-0007"
    assert checked.lines() == ["line 3: message 01J8Z3-0007: can be used."]


def test_what_the_door_would_not_take_for_its_size_is_not_said_to_be_usable() -> None:
    sound = structured(event()).body
    assert check(Message(sound.ljust(1_000_000)), "x", NOW).ok
    found = check(Message(sound.ljust(1_000_001)), "x", NOW)
    assert (found.ok, found.problem) == (False, "too-large")
    assert found.errors[0].mend


def test_doubts_are_named_and_refuse_nothing() -> None:
    checked = check(message(put("/data/people/1/dob", "2012")), "message", NOW)
    assert checked.ok
    assert any("/data/people/1/dob" in line and "doubtful" in line for line in checked.lines())


def test_each_fault_has_its_place_and_its_mend() -> None:
    checked = check(message(put("/data/occured_at", "x")), "message", NOW)
    assert not checked.ok
    (line,) = (line for line in checked.lines() if "/data/occured_at" in line)
    assert "Did you mean `occurred_at`?" in line


def test_what_is_no_json_is_named_by_byte() -> None:
    checked = check(Message(b'{"a":1,}'), "f.json", NOW)
    assert (checked.ok, checked.problem, checked.source) == (False, "not-json", None)
    assert any("byte 7" in line for line in checked.lines())


def test_the_same_as_data() -> None:
    said = json.loads(check(message(drop("/data/door")), "line 1", NOW).model_dump_json())
    assert said["ok"] is False and said["problem"] == "invalid-contact"
    (fault,) = said["errors"]
    assert fault["pointer"] == "/data/door" and fault["mend"]
