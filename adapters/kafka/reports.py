"""What each relay says of itself, kept where every process of the hub can read it: a relay has no door of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from adapters.postgres.init import Names
from hub.services import RelayStands

READER = "kafka"  # the checkpoint of the way out
SILENT = 15.0  # seconds without a word: it is taken for dead
FORGOTTEN = "1 day"
NOBODY = "No relay is at work."


@dataclass(frozen=True, slots=True)
class Report:
    """What a relay said last. `age` is in seconds, by the database's clock."""

    told_at: datetime
    age: float
    waiting: int | None
    trouble_in: str | None
    trouble_out: str | None
    ended: bool = False

    @property
    def at_work(self) -> bool:
        """Whether it has told of itself in the last seconds, and not that it stops."""
        return not self.ended and self.age <= SILENT


class Reports:
    """Kept in a table that the hub's own role makes, since the log's schema is not its to change."""

    def __init__(self, pool: AsyncConnectionPool, council: str, *, expected: bool) -> None:
        self._pool = pool
        self._names = Names(council)
        self._expected = expected

    async def begin(self) -> None:
        """Make the table where it is missing."""
        query = (
            "CREATE TABLE IF NOT EXISTS {}.relays"
            " (member text PRIMARY KEY, told_at timestamptz NOT NULL, said jsonb NOT NULL)"
        )
        async with self._pool.connection() as conn:
            try:
                await conn.execute(self._sql(query))
            except (psycopg.errors.UniqueViolation, psycopg.errors.DuplicateTable):
                return  # another relay made it at the same moment

    async def tell(self, member: str, said: dict[str, Any]) -> None:
        """Say how a relay stands now; what was said long ago is forgotten."""
        tell = (
            "INSERT INTO {}.relays VALUES (%s, clock_timestamp(), %s)"
            " ON CONFLICT (member) DO UPDATE SET told_at = excluded.told_at, said = excluded.said"
        )
        forget = "DELETE FROM {}.relays WHERE told_at < clock_timestamp() - %s::interval"
        async with self._pool.connection() as conn:
            await conn.execute(self._sql(tell), [member, Jsonb(said)])
            await conn.execute(self._sql(forget), [FORGOTTEN])

    async def stands(self) -> RelayStands | None:
        """How the relays stand together; None where there is no Kafka and never was a relay."""
        read = (
            "SELECT told_at, extract(epoch FROM clock_timestamp() - told_at)::float8, (said->>'waiting')::bigint,"
            " said->>'trouble_in', said->>'trouble_out', said ? 'ended' FROM {}.relays ORDER BY told_at DESC"
        )
        place = "SELECT position FROM {}.checkpoints WHERE name = %s"
        async with self._pool.connection() as conn:
            try:
                rows = await (await conn.execute(self._sql(read))).fetchall()
            except psycopg.errors.UndefinedTable:
                rows = []
            at = sql.SQL(place).format(sql.Identifier(self._names.log))
            position = await (await conn.execute(at, [READER])).fetchone()
        if not rows and not self._expected:
            return None
        return together([Report(*row) for row in rows], position[0] if position else 0)

    def _sql(self, query: str) -> sql.Composed:
        return sql.SQL(query).format(sql.Identifier(self._names.engine))


def together(reports: Sequence[Report], position: int) -> RelayStands:
    """All relays as one, newest report first. What waits was told last; the trouble is that of those at work."""
    at_work = [r for r in reports if r.at_work]
    told = [r.waiting for r in (at_work or reports) if r.waiting is not None]
    troubles_in = [r.trouble_in for r in at_work if r.trouble_in]
    troubles_out = [r.trouble_out for r in at_work if r.trouble_out]
    silence = None if at_work else NOBODY
    return RelayStands(
        at_work=len(at_work),
        told_at=reports[0].told_at if reports else None,
        waiting=told[0] if told else None,
        trouble_in=troubles_in[0] if troubles_in else silence,
        position=position,
        trouble_out=troubles_out[0] if troubles_out else silence,
    )
