"""The tables of the folds in PostgreSQL and in plain memory are the same tables."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from adapters.postgres.tables import PostgresTables, create, drop
from projections.table import Lookup, MemoryTables, Row, TableDef
from tests.postgres import COUNCIL

SCHEMA = f"{COUNCIL}_views"
WORDS = ["", "a", "b", "Ω", "o'k", 'q"', "{x}", "a,b", "\\", "line\nbreak", "NULL", "é"]
DEFS = (
    TableDef(
        "all_kinds",
        {
            "key": "text", "n": "int", "word": "text", "whole": "int", "yes": "bool", "part": "float", "at": "time",
            "on": "date", "said": "json", "tags": "texts",
        },
        ("key", "n"),
        (("word",), ("whole", "yes"), ("tags",), ("on",)),
    ),
    TableDef("keys_alone", {"a": "text", "b": "text"}, ("a", "b"), (("b",),)),
    TableDef("once", {"a": "text", "b": "text", "n": "int"}, ("a",), (("b",),), written_once=True),
    TableDef("in_order", {"of": "text", "any": "bool", "n": "int"}, ("n",), (("of", "n"), ("any", "n")), seldom_read=True),
    TableDef("crowd", {"under": "int", "who": "text"}, ("under", "who"), (("under",),), most=3),
)  # fmt: skip

words = st.sampled_from(WORDS)
integers = st.sampled_from([0, 1, -1, 2**53 + 1, 2**63 - 1, -(2**63)])
floats = st.sampled_from([0.0, 0.1, -1.5, 1e-9, 1e300, math.pi])
times = st.datetimes(
    datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001  # Hypothesis adds the zone
)  # fmt: skip
# JSON in PostgreSQL keeps numbers as decimals: a float beyond the whole ones comes back as an integer
small_floats = st.sampled_from([0.5, -1.5, 0.1, 1e-9, math.pi])
dates = st.sampled_from([date(1, 1, 1), date(1900, 2, 28), date(2026, 11, 22), date(9999, 12, 31)])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words | small_floats,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Or nothing."""
    return st.none() | values


row_of_all_kinds = st.fixed_dictionaries(
    {
        "key": st.sampled_from(WORDS[:5]), "n": st.sampled_from([0, 1, 2**62]), "word": maybe(words), "whole": maybe(integers),
        "yes": maybe(st.booleans()), "part": maybe(floats), "at": maybe(times), "on": maybe(dates), "said": json_values,
        "tags": maybe(st.lists(words, max_size=3)),
    }
)  # fmt: skip
row_of_keys = st.fixed_dictionaries(
    {"a": st.sampled_from(WORDS[:4]), "b": st.sampled_from(WORDS[:4])}
)
rows_once = st.tuples(st.integers(0, 90), st.integers(1, 60), st.sampled_from(WORDS[:4])).map(
    lambda drawn: [{"a": str(n), "b": drawn[2], "n": n} for n in range(drawn[0], sum(drawn[:2]))]
)

row_in_order = st.fixed_dictionaries(
    {"of": maybe(st.sampled_from(WORDS[:2])), "any": maybe(st.booleans()), "n": st.integers(-3, 9) | integers}
)  # fmt: skip
latest_of = st.one_of(
    st.fixed_dictionaries({"of": st.sampled_from(WORDS[:2])}),
    st.fixed_dictionaries({"any": st.booleans()}),
)

Step = tuple[Any, ...]
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("put"), st.just("all_kinds"), row_of_all_kinds),
    st.tuples(st.just("put"), st.just("keys_alone"), row_of_keys),
    st.tuples(st.just("delete"), st.just("all_kinds"), row_of_all_kinds),
    st.tuples(st.just("delete"), st.just("keys_alone"), row_of_keys),
    st.tuples(st.just("get"), st.just("all_kinds"), row_of_all_kinds),
    st.tuples(st.just("find"), st.sampled_from([("word",), ("whole", "yes"), ("yes", "whole"), ("tags",), ("on",)]), row_of_all_kinds),
    st.tuples(st.just("find_key"), row_of_keys),
    st.tuples(st.just("put"), st.just("in_order"), row_in_order),
    st.tuples(st.just("delete"), st.just("in_order"), row_in_order),
    st.tuples(st.just("latest"), latest_of, st.integers(0, 4)),
    st.tuples(st.just("load"), st.lists(row_of_all_kinds, max_size=3)),
    st.tuples(st.sampled_from(["put_once", "delete_once", "get_once", "find_once"]), rows_once),
    st.tuples(st.just("put_once"), rows_once),
    st.tuples(st.just("flush")),
    st.tuples(st.sampled_from(["next_turn", "next_turn_with_all_held", "let_go"])),
)  # fmt: skip


class Pair:
    """The same steps on both; what they answer must be equal."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.memory = MemoryTables(DEFS)
        self.stored = PostgresTables(conn, SCHEMA, DEFS, "t_")

    def take(self, step: Step) -> None:
        match step:
            case "put", table, row:
                self.memory.put(table, dict(row))
                self.stored.put(table, dict(row))
            case "delete", table, row:
                key = self.stored.defs[table].key_of(row)
                self.memory.delete(table, *key)
                self.stored.delete(table, *key)
            case "get", table, row:
                key = self.stored.defs[table].key_of(row)
                assert self.stored.get(table, *key) == self.memory.get(table, *key)
            case "find", columns, row:
                self.find("all_kinds", {c: row[c] for c in columns})
            case "find_key", row:
                self.find("keys_alone", {"b": row["b"]})
            case "latest", equals, most:
                found = [
                    t.latest("in_order", "n", most, **equals) for t in (self.stored, self.memory)
                ]
                assert found[0] == found[1]
            case "load", rows:
                self.stored.load(
                    [
                        Lookup("all_kinds", ("key", "n"), tuple((r["key"], r["n"]) for r in rows)),
                        Lookup("all_kinds", ("yes", "whole"), tuple((r["yes"], r["whole"]) for r in rows)),
                        Lookup("all_kinds", ("tags",), tuple((t,) for r in rows for t in r["tags"] or ())),
                    ]
                )  # fmt: skip
            case "put_once", rows:
                for row in rows:
                    self.take(("put", "once", row))
            case "delete_once", [row, *_]:
                self.take(("delete", "once", row))
            case "get_once", [row, *_]:
                self.take(("get", "once", row))
            case "find_once", [row, *_]:
                self.find("once", {"b": row["b"]})
            case ("flush",):
                self.stored.flush()
            case ("next_turn",):
                self.stored.flush()
                self.stored = PostgresTables(self.conn, SCHEMA, DEFS, "t_")
            case ("next_turn_with_all_held",):
                self.take(("next_turn",))
                self.stored.hold_all()
            case ("let_go",):
                self.stored.let_go()

    def find(self, table: str, equals: Row) -> None:
        if "tags" in equals:  # a tag finds; a list of them does not
            for tag in equals["tags"] or ():
                assert self.stored.find(table, tags=tag) == self.memory.find(table, tags=tag)
                self.some(table, {"tags": tag})
        else:
            assert self.stored.find(table, **equals) == self.memory.find(table, **equals)
            if None not in equals.values():
                self.some(table, equals)

    def some(self, table: str, equals: Row) -> None:
        whole = self.memory.find(table, **equals)
        stored = self.stored.some(table, 2, **equals)
        assert len(stored) == min(len(whole), 2) == len(self.memory.some(table, 2, **equals))
        assert all(row in whole for row in stored)
        columns = list(self.stored.defs[table].columns)[:3]
        glanced = self.stored.cells(table, columns, **equals)
        assert Counter(map(str, glanced)) == Counter(
            map(str, self.memory.cells(table, columns, **equals))
        )

    def same(self) -> None:
        """Whatever is in them, read afresh, is the same to the type."""
        self.take(("next_turn",))
        for definition in DEFS:
            for row in self.memory.rows(definition.name):
                stored = self.stored.get(definition.name, *definition.key_of(row))
                assert stored == row
                assert {c: type(v) for c, v in (stored or {}).items()} == {
                    c: type(v) for c, v in row.items()
                }
            count = self.conn.execute(
                sql.SQL("SELECT count(*) FROM {}").format(
                    sql.Identifier(SCHEMA, f"t_{definition.name}")
                )
            ).fetchone()
            assert count == (len(self.memory.rows(definition.name)),)


@pytest.fixture
def conn(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to tables of both kinds."""
    with psycopg.connect(database, autocommit=True) as opened:
        with opened.transaction():
            create(opened, SCHEMA, DEFS, "t_")
        yield opened


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(program=st.lists(steps, max_size=30))
def test_any_program_reads_the_same_from_both(
    conn: psycopg.Connection[Any], program: list[Step]
) -> None:
    with conn.transaction(force_rollback=True):
        pair = Pair(conn)
        for step in program:
            pair.take(step)
        pair.same()


of_a_crowd = st.fixed_dictionaries({"under": st.integers(0, 1), "who": st.sampled_from("abcdefg")})
crowd_steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.sampled_from(["put", "delete", "delete", "get"]), of_a_crowd),
    st.tuples(st.sampled_from(["find", "find", "flush", "next_turn"]), of_a_crowd),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    there=st.lists(of_a_crowd, min_size=4, max_size=14), program=st.lists(crowd_steps, max_size=40)
)
def test_of_a_crowd_as_many_are_read_from_both_whichever_they_are(
    conn: psycopg.Connection[Any], there: list[Row], program: list[Step]
) -> None:
    begun = [*(("put", row) for row in there), ("next_turn", {"under": 0, "who": "a"})]
    with conn.transaction(force_rollback=True):
        memory, stored = MemoryTables(DEFS), PostgresTables(conn, SCHEMA, DEFS, "t_")
        for step, row in (*begun, *program):
            key = (row["under"], row["who"])
            match step:
                case "put":
                    memory.put("crowd", row)
                    stored.put("crowd", row)
                case "delete":
                    memory.delete("crowd", *key)
                    stored.delete("crowd", *key)
                case "get":
                    assert stored.get("crowd", *key) == memory.get("crowd", *key)
                case "find":
                    found = stored.find("crowd", under=row["under"])
                    assert len(found) == len(memory.find("crowd", under=row["under"]))
                    assert all(r == memory.get("crowd", r["under"], r["who"]) for r in found)
                case "flush":
                    stored.flush()
                case _:
                    stored.flush()
                    stored = PostgresTables(conn, SCHEMA, DEFS, "t_")


def test_of_a_table_held_whole_nothing_is_left_of_a_row_that_was_taken_out(
    conn: psycopg.Connection[Any],
) -> None:
    tables = PostgresTables(conn, SCHEMA, DEFS, "t_")
    tables.hold_all()
    for n in range(20):
        tables.put("keys_alone", {"a": str(n), "b": "x"})
    tables.flush()
    for n in range(19):
        tables.delete("keys_alone", str(n), "x")
    assert tables.find("keys_alone", b="x") == [{"a": "19", "b": "x"}]
    tables.flush()
    assert tables.size == 1
    assert tables.get("keys_alone", "0", "x") is None


def test_what_was_not_flushed_is_gone_with_the_turn(conn: psycopg.Connection[Any]) -> None:
    with conn.transaction():
        PostgresTables(conn, SCHEMA, DEFS, "t_").put("keys_alone", {"a": "x", "b": "y"})
    assert PostgresTables(conn, SCHEMA, DEFS, "t_").get("keys_alone", "x", "y") is None


def test_a_row_with_a_column_too_many_is_refused_by_both(conn: psycopg.Connection[Any]) -> None:
    for tables in (MemoryTables(DEFS), PostgresTables(conn, SCHEMA, DEFS, "t_")):
        with pytest.raises(KeyError):
            tables.put("keys_alone", {"a": "x", "b": "y", "c": "z"})
        with pytest.raises(KeyError):
            tables.find("keys_alone", a="x")
        with pytest.raises(KeyError):
            tables.latest("in_order", "any", 1, of="x")


def test_making_and_dropping_tables_twice_changes_nothing(conn: psycopg.Connection[Any]) -> None:
    create(conn, SCHEMA, DEFS, "t_")
    drop(conn, SCHEMA, DEFS, "t_")
    drop(conn, SCHEMA, DEFS, "t_")
