"""The hub shows itself to Kafka as its settings say, and says what is wrong where it is not let in."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.kafka.client import BrokerAway, Cluster
from adapters.kafka.patience import LIKE_A_WRONG_ONE
from adapters.postgres.log import PostgresLog
from events.contact_received import ContactReceived
from hub.partners.register import add_partner
from hub.settings import KafkaSecurity, read_kafka_security
from tests.brokers import USERS
from tests.kafka.world import (
    SOURCE,
    a_cluster,
    a_consumer,
    a_contact,
    a_publisher,
    at_places,
    own_topics,
    running,
    send,
    stored,
    until,
)
from tests.native_broker import NativeBroker

[(NAME, PASSWORD)] = USERS.items()
SIGNS_IN = {
    "HUB_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "HUB_KAFKA_SASL_MECHANISM": "PLAIN",
    "HUB_KAFKA_USERNAME": NAME,
    "HUB_KAFKA_PASSWORD": PASSWORD,
}


def as_said(broker: NativeBroker, **other: str) -> Cluster:
    """The cluster as the settings make it."""
    return replace(a_cluster(broker.bootstrap), security=read_kafka_security({**SIGNS_IN, **other}))


async def test_a_hub_with_the_password_is_let_in_and_one_without_says_why_it_waits(
    broker_with_users: NativeBroker, database: str, log: PostgresLog
) -> None:
    cluster, topics = as_said(broker_with_users), own_topics()
    stranger = as_said(broker_with_users, HUB_KAFKA_PASSWORD="wrong")  # it is wrong
    await add_partner(log, SOURCE, "Grays Surgery", "grays-surgery")
    async with at_places(database) as places:
        shut_out = a_consumer(log, stranger, places, topics)
        silent = a_publisher(log, stranger, places, topics)
        async with running(shut_out.run), running(silent.run):
            await until(lambda: shut_out.trouble and silent.trouble, 40)
        for trouble in (shut_out.trouble, silent.trouble):
            assert trouble is not None and trouble.endswith(LIKE_A_WRONG_ONE)
        async with running(a_consumer(log, cluster, places, topics).run):
            await send(cluster, topics.contacts("grays-surgery"), a_contact("m1"))
            await stored(log, ContactReceived, 1)
    with pytest.raises(BrokerAway):
        await asyncio.to_thread(a_cluster(broker_with_users.bootstrap).make_topics, ["x"])


def test_without_settings_kafka_is_spoken_to_in_the_open() -> None:
    assert read_kafka_security({}) == KafkaSecurity()
    assert not read_kafka_security({"HUB_KAFKA_SECURITY_PROTOCOL": "SSL"}).signs_in


def test_a_password_is_in_no_text() -> None:
    assert PASSWORD not in repr(read_kafka_security(SIGNS_IN))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUB_KAFKA_SECURITY_PROTOCOL", "sasl_ssl"),
        ("HUB_KAFKA_SASL_MECHANISM", "GSSAPI"),
        ("HUB_KAFKA_USERNAME", ""),
        ("HUB_KAFKA_PASSWORD", ""),
        ("HUB_KAFKA_CAFILE", "nowhere.pem"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_the_password_is_not(
    name: str, value: str
) -> None:
    with pytest.raises(ValueError, match=name) as refused:
        read_kafka_security({**SIGNS_IN, name: value})
    assert PASSWORD not in str(refused.value)


def test_certificates_are_read_from_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    said = {"HUB_KAFKA_SECURITY_PROTOCOL": "SSL", "HUB_KAFKA_CAFILE": str(tmp_path / "ca.pem")}
    assert read_kafka_security(said).cafile == str(tmp_path / "ca.pem")
