"""A publisher in a process of its own, to be killed: `python -m tests.kafka.publishing DSN BOOTSTRAP PREFIX`."""

import asyncio
import sys

from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from tests.kafka.world import a_cluster, a_publisher, at_places, end_with_parent
from tests.postgres import COUNCIL

BATCH = 7  # small: a kill falls between a batch and its tick, again and again


async def publish(dsn: str, bootstrap: str, prefix: str) -> None:
    """Carry the log out until killed."""
    async with PostgresLog(dsn, COUNCIL) as log, at_places(dsn) as places:
        publisher = a_publisher(log, a_cluster(bootstrap), places, Topics(prefix))
        publisher.batch = BATCH
        await publisher.run(asyncio.Event())


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(publish(*sys.argv[1:]))
