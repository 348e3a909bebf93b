"""Files of the native contract: one event, a list of them, or one a line; each message keeps its own bytes and its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.partners.formats import formats, messages
from hub.contacts.message import ReadContact, Unreadable, read
from hub.contacts.receive import Carrier, Refuse, receive
from tests.intake.given import EVENT, NOW, event, put

LINE = json.dumps(EVENT).encode()
PRETTY = json.dumps(EVENT, indent=2).encode()


def found_in(body: bytes) -> list[tuple[str, bytes]]:
    """The messages of a file, by place."""
    return [(place, message.body) for place, message in messages(body)]


@pytest.mark.parametrize("body", [LINE, LINE + b"\n", PRETTY, b"\n\n" + PRETTY + b"\n"])
def test_one_event_is_one_message_however_it_is_laid_out(body: bytes) -> None:
    assert found_in(body) == [("message", body)] or found_in(body) == [("message", body.strip())]


def test_each_line_is_a_message_and_keeps_its_number() -> None:
    body = LINE + b"\r\n\r\n" + LINE + b"\n" + LINE
    assert found_in(body) == [("line 1", LINE), ("line 3", LINE), ("line 4", LINE)]


@pytest.mark.parametrize(
    "broken", [b"{", b'{"specversion":"1.0"', b"no json", b"\xff\xfe", b"[1,", b"\x00"]
)
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_broken_line_spoils_none_of_the_others(broken: bytes, at: int) -> None:
    lines = [LINE, LINE]
    lines.insert(at, broken)
    kinds = [type(read(message, NOW)) for _, message in messages(b"\n".join(lines))]
    assert kinds.count(ReadContact) == 2 and kinds.index(Unreadable) == at


def test_a_broken_event_of_many_lines_is_one_message() -> None:
    broken = PRETTY[:-1]
    assert found_in(broken) == [("message", broken)]
    oneliners = PRETTY.replace(b'"specversion"', b'"people":[\n{"ref":"p1"}\n],"specversion')
    assert len(found_in(oneliners)) == 1


def test_a_list_of_events_is_as_many_messages_each_with_its_bytes() -> None:
    other = json.dumps(event(put("/id", "8")), indent=1, ensure_ascii=False).encode()
    body = b" [\n" + LINE + b" ,\n" + other + b"\n]\n"
    assert found_in(body) == [("message 1", LINE), ("message 2", other)]


@pytest.mark.parametrize(
    "body", [b"[]", b"[1]", b"[{},]", b"[{}", b"[{}] x", b"[" * 100_000, b"", b" "]
)
def test_what_is_no_list_of_events_is_one_message_that_is_refused(body: bytes) -> None:
    ((place, message),) = messages(body)
    assert (place, message.body) == ("message", body)
    assert isinstance(read(message, NOW), Unreadable)


@given(st.binary(max_size=300) | st.text('[]{},:"a1 \n', max_size=60).map(str.encode))
def test_any_file_gives_messages_that_are_accepted_or_refused(body: bytes) -> None:
    for _, message in messages(body):
        assert isinstance(receive(message, Carrier("file"), "C-26-000001", NOW), Refuse)


def test_every_format_says_what_it_recognises_and_the_native_one_is_asked_last() -> None:
    assert formats()[-1].__name__ == "adapters.partners.native"
    for module in formats():
        assert callable(module.recognises) and callable(module.messages)
        assert module.__doc__
