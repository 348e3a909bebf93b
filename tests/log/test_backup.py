"""A backup is taken with PostgreSQL's own programs while the hub works, and restored for another owner."""

import subprocess
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from adapters.postgres.init import Initialised, initialise, runtime_dsn
from adapters.postgres.server import EmbeddedServer, programs
from adapters.postgres.views import ViewStore
from tests.log.given import positions
from tests.postgres import COUNCIL, copy_of, dsn_of


def done(*words: str) -> None:
    """Run one of PostgreSQL's programs."""
    subprocess.run([str(programs() / words[0]), *words[1:]], check=True, capture_output=True)


def test_a_backup_restored_for_another_owner_is_the_same_log_and_works(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    file = str(tmp_path / "hub.dump")
    source = copy_of(server, "live")
    views = ViewStore(runtime_dsn(source, COUNCIL), COUNCIL)
    assert views.open()
    views.close()
    done("pg_dump", "-Fc", "-f", file, source)

    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE ROLE restorer LOGIN CREATEROLE")
        conn.execute("GRANT nwd_thurrock TO restorer WITH ADMIN OPTION")
        conn.execute("CREATE DATABASE restored OWNER restorer")
    owner = make_conninfo(dsn_of(server, "restored"), user="restorer")
    done("pg_restore", "--no-owner", "--exit-on-error", "-d", owner, file)

    assert initialise(owner, COUNCIL) == Initialised(fresh=False, demonstration=False)
    assert positions(owner) == positions(source)
    again = ViewStore(runtime_dsn(owner, COUNCIL), COUNCIL)
    assert again.open(), "the views are the hub's own again"
    again.close()
    with (
        psycopg.connect(runtime_dsn(owner, COUNCIL)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute("DELETE FROM thurrock.events")
