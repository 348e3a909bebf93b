"""The hub over a PostgreSQL and a Kafka in containers, under the names of the official images."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from adapters.kafka.topics import Topics
from tests.brokers import docker_broker
from tests.hub_process import HubProcess, relay_of
from tests.kafka.world import SOURCE, a_cluster, a_contact, read, send

OWNER = "CREATE ROLE hub_owner LOGIN CREATEROLE PASSWORD 'of-this-test'"
DATABASE = "CREATE DATABASE hub OWNER hub_owner ENCODING 'UTF8' TEMPLATE template0"
SLUG = "grays-surgery"


@pytest.fixture(scope="module")
def owner_url(docker: None) -> Iterator[str]:
    """A database made as docs/operators.md says, in a container."""
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:18", driver=None) as postgres:
        url = postgres.get_connection_url()
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(OWNER)
            conn.execute(DATABASE)
        host = f"{postgres.get_container_host_ip()}:{postgres.get_exposed_port(5432)}"
        yield f"postgresql://hub_owner:of-this-test@{host}/hub"


@pytest.fixture(scope="module")
def kafka(docker: None) -> Iterator[str]:
    """A broker in a container."""
    with docker_broker() as bootstrap:
        yield bootstrap


def test_a_contact_goes_from_kafka_to_kafka_over_services_in_containers(
    owner_url: str, kafka: str, tmp_path: Path
) -> None:
    hub = HubProcess(tmp_path, settings={"HUB_DATABASE_URL": owner_url, "HUB_KAFKA": kafka})
    hub.start()
    try:
        hub.partner_key(SOURCE, SLUG)
        cluster, topics = a_cluster(kafka), Topics()
        with relay_of(hub):
            asyncio.run(send(cluster, topics.contacts(SLUG), a_contact("first")))
            told = asyncio.run(read(cluster, topics.outcomes(SLUG), 2, 60))
        kinds = [json.loads(record.value)["type"] for record in told]
        assert {kind.split(".")[-2] for kind in kinds} >= {"received", "routed"}
        assert json.loads(hub.command("verify", "--json"))["ok"] is True
        assert not list(tmp_path.glob("**/PG_VERSION")), "no database of its own was started"
    finally:
        hub.stop()
