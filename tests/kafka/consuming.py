"""A consumer in a process of its own, to be killed: `python -m tests.kafka.consuming DSN BOOTSTRAP PREFIX`."""

import asyncio
import sys

from adapters.kafka.topics import Topics
from adapters.postgres.log import PostgresLog
from tests.kafka.world import a_cluster, a_consumer, at_places, end_with_parent
from tests.postgres import COUNCIL


async def consume(dsn: str, bootstrap: str, prefix: str) -> None:
    """Take in contacts until killed."""
    async with PostgresLog(dsn, COUNCIL) as log, at_places(dsn) as places:
        consumer = a_consumer(log, a_cluster(bootstrap), places, Topics(prefix))
        await consumer.run(asyncio.Event())


if __name__ == "__main__":
    end_with_parent()
    asyncio.run(consume(*sys.argv[1:]))
