"""Every event has a stable name, an example, a sentence that names nobody, and a golden file that is never edited."""

import importlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.base import Event
from events.envelope import new_event
from events.registry import decode, encode, event_types
from tests.guards.golden import FOLDER, golden_file
from tests.guards.repository import ROOT

EVENTS = list(event_types().values())
STREAMS = {
    "contact", "amendment", "reconsideration", "person", "pair", "correction", "referral", "obligation", "refusal",
    "partner", "policy", "team", "staff", "log", "clock", "action", "surge", "notice", "need", "page", "service",
    "directory",
}  # fmt: skip
TAGS = {
    "person", "contact", "referral", "obligation", "team", "family", "partner", "staff", "policy", "log",
    "source", "calendar", "action", "surge", "notice", "service", "directory",
}  # fmt: skip
PERSONAL = {
    "family", "given", "dob", "value", "lines", "postcode", "uprn", "phones", "emails", "school", "gp",
    "narrative", "you_said", "we_did", "text", "note", "reason", "outcome", "name",
}  # fmt: skip
GOLDEN = sorted(FOLDER.glob("*.json"))

each_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.TYPE)


@each_event
def test_a_stored_type_is_a_subject_and_a_past_verb_like_its_class_and_its_file(
    event: type[Event],
) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", event.TYPE)
    file = Path(str(importlib.import_module(event.__module__).__file__)).stem
    assert file == event.TYPE.replace(".", "_")
    assert event.__name__ == "".join(word.capitalize() for word in file.split("_"))
    assert not event.__name__.endswith(("Updated", "Changed", "Event"))


def test_stored_types_are_unique() -> None:
    assert len({event.TYPE for event in EVENTS}) == len({event.__name__ for event in EVENTS})
    assert len(EVENTS) == len({event.__name__ for event in EVENTS})


@each_event
def test_an_event_says_what_it_is_and_lives_in_a_known_stream(event: type[Event]) -> None:
    assert event.__doc__ and "." in event.__doc__
    assert event.STREAM in STREAMS
    assert event.example().stream_id()


@each_event
def test_an_example_is_frozen_and_comes_back_from_its_stored_bytes(event: type[Event]) -> None:
    example = event.example()
    assert decode(event.TYPE, event.VERSION, encode(example)) == example
    assert event.model_config.get("frozen") and event.model_config.get("extra") == "forbid"


@each_event
def test_tags_are_of_known_kinds(event: type[Event]) -> None:
    for tag in new_event(event.example(), 1, actor="operator").tags:
        kind, _, name = tag.partition(":")
        assert kind in TAGS and name, tag


@each_event
def test_a_sentence_is_plain_and_holds_nothing_personal(event: type[Event]) -> None:
    example = event.example()
    sentence = example.sentence()
    assert sentence[:1].isupper() or sentence[:1].isdigit()
    assert sentence.endswith(".") and "\n" not in sentence
    for said in personal(json.loads(encode(example))):
        assert not re.search(rf"\b{re.escape(said)}\b", sentence, re.IGNORECASE), said


def personal(value: Any, under: str = "") -> Iterator[str]:
    """Every text of the event that says something of a person; ids and codes do not."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from () if name == "policy" else personal(member, name)
    elif isinstance(value, list):
        for member in value:
            yield from personal(member, under)
    elif (
        isinstance(value, str)
        and under in PERSONAL
        and not re.fullmatch(r"[PCROS]-[\d-]+|[a-z]+", value)
    ):
        yield value


@each_event
def test_every_older_version_is_lifted_to_the_newest(event: type[Event]) -> None:
    assert set(event.UPCASTS) == set(range(1, event.VERSION))


@each_event
def test_every_version_ever_released_has_a_golden_file(event: type[Event]) -> None:
    assert golden_file(event).exists(), "make golden"
    versions = {int(path.stem.rpartition(".")[2]) for path in FOLDER.glob(f"{event.TYPE}.*.json")}
    assert versions == set(range(1, event.VERSION + 1))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_stored_bytes_of_every_version_are_still_read(path: Path) -> None:
    name, _, version = path.stem.rpartition(".")
    stored = path.read_bytes().rstrip(b"\n")
    event = decode(name, int(version), stored)
    newest = event_types()[name].VERSION
    if int(version) == newest:
        assert encode(event) == stored, (
            "the shape has moved: a new version and an upcast are needed"
        )
    assert decode(name, newest, encode(event)) == event


def test_no_golden_file_was_ever_edited_or_removed() -> None:
    command = (
        "git",
        "log",
        "--diff-filter=MDT",
        "--no-renames",
        "--format=",
        "--name-only",
        "--",
        "events/golden",
    )
    history = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    now = (
        "git",
        "diff",
        "--diff-filter=MDT",
        "--no-renames",
        "--name-only",
        "HEAD",
        "--",
        "events/golden",
    )
    edited = subprocess.run(now, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not history.split() + edited.split()
