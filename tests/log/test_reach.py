"""A database of the operator's own: what it must be, and that its password is never said."""

import psycopg
import pytest

from adapters.postgres.init import Initialised, initialise
from adapters.postgres.reach import check_dsn, refuses, wait_for, why_not
from adapters.postgres.server import EmbeddedServer
from hub.errors import Unavailable
from tests.log.given import ask
from tests.postgres import COUNCIL, dsn_of

SECRET = "s3cret"


def test_an_address_that_was_meant_otherwise_is_refused_without_a_word_of_it() -> None:
    for dsn in (
        SECRET,
        f"mysql://name:{SECRET}@host/db",
        f"postgresql://name:{SECRET}/1@host/db",
        f"postgresql://name:1/{SECRET}@host/db",
        f"postgresql://name:1#@{SECRET}@host/db",
        f"postgresql://name:{SECRET}@host:54x/db",
        f"postgresql://name:{SECRET}@host/db?sslmod=require",
        f"host=h password='{SECRET}",
    ):
        with pytest.raises(ValueError, match="HUB_DATABASE_URL") as refused:
            check_dsn(dsn)
        assert SECRET not in str(refused.value), dsn
        assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_every_way_of_writing_an_address_is_taken() -> None:
    for dsn in (
        "postgresql://name:p%40ss%2Fw%23rd@host:5432/db?sslmode=require",
        "postgres://name@host/db",
        "postgresql://name:p?ss@host/db",
        "postgresql://name@one:5432,two:5433/db",
        "postgresql:///db?host=/run/postgresql",
        "postgresql://[::1]:5432/db",
        "host=h port=5432 dbname=db user=u password='p@ss w/rd'",
        "service=hub",
    ):
        check_dsn(dsn)


def test_an_owner_who_may_make_roles_need_not_be_a_superuser(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE ROLE careful LOGIN CREATEROLE")
        conn.execute("CREATE DATABASE careful OWNER careful")
    dsn = as_user(dsn_of(server, "careful"), "careful")
    assert initialise(dsn, "careful_council").fresh
    assert initialise(dsn, "careful_council") == Initialised(False, False)
    with psycopg.connect(dsn) as conn:
        conn.execute("SET ROLE nwd_careful_council")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute("DELETE FROM careful_council.events")


def test_who_may_not_make_what_the_hub_needs_is_told_so(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE ROLE weak LOGIN")
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused:
        initialise(as_user(server.dsn, "weak"), "nobodys")
    told = why_not(refused.value)
    assert isinstance(told, ValueError)
    assert "must name the database's owner, who may create roles" in str(told)
    assert ask(server.dsn, "SELECT 1 FROM pg_namespace WHERE nspname = 'nobodys'") == []


def test_a_database_that_cannot_hold_every_name_is_refused(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        conn.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(ValueError, match="it is LATIN1"):
        initialise(dsn_of(server, "latin"), COUNCIL)


@pytest.mark.parametrize(
    "name", ["pg_x", "public", "information_schema", "thurrock_views", "a_engine", "Thurrock", ""]
)
def test_a_council_is_not_called_what_a_schema_is(name: str, server: EmbeddedServer) -> None:
    with pytest.raises(ValueError, match="council"):
        initialise(server.dsn, name)


def test_a_database_on_its_way_up_is_waited_for_and_one_that_refuses_is_not(
    server: EmbeddedServer,
) -> None:
    told: list[str] = []
    away = "host=127.0.0.1 port=1 user=u password=" + SECRET
    wait_for(away, 0.2, told.append)
    assert len(told) == 1
    assert SECRET not in told[0]
    wait_for(server.dsn, 0.2, told.append)
    wait_for(dsn_of(server, "nowhere"), 60, told.append)
    assert len(told) == 1
    assert not refuses(psycopg.OperationalError("FATAL:  the database system is starting up"))
    with pytest.raises(psycopg.OperationalError) as gone:
        psycopg.connect(away)
    assert isinstance(why_not(gone.value), Unavailable)


def as_user(dsn: str, user: str) -> str:
    """The same database for somebody else."""
    return psycopg.conninfo.make_conninfo(dsn, user=user)
