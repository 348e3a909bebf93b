"""A file of people too large for memory, linked on PostgreSQL a batch at a time: broken off, it goes on where it was."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import set_json_loads

from adapters.postgres.by_index import by_index
from adapters.postgres.tables import JSON, PostgresTables, create
from hub.linking.file import FILE_TABLES, OUT
from hub.linking.records import Record

Side = Literal["master", "file"]
SCHEMA = "people_file"
AT_ONCE = 5000


class PeopleFile:
    """The rows of the files, the people met so far, and the answers, in one schema of a database of their own."""

    def __init__(self, dsn: str) -> None:
        self._conn = psycopg.connect(dsn, autocommit=True)
        set_json_loads(msgspec.json.decode, self._conn)
        by_index(self._conn)
        self._schema = sql.Identifier(SCHEMA)

    def close(self) -> None:
        """Leave the database."""
        self._conn.close()

    def make(self) -> None:
        """What is missing of the tables."""
        with self._conn.transaction():
            self._conn.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(self._schema))
            create(self._conn, SCHEMA, FILE_TABLES)
            for statement in (
                "CREATE TABLE IF NOT EXISTS {}.record (side text, n bigint, line bigint, record_id text, told jsonb)",
                "CREATE TABLE IF NOT EXISTS {}.answer (n bigint PRIMARY KEY, told jsonb)",
                "CREATE TABLE IF NOT EXISTS {}.stage (name text PRIMARY KEY, done bigint, said json)",
            ):
                self._conn.execute(sql.SQL(statement).format(self._schema))

    def done(self, stage: str) -> int:
        """How far a stage came; 0 where it was not begun."""
        query = sql.SQL("SELECT done FROM {}.stage WHERE name = %s").format(self._schema)
        row = self._conn.execute(query, [stage]).fetchone()
        return int(row[0]) if row else 0

    def said(self, stage: str) -> Any:
        """What was kept with a stage."""
        query = sql.SQL("SELECT said FROM {}.stage WHERE name = %s").format(self._schema)
        row = self._conn.execute(query, [stage]).fetchone()
        return row[0] if row else None

    def note(self, stage: str, done: int, said: Any = None) -> None:
        """A stage came so far."""
        query = sql.SQL(
            "INSERT INTO {}.stage VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE SET done = excluded.done, said = excluded.said"
        ).format(self._schema)
        self._conn.execute(query, [stage, done, JSON.encode(said).decode()])

    def take_in(self, side: Side, records: Iterable[Record]) -> int:
        """Put the rows of a file in, all or none; how many there are."""
        number = 0
        with self._conn.transaction(), self._conn.cursor() as cursor:
            copying = sql.SQL("COPY {}.record (side, n, line, record_id, told) FROM STDIN").format(
                self._schema
            )
            with cursor.copy(copying) as copy:
                for number, record in enumerate(records, 1):
                    told = JSON.encode(dict(record.told)).decode()
                    copy.write_row((side, number, record.row, record.record_id, told))
            self.note(f"read {side}", number)
        return number

    def keyed(self) -> None:
        """Make the rows findable by number."""
        statement = "CREATE INDEX IF NOT EXISTS record_n ON {}.record (side, n)"
        self._conn.execute(sql.SQL(statement).format(self._schema))
        self._conn.execute(sql.SQL("ANALYZE {}.record").format(self._schema))

    def twice(self, side: Side) -> tuple[str, int, int] | None:
        """An id that two rows have, with their rows; None where there is none."""
        query = sql.SQL(
            "SELECT record_id, min(line), (array_agg(line ORDER BY line))[2] FROM {}.record WHERE side = %s "
            "GROUP BY record_id HAVING count(*) > 1 ORDER BY 3 LIMIT 1"
        ).format(self._schema)
        row = self._conn.execute(query, [side]).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def sample(self, side: Side, parts: int) -> Iterator[Record]:
        """One in so many rows. All of one birth date come together, so that those of one person do."""
        query = sql.SQL(
            "SELECT line, record_id, told FROM {}.record WHERE side = %s "
            "AND (hashtext(coalesce(nullif(told->>'dob', ''), record_id)) & 2147483647) %% %s = 0 ORDER BY n"
        ).format(self._schema)
        rows = self._conn.execute(query, [side, parts])
        return (Record(line, told) for line, _, told in rows)

    def batch(self, side: Side, after: int, size: int) -> list[Record]:
        """The rows after one, in file order."""
        query = sql.SQL(
            "SELECT line, told FROM {}.record WHERE side = %s AND n > %s AND n <= %s ORDER BY n"
        ).format(self._schema)
        rows = self._conn.execute(query, [side, after, after + size]).fetchall()
        return [Record(line, told) for line, told in rows]

    def transaction(self) -> Any:
        """One batch, whole or not at all."""
        return self._conn.transaction()

    def tables(self) -> PostgresTables:
        """The people met so far, as of this transaction."""
        return PostgresTables(self._conn, SCHEMA, FILE_TABLES)

    def answer(self, after: int, answers: Sequence[Mapping[str, str]]) -> None:
        """Keep the answers for the rows after one."""
        copying = sql.SQL("COPY {}.answer (n, told) FROM STDIN").format(self._schema)
        with self._conn.cursor() as cursor, cursor.copy(copying) as copy:
            for number, told in enumerate(answers, after + 1):
                copy.write_row((number, JSON.encode([told[name] for name in OUT]).decode()))

    def answered(self, after: int, size: int) -> list[list[str]]:
        """The answers for so many rows after one, in file order."""
        query = sql.SQL("SELECT told FROM {}.answer WHERE n > %s AND n <= %s ORDER BY n").format(
            self._schema
        )
        return [told for (told,) in self._conn.execute(query, [after, after + size])]

    def answers(self) -> Iterator[list[str]]:
        """Every answer, in file order."""
        query = sql.SQL("SELECT told FROM {}.answer ORDER BY n").format(self._schema)
        with self._conn.transaction(), self._conn.cursor("answers") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(query)
            for (told,) in cursor:
                yield told
