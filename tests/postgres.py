"""Real PostgreSQL for tests: one embedded server a session (and worker), a fresh initialised database a test."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer

COUNCIL = "thurrock"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """One embedded server, with two initialised databases to copy: a live log and a demonstration."""
    with EmbeddedServer(tmp_path_factory.mktemp("postgres") / "home") as running:
        for name, demonstration in (("live", False), ("demonstration", True)):
            with psycopg.connect(running.dsn, autocommit=True) as conn:
                conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            initialise(dsn_of(running, name), COUNCIL, demonstration=demonstration)
        yield running


def dsn_of(server: EmbeddedServer, name: str) -> str:
    """The owner's DSN of a database on the server."""
    return server.dsn.replace("/postgres?", f"/{name}?")


def copy_of(server: EmbeddedServer, template: str) -> str:
    """A fresh copy of an initialised database; its owner's DSN."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server.dsn, autocommit=True) as conn:
        query = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
        conn.execute(sql.SQL(query).format(sql.Identifier(name), sql.Identifier(template)))
    return dsn_of(server, name)


@pytest.fixture
def owner_dsn(server: EmbeddedServer) -> str:
    """A fresh live log, as its owner."""
    return copy_of(server, "live")


@pytest.fixture
def database(owner_dsn: str) -> str:
    """A fresh live log, in the role the hub runs as."""
    return runtime_dsn(owner_dsn, COUNCIL)


@pytest.fixture
def demonstration_database(server: EmbeddedServer) -> str:
    """A fresh demonstration log, in the role the hub runs as."""
    return runtime_dsn(copy_of(server, "demonstration"), COUNCIL)


@pytest_asyncio.fixture
async def log(database: str) -> AsyncIterator[PostgresLog]:
    """The log of a fresh database, open."""
    async with PostgresLog(database, COUNCIL) as opened:
        yield opened


def home_of(server: EmbeddedServer) -> Path:
    """Where the server keeps its data."""
    return server.home
