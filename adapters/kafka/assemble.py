"""Puts the relay of one council together over the hub's own services."""

import logging

from adapters.kafka.client import Cluster
from adapters.kafka.consume import Consumer
from adapters.kafka.door import Door
from adapters.kafka.messages import Speaker
from adapters.kafka.places import Places
from adapters.kafka.publish import Publisher
from adapters.kafka.relay import Relay
from adapters.kafka.reports import Reports
from adapters.kafka.topics import Topics
from hub.services import Hub
from hub.settings import Settings

NAMES = Topics()


def relay(settings: Settings, dsn: str, hub: Hub, topics: Topics = NAMES) -> Relay:
    """Contacts in, answers out. `dsn` opens the database in the role the hub runs as; HUB_KAFKA must be set."""
    if settings.kafka is None:
        raise ValueError("HUB_KAFKA names no broker: set it to the bootstrap servers.")
    cluster = Cluster(settings.kafka, security=settings.kafka_security)
    # a broker that is away is said once an attempt by the hub itself; its client says it ten times a second
    for chatty in ("kafka.net", "kafka.cluster"):
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    places = Places(dsn, settings.council)
    door = Door(places.numbers, places.taken, hub.now)
    group = f"{topics.prefix}-hub-{settings.council}"
    return Relay(
        Consumer(hub.log, cluster, door, places.offsets, topics, group),
        Publisher(hub.log, hub.views, cluster, places, Speaker(settings.council, topics)),
        places,
        Reports(places.pool, settings.council, expected=True),
    )
