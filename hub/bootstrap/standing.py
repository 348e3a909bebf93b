"""Whether a part without a door of its own is at work, asked of the database: what a container's health check wants to know."""

import asyncio
from collections.abc import Callable

import psycopg
from psycopg_pool import AsyncConnectionPool

from adapters.kafka.reports import Reports
from adapters.postgres.init import runtime_dsn
from adapters.postgres.place import vacant
from adapters.postgres.reach import check_dsn, why_not
from adapters.postgres.server import EmbeddedServer
from hub.bootstrap.parts import WORK
from hub.services import RelayStands
from hub.settings import Settings

ANSWERS_WITHIN = 5.0
NO_LOG = "There is no log in this database: hub init makes one."


def not_at_work(settings: Settings, part: str) -> str | None:
    """Why nobody is at work as this part, `engine` or `relay`, in a sentence; None where somebody is. Changes nothing.

    Raises what reach.why_not says of a database that does not answer.
    """
    owner = settings.database_url or EmbeddedServer(settings.home).dsn
    check_dsn(owner)
    try:
        return LOOKS[part](runtime_dsn(owner, settings.council), settings.council)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidParameterValue):
        return NO_LOG  # nor, perhaps, the role to look with
    except psycopg.Error as error:
        raise why_not(error) from None


def no_engine(dsn: str, council: str) -> str | None:
    """Of the engine, and of the projections that are kept up beside it."""
    missing = vacant(dsn, council, tuple(WORK))
    return f"Nobody is at work as {' and '.join(missing)}." if missing else None


def no_relay(dsn: str, council: str) -> str | None:
    """Of the relay: also what holds it up, since it carries nothing then."""
    stands = asyncio.run(_relay_stands(dsn, council))
    assert stands is not None
    return stands.trouble_in or stands.trouble_out


async def _relay_stands(dsn: str, council: str) -> RelayStands | None:
    async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=5):
        pass  # what is wrong is said at once, and by its name
    async with AsyncConnectionPool(
        dsn, min_size=1, max_size=1, timeout=ANSWERS_WITHIN, kwargs={"autocommit": True}, open=False
    ) as pool:
        return await Reports(pool, council, expected=True).stands()


LOOKS: dict[str, Callable[[str, str], str | None]] = {"engine": no_engine, "relay": no_relay}
"""What each part is asked, over a DSN, for a council."""
