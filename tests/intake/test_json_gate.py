"""The gate for JSON from outside: what is odd goes no further, and its place is named."""

import json
import sys
import time
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import NotJson
from hub.json_gate import LARGEST_INTEGER, _looked_through, _plain, parse, parsed

HOSTILE = {
    "nothing": (b"", "syntax", ""),
    "blank": (b" \n", "syntax", ""),
    "no value": (b"nul", "syntax", ""),
    "trailing bytes": (b'{"a":1} x', "syntax", ""),
    "two values": (b'{"a":1}{"a":1}', "syntax", ""),
    "trailing comma": (b'{"a":1,}', "syntax", ""),
    "single quotes": (b"{'a':1}", "syntax", ""),
    "a comment": (b'{"a":1} // so', "syntax", ""),
    "a raw NUL": (b'{"a":"\x00"}', "syntax", "/a"),
    "a raw new line in a text": (b'{"a":"\n"}', "syntax", "/a"),
    "an escaped NUL": (rb'{"a":["\u0000"]}', "nul", "/a/0"),
    "an escaped NUL in a name": (rb'{"a\u0000":1}', "nul", "/a\\u0000"),
    "half a character": (rb'{"a":"\ud800"}', "surrogate", "/a"),
    "the other half": (rb'{"a":"x\uDFFFx"}', "surrogate", "/a"),
    "half a character in a name": (rb'{"\ud83d":1}', "surrogate", "/\\ud83d"),
    "a surrogate as bytes": (b'{"a":"\xed\xa0\x80"}', "encoding", "/a"),
    "not a number": (b'{"a":NaN}', "number", "/a"),
    "infinity": (b'{"a":Infinity}', "number", "/a"),
    "less than all": (b'{"a":-Infinity}', "number", "/a"),
    "a number too large": (b'{"a":1e999}', "number", "/a"),
    "a number too small": (b'{"a":-1e999}', "number", "/a"),
    "an integer beyond 2^53": (b'{"a":9007199254740993}', "number", "/a"),
    "an endless integer": (b'{"a":' + b"9" * 100_000 + b"}", "number", "/a"),
    "a leading zero": (b'{"a":01}', "syntax", "/a"),
    "a member twice": (b'{"a":{"b":1,"c":2,"b":3}}', "duplicate-member", "/a/b"),
    "a member twice, once escaped": (rb'{"a":1,"\u0061":2}', "duplicate-member", "/a"),
    "a name to be escaped, twice": (b'{"a/b~":1,"a/b~":2}', "duplicate-member", "/a~1b~0"),
    "a byte order mark": (b'\xef\xbb\xbf{"a":1}', "encoding", ""),
    "UTF-16": ('{"a":1}'.encode("utf-16"), "encoding", ""),
    "UTF-16 without a mark": ('{"a":1}'.encode("utf-16-le"), "syntax", ""),
    "UTF-32": ('{"a":1}'.encode("utf-32"), "encoding", ""),
    "Latin-1": ('{"a":"é"}'.encode("latin-1"), "encoding", "/a"),
    "overlong": (b'{"a":"\xc0\x80"}', "encoding", "/a"),
    "deep lists": (b"[" * 65 + b"]" * 65, "too-deep", "/0" * 64),
    "deep objects": (b'{"a":' * 65 + b"1" + b"}" * 65, "too-deep", "/a" * 64),
    "very deep": (b"[" * 100_000 + b"]" * 100_000, "too-deep", "/0" * 64),
    "very deep and unfinished": (b'{"a":' * 100_000, "too-deep", "/a" * 64),
    "a number deep inside": (
        b'{"a":[{"b":[1,2]},{"c/d":[0,"1e999",{"e":1e999}]}]}',
        "number",
        "/a/1/c~1d/2/e",
    ),
    "a broken name": (b'{"a":[1,{"b":2,"c', "syntax", "/a/1"),
    "a comma that is missing": (b'{"a":{"b":[1,"]","x\\"",{} 2]}}', "syntax", "/a/b/3"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_refused_by_place_with_its_mend(name: str) -> None:
    body, code, pointer = HOSTILE[name]
    with pytest.raises(NotJson) as refused:
        parse(body)
    (fault,) = refused.value.faults
    assert (fault.code, fault.pointer) == (code, pointer)
    assert fault.says and fault.mend
    fault.model_dump_json().encode()  # can be stored and shown


def test_a_syntax_fault_names_its_byte_not_its_character() -> None:
    with pytest.raises(NotJson, match="at byte 12"):
        parse('{"é": "ü" x}'.encode())


def test_the_deepest_that_is_taken_is_sixty_four_levels() -> None:
    body = b"[" * 64 + b"]" * 64
    assert parsed(body).canonical() == body


def test_a_message_of_many_shallow_parts_is_taken() -> None:
    assert len(parse(b"[" + b"[]," * 1000 + b"[]]")) == 1001


def test_whole_characters_written_as_escapes_are_taken() -> None:
    assert parse(rb'{"a":"\ud83d\ude00\\u0000"}') == {"a": "😀\\u0000"}


def test_a_whole_number_is_the_same_however_it_is_written() -> None:
    assert parsed(b'{"a":1.0,"b":10e1,"c":-0.0}').canonical() == b'{"a":1,"b":100,"c":0}'
    assert type(parse(b"1.0")) is int


def test_numbers_up_to_what_peers_agree_on_are_taken() -> None:
    assert parse(f"[{LARGEST_INTEGER},-{LARGEST_INTEGER},1e300,0.1]".encode()) == [
        LARGEST_INTEGER, -LARGEST_INTEGER, 1e300, 0.1,
    ]  # fmt: skip


def test_layout_order_and_escapes_change_no_hash() -> None:
    one = '{"b": [1.50, 1.0], "é": "\\u00e9", "a": null}'.encode()
    other = '{"a":null,"\\u00e9":"é",\n"b":[1.5,1]}'.encode()
    assert parsed(one).hash() == parsed(other).hash()


def test_names_are_sorted_as_rfc_8785_says_and_not_by_code_point() -> None:
    body = '{"\ufb33":1,"😀":2}'.encode()
    escaped = json.dumps({"😀": 2, "\ufb33": 1}).encode()
    assert parsed(body).canonical() == '{"😀":2,"\ufb33":1}'.encode()
    assert parsed(escaped).canonical() == parsed(body).canonical()


json_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | json_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_text, inner, max_size=4),
    max_leaves=15,
)


@given(json_values, st.booleans(), st.sampled_from([None, 2]))
def test_any_sound_value_passes_and_its_canonical_form_is_rfc_8785(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    found = parsed(body)
    assert found.value == value
    assert found.canonical() == rfc8785.dumps(found.value)
    assert json.loads(found.canonical(), parse_int=float) == value


@given(st.binary(max_size=200) | st.text().map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(NotJson):
        assert len(parsed(body).hash()) == 64


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * 330_000 + b"[]]",
        rb'["\u0000"' + b',"a"' * 240_000 + b"]",
        b'{"a":0.' + b"1" * 990_000 + b"}",
        b'{"a":1' + b',"a":1' * 160_000 + b"}",
        b'"' + b"\\" * 990_000 + b'"',
        b"[" * 1_000_000,
        b"[" + b"[]," * 330_000 + b"x]",
        b"[" + b"0," * 480_000 + b"1e999]",
        b'["' + b"\\" * 990_000,
    ],
    ids=[
        "many lists",
        "many texts",
        "many digits",
        "many twins",
        "many strokes",
        "deep",
        "many lists and a fault",
        "many numbers and a bad one",
        "strokes without an end",
    ],
)
def test_a_megabyte_of_spite_takes_no_more_than_moments(body: bytes) -> None:
    began = time.process_time()
    with suppress(NotJson):
        parsed(body).hash()
    assert time.process_time() - began < 3


def test_depth_is_refused_from_within_a_deep_stack_too() -> None:
    def deeper(levels: int) -> None:
        if levels:
            deeper(levels - 1)
        else:
            with pytest.raises(NotJson):
                parse(b"[" * 5000)
            assert parse(b'{"a":[1]}') == {"a": [1]}

    deeper(sys.getrecursionlimit() // 3)


TEXTS = st.text(st.sampled_from('ab:,"\\/{}[]é€😀 \n0'), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def both_ways(body: bytes) -> None:
    """The quick way, where it is taken, and the careful one say the same."""
    quick = _plain(body, body.decode())
    if quick is None:
        return
    careful = _looked_through(body.decode())
    assert quick.value == careful.value
    assert quick.simple == careful.simple
    assert quick.canonical() == careful.canonical() == rfc8785.dumps(careful.value)


@given(VALUES, st.booleans(), st.data())
def test_the_quick_way_says_what_the_careful_one_says(
    value: object, escaped: bool, data: st.DataObject
) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    at = data.draw(st.integers(0, len(text)))
    odd = data.draw(st.sampled_from(["", ":", '"a":1,', "\\", "0", ".5", "\n", '":"', "[", "e1"]))
    for body in (text, text[:at] + odd + text[at:], f"[{text},{text}]"):
        both_ways(body.encode())


@given(TEXTS, TEXTS, st.booleans())
def test_a_member_that_stands_twice_never_takes_the_quick_way(
    name: str, said: str, escaped: bool
) -> None:
    member = f"{json.dumps(name, ensure_ascii=escaped)}:{json.dumps(said, ensure_ascii=escaped)}"
    with pytest.raises(NotJson) as refused:
        parse(f"{{{member},{member}}}".encode())
    assert refused.value.faults[0].code == "duplicate-member"


@pytest.mark.parametrize(
    "body",
    [
        rb'{"a:":1,"a\u003a":2}',
        rb'{"a":1,"a":"\u003a"}',
        b'{"a":":","a":""}',
        b'{"a":1,"a":{"b":2}}',
    ],
)
def test_colons_in_texts_hide_no_member_that_stands_twice(body: bytes) -> None:
    with pytest.raises(NotJson) as refused:
        parse(body)
    assert refused.value.faults[0].code == "duplicate-member"


def test_a_plain_message_takes_the_quick_way() -> None:
    said = {"a": ["b:c", 1, None, True, {"d": "é"}], "e": 999_999_999_999_999}
    assert _plain(
        json.dumps(said, ensure_ascii=False).encode(), json.dumps(said, ensure_ascii=False)
    )
