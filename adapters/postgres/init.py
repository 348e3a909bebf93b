"""Makes the schemas, roles and first event of a council's log, once, under a lock; later calls change nothing."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from adapters.postgres.rows import append_in
from events.envelope import new_event
from events.log_created import LogCreated
from hub.log import Append

SCHEMA_FILE = Path(__file__).with_name("schema.sql")
LOCK = 0x4E5744  # one number for all: making schemas is rare
COUNCIL = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)
TAKEN = re.compile(r"pg_.*|public|information_schema|.*_views|.*_engine")  # by PostgreSQL and by us


@dataclass(frozen=True, slots=True)
class Names:
    """What a council's schemas, role and channel are called."""

    council: str

    def __post_init__(self) -> None:
        if not COUNCIL.fullmatch(self.council):
            raise ValueError(
                f"a council's name is lower-case letters, digits and underscores, not {self.council!r}"
            )
        if TAKEN.fullmatch(self.council):
            raise ValueError(f"a council cannot be called {self.council!r}: schemas use that name")

    @property
    def log(self) -> str:
        return self.council

    @property
    def views(self) -> str:
        return f"{self.council}_views"

    @property
    def engine(self) -> str:
        return f"{self.council}_engine"

    @property
    def role(self) -> str:
        return f"nwd_{self.council}"

    @property
    def channel(self) -> str:
        return f"nwd_{self.council}"


@dataclass(frozen=True, slots=True)
class Initialised:
    """What the log is: whether it was made now, and whether it is a demonstration."""

    fresh: bool
    demonstration: bool


def runtime_dsn(dsn: str, council: str, more: str = "") -> str:
    """The DSN that the hub runs with: the same, in the role that may not change events. `more` are further options."""
    options = f"-c role={Names(council).role} -c timezone=UTC{more}"
    if "://" in dsn:
        return f"{dsn}{'&' if '?' in dsn else '?'}options={quote(options)}"
    return f"{dsn} options='{options}'"


def past_dsn(dsn: str, council: str) -> str:
    """The DSN that a past is relived with: a crash may take its last moments, which are then relived again."""
    return runtime_dsn(dsn, council, " -c synchronous_commit=off")


def initialise(
    dsn: str,
    council: str,
    begun: LogCreated | None = None,
    *,
    demonstration: bool = False,
    begins_at: datetime | None = None,
) -> Initialised:
    """Make what is missing, as the owner. What is said of it counts for a log that is made now.

    begun       its first event; without one it is live, or a `demonstration`
    begins_at   it relives a past from then on, before it lives in the present

    Raises psycopg.Error, or ValueError for a database that could not hold every name.
    """
    names = Names(council)
    with psycopg.connect(dsn) as conn:
        encoding = conn.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise ValueError(
                f"The database must keep UTF8, so that every name fits; it is {encoding}."
            )
        begun = begun or LogCreated(council=council, demonstration=demonstration)
        relives = begins_at is not None
        fresh = make(conn, names, demonstration=begun.demonstration, relives=relives)
        if fresh:
            append = Append((new_event(begun, 1, actor="operator"),), recorded_at=begins_at)
            with conn.cursor() as cursor:
                append_in(cursor, names.log, [append])
        row = conn.execute(
            sql.SQL("SELECT demonstration FROM {}.head").format(sql.Identifier(names.log))
        ).fetchone()
        assert row is not None
        return Initialised(fresh, row[0])


def make(
    conn: psycopg.Connection, names: Names, *, demonstration: bool = False, relives: bool = False
) -> bool:
    """An empty log in the running transaction, under a lock; False where there is a log already."""
    conn.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = conn.execute("SELECT to_regclass(%s)", [f"{names.log}.head"]).fetchone()
    if known is not None and known[0] is not None:
        _add_leases(conn, names)
        _add_past(conn, names)
        _hand_over(conn, names)
        return False
    _make(conn, names)
    query = sql.SQL("INSERT INTO {}.head VALUES (true, 0, '-infinity', %s, %s)")
    conn.execute(query.format(sql.Identifier(names.log)), [demonstration, relives])
    return True


def _add_leases(conn: psycopg.Connection, names: Names) -> None:
    """A log that was made before places were leased is given the columns for it."""
    query = "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'expires_at'"
    if conn.execute(query, [f"{names.log}.fences"]).fetchone() is None:
        add = "ALTER TABLE {} ADD COLUMN holder text, ADD COLUMN expires_at timestamptz"
        conn.execute(sql.SQL(add).format(sql.Identifier(names.log, "fences")))


def _add_past(conn: psycopg.Connection, names: Names) -> None:
    """A log that was made before pasts could be relived lives in the present."""
    query = "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'relives'"
    if conn.execute(query, [f"{names.log}.head"]).fetchone() is None:
        add = "ALTER TABLE {} ADD COLUMN relives boolean NOT NULL DEFAULT false"
        conn.execute(sql.SQL(add).format(sql.Identifier(names.log, "head")))


def _hand_over(conn: psycopg.Connection, names: Names) -> None:
    """A backup that was restored into another owner's database gives the hub's role back what it had made."""
    query = """
        SELECT format('ALTER SCHEMA %%I OWNER TO %%I', nspname, %(role)s::text) FROM pg_namespace
        WHERE nspname = ANY(%(schemas)s) AND nspowner IS DISTINCT FROM to_regrole(%(role)s::text)
        UNION ALL
        SELECT format('ALTER TABLE %%I.%%I OWNER TO %%I', nspname, relname, %(role)s::text)
        FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind = 'r' AND nspname = ANY(%(schemas)s) AND relowner IS DISTINCT FROM to_regrole(%(role)s::text)
    """
    given = {"role": names.role, "schemas": [names.views, names.engine]}
    for (change,) in conn.execute(query, given).fetchall():
        conn.execute(change)


def _make(conn: psycopg.Connection, names: Names) -> None:
    exists = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [names.role]).fetchone()
    if not exists:
        conn.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(names.role)))
    conn.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(names.role)))
    text = SCHEMA_FILE.read_text()
    for name in ("log", "views", "engine", "role", "channel"):
        text = text.replace("{" + name + "}", getattr(names, name))
    conn.execute(text.encode())
