"""The relay is killed, alone and together with every other part, while contacts come in by HTTP and by Kafka and answers go out."""

import asyncio
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from adapters.kafka.client import Cluster, Message, Outlet, Record
from adapters.kafka.messages import Speaker
from adapters.kafka.topics import Topics
from projections.as_at import fold_as_at
from tests.faults.deployment import Deployment
from tests.faults.load import SOURCE, Load, message, until
from tests.faults.settings import ROUNDS, chance
from tests.faults.truth import all_holds, events, inbox, rows
from tests.kafka.world import a_cluster, read
from tests.native_broker import NativeBroker
from tests.postgres import COUNCIL

PARTS = ("postgres", "engine", "api", "relay")
TOPICS = Topics()
INBOUND = TOPICS.contacts("load")
KEYS = 3


@pytest.fixture
def with_relay(tmp_path: Path, own_broker: NativeBroker) -> Iterator[Deployment]:
    """A database and a broker, and nothing started on them yet."""
    made = Deployment(tmp_path / "hub", own_broker.bootstrap)
    yield made
    made.end()


class Publishing:
    """A partner that publishes one contact after another under each of its keys; `sent` are the message ids, by key."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.sent: dict[str, list[str]] = {f"k{key}": [] for key in range(KEYS)}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._publish)

    def __enter__(self) -> "Publishing":
        self.cluster.make_topics([INBOUND])
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the broker never took what was published"

    @property
    def ids(self) -> set[str]:
        return {one for own in self.sent.values() for one in own}

    def _publish(self) -> None:
        with Outlet(self.cluster) as outlet:
            while not self._stop.wait(0.3):
                turn = [(key, f"{key}-{len(own)}") for key, own in self.sent.items()]
                outlet.send([said(key, one) for key, one in turn])
                for key, one in turn:
                    self.sent[key].append(one)


def said(key: str, message_id: str) -> Message:
    """The contact that goes by this id, as it is published."""
    return Message(INBOUND, key.encode(), json.dumps(message(message_id)).encode())


def test_a_relay_killed_alone_and_with_the_others_loses_nothing_either_way(
    with_relay: Deployment, own_broker: NativeBroker
) -> None:
    hub, choices = with_relay, chance("kill -9 of the relay")
    cluster = a_cluster(own_broker.bootstrap)
    for part in PARTS[1:]:
        hub.start(part)
    with Load(hub.url, hub.partner_key(), 2, 0.1) as load, Publishing(cluster) as published:
        for _ in range(ROUNDS):
            other = choices.choice(PARTS[:-1])
            for dead in (("relay",), (other, "relay"), PARTS):
                carried = out(hub), len(published.ids & inbox(hub.dsn).keys())
                until(lambda c=carried: out(hub) > c[0], "answers go out", 60)  # type: ignore[misc]  # bound at once
                until(
                    lambda c=carried: len(published.ids & inbox(hub.dsn).keys()) > c[1],  # type: ignore[misc]
                    "contacts come in by Kafka",
                    60,
                )
                load.until(5, within=60)
                time.sleep(choices.uniform(0, 0.4))
                hub.kill(*dead)
                time.sleep(choices.uniform(0, 0.5))
                for part in dead:
                    hub.start(part)
        load.until(5, within=60)
    all_are_in(hub, load, published)
    all_holds(hub, load)
    all_is_out(hub, cluster)


def out(hub: Deployment) -> int:
    """How far the log was carried out."""
    query = "SELECT coalesce(max(position), 0) FROM {}.checkpoints WHERE name = 'kafka'"
    return int(rows(hub.dsn, query)[0][0])


def all_are_in(hub: Deployment, load: Load, published: Publishing) -> None:
    """What the broker took is in the log, those of a key in order; that each is there once is asked of all contacts."""
    until(
        lambda: published.ids <= inbox(hub.dsn).keys(),
        "all that was published is in",
        60,
        lambda: sorted(published.ids - inbox(hub.dsn).keys())[:3],
    )
    query = "SELECT message_id, position FROM {}.inbox WHERE source = %s"
    stands = dict(rows(hub.dsn, query, SOURCE))
    for key, ids in published.sent.items():
        places = [stands[one] for one in ids]
        assert places == sorted(places), f"the order of {key} was not kept"
    load.acknowledged |= {one: c for one, c in inbox(hub.dsn).items() if one in published.ids}


def all_is_out(hub: Deployment, cluster: Cluster) -> None:
    """Every answer and event went out at least once, under its own id and no other, and answers in the log's order."""
    head = int(rows(hub.dsn, "SELECT position FROM {}.head")[0][0])
    until(lambda: out(hub) >= head, "all is carried out", 60, lambda: f"{out(hub)} of {head}")
    log = [event for event, _ in events(hub.dsn)]
    expected = Speaker(COUNCIL, TOPICS).messages(fold_as_at(log), log, {})
    for topic in (TOPICS.outcomes("load"), TOPICS.events):
        wanted = [m for m in expected if m.topic == topic]
        assert wanted
        came = asyncio.run(read(cluster, topic, len(wanted), 60))
        assert {ids_of(r.value) for r in came} == {ids_of(m.value) for m in wanted}
        if (
            topic != TOPICS.events
        ):  # there a family's key depends on what was known when it was said
            assert by_key(came) == by_key(wanted)


def ids_of(value: bytes) -> str:
    """The id of a message that went out."""
    found: str = json.loads(value)["id"]
    return found


def by_key(messages: Sequence[Message | Record]) -> dict[bytes, list[str]]:
    """The ids under each key, each where it came first."""
    found = defaultdict[bytes, list[str]](list)
    for one in messages:
        if (event_id := ids_of(one.value)) not in found[one.key or b""]:
            found[one.key or b""].append(event_id)
    return dict(found)
