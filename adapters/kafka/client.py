"""The one file that speaks to `kafka`: consumers and producers as a hub must have them, never as they come."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kafka import (  # type: ignore[import-untyped]  # kafka-python has no types
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    TopicPartition,
)
from kafka.admin import ConfigResource, ConfigResourceType  # type: ignore[import-untyped]  # kafka-python has no types
from kafka.errors import (  # type: ignore[import-untyped]  # kafka-python has no types
    KafkaError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)
from kafka.net.compat import KafkaNetClient  # type: ignore[import-untyped]  # kafka-python has no types

from hub.settings import KafkaSecurity

Headers = tuple[tuple[str, bytes], ...]
MEGABYTE = 1024 * 1024
HELD_UP = 3  # sessions that a member may take between two polls
PATIENCE_MS = 5_000  # for one attempt to reach the broker: stopping must not hang on it

log = logging.getLogger(__name__)


class BrokerAway(Exception):
    """The broker did not do what was asked, now. Nothing may be taken as done; it is worth trying again.

    `kind` names the trouble without naming a machine.
    """

    def __init__(self, kind: str, says: str = "") -> None:
        super().__init__(f"{kind}: {says}" if says else kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of a topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it stands in a partition."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes
    headers: Headers

    @property
    def place(self) -> str:
        """Topic, partition and offset, as people quote them."""
        return f"{self.partition.topic}/{self.partition.number}@{self.offset}"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be written. `key` keeps what belongs together in order."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers = ()

    @property
    def size(self) -> int:
        """How large it will be in its topic, at most."""
        beside = sum(len(name) + len(value) + 16 for name, value in self.headers)
        return len(self.key) + len(self.value) + beside + 256


def client_security(security: KafkaSecurity) -> dict[str, Any]:
    """The same in the words of kafka-python."""
    settings: dict[str, Any] = {"security_protocol": security.protocol}
    if security.signs_in:
        settings |= {
            "sasl_mechanism": security.mechanism,
            "sasl_plain_username": security.username,
            "sasl_plain_password": security.password,
        }
    if security.cafile:
        settings["ssl_cafile"] = security.cafile
    return settings


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Kafka cluster, and how the hub wants its clients and topics.

    partitions         of a topic that the hub makes
    replication        of a topic that the hub makes; -1 is the cluster's default
    session_seconds    a consumer silent for that long is taken for dead and its partitions move
    refresh_seconds    how soon new partitions of a topic are seen
    security           how the hub shows itself there
    """

    bootstrap: str
    client_id: str = "no-wrong-doors-hub"
    partitions: int = 3
    replication: int = -1
    session_seconds: float = 10.0
    refresh_seconds: float = 30.0
    security: KafkaSecurity = KafkaSecurity()

    def settings(self) -> dict[str, Any]:
        """What every client shares. A broker that comes back is found within two seconds, not thirty."""
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "client_id": self.client_id,
            "bootstrap_timeout_ms": PATIENCE_MS,
            "reconnect_backoff_max_ms": 2_000,
            "metadata_max_age_ms": int(self.refresh_seconds * 1000),
            **client_security(self.security),
        }

    def make_topics(self, names: Sequence[str]) -> None:
        """Make those of the topics that are not there. Raises BrokerAway."""
        with translated():
            admin = made(KafkaAdminClient, request_timeout_ms=PATIENCE_MS, **self.settings())
            try:
                there = set(admin.list_topics())
                absent = [name for name in names if name not in there]
                if absent:
                    self._make(admin, absent)
            finally:
                admin.close()

    def largest(self, topic: str) -> int:
        """How many bytes one message of the topic may have; a megabyte where that is not told. Raises BrokerAway."""
        asked = ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": ""})
        with translated():
            admin = made(KafkaAdminClient, request_timeout_ms=PATIENCE_MS, **self.settings())
            try:
                told = admin.describe_configs([asked], config_filter="all")
            finally:
                admin.close()
        of_topic = told.get("topic", {}).get(topic, {})
        return int(of_topic.get("max.message.bytes", {}).get("value", MEGABYTE))

    def _make(self, admin: Any, absent: Sequence[str]) -> None:
        wanted = {
            "num_partitions": self.partitions,
            "replication_factor": self.replication,
            "configs": {"max.message.bytes": str(2 * MEGABYTE)},
        }
        try:
            admin.create_topics(dict.fromkeys(absent, wanted))
        except TopicAlreadyExistsError:  # another process was quicker
            log.debug("topics were made by another process")
        except TopicAuthorizationFailedError:
            log.error(
                "the hub may not make topics: ask the cluster's keeper for %s", ", ".join(absent)
            )
            return  # one partner's missing topic is no reason to leave the topics of the others alone
        admin.wait_for_topics(list(absent), timeout_ms=PATIENCE_MS)


@contextmanager
def translated() -> Iterator[None]:
    """Whatever Kafka's client raises, the hub knows one thing: not now."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise BrokerAway(type(error).__name__, str(error)) from error


def made(kind: Callable[..., Any], **settings: Any) -> Any:
    """A consumer, producer or admin client. Where the broker is away none is made, and what was begun is ended.

    kafka-python (3.0.12) leaves a thread and four descriptors behind each time, and the thread goes on trying.
    """
    begun: list[Any] = []

    def client(**config: Any) -> Any:
        begun.append(KafkaNetClient(**config))
        return begun[-1]

    try:
        return kind(kafka_client=client, **settings)
    except BaseException:
        for one in begun:
            one.close()
        raise


class Inlet:
    """A consumer in a group that keeps its offsets elsewhere: it never commits, and starts where it is told to.

    Every method belongs to one thread. `started_at` answers, for partitions just assigned, the next offset to read of
    each, None where nothing was ever read; it is called while the group waits, from another thread, and must be quick.
    """

    def __init__(
        self,
        cluster: Cluster,
        group: str,
        started_at: Callable[[Sequence[Partition]], Mapping[Partition, int | None]],
    ) -> None:
        self._listener = _Seek(self, started_at)
        with translated():
            self._consumer = made(
                KafkaConsumer,
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                allow_auto_create_topics=False,
                session_timeout_ms=int(cluster.session_seconds * 1000),
                heartbeat_interval_ms=int(cluster.session_seconds * 1000 / 4),
                # a member that is held up holds up no others for longer, when the group deals its partitions out anew
                max_poll_interval_ms=int(cluster.session_seconds * 1000 * HELD_UP),
                max_poll_records=500,
                **cluster.settings(),
            )

    def subscribe(self, topics: Sequence[str]) -> None:
        """Read these topics from now on, and no others."""
        with translated():
            self._consumer.subscribe(topics=list(topics), listener=self._listener)

    def poll(self, seconds: float) -> dict[Partition, list[Record]]:
        """Records that have come, by partition, in order; empty after that long without any. Raises BrokerAway."""
        self._take_up_joining()
        with translated():
            polled = self._consumer.poll(timeout_ms=int(seconds * 1000))
        return {
            partition: [_record(partition, r) for r in records]
            for tp, records in polled.items()
            for partition in (_partition(tp),)
        }

    def _take_up_joining(self) -> None:
        """A joining that outlasts a poll is taken up by the next.

        kafka-python (3.0.12) forgets one that new partitions began: its member then sends no heartbeats, is put out of the
        group and reads nothing for ever. Kafka's own client had the same fault (KAFKA-9815) and mended it so.
        """
        coordinator = self._consumer._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()

    def bounds(self, partitions: Sequence[Partition]) -> dict[Partition, tuple[int, int]]:
        """The first offset still kept and the next to be written, of each. Raises BrokerAway."""
        wanted = [TopicPartition(p.topic, p.number) for p in partitions]
        with translated():
            first = self._consumer.beginning_offsets(wanted, timeout_ms=PATIENCE_MS)
            end = self._consumer.end_offsets(wanted, timeout_ms=PATIENCE_MS)
        return {_partition(tp): (first[tp], end[tp]) for tp in wanted if tp in first and tp in end}

    def partitions(self, topics: Sequence[str]) -> list[Partition]:
        """Every partition of these topics, whoever reads it. Raises BrokerAway."""
        with translated():
            return [
                Partition(topic, number)
                for topic in topics
                for number in sorted(self._consumer.partitions_for_topic(topic))
            ]

    def assigned(self) -> set[Partition]:
        """The partitions that the group gave to this consumer."""
        return {_partition(tp) for tp in self._consumer.assignment()}

    def joined(self) -> bool:
        """Whether this consumer is a member of its group now, and not on its way into it."""
        return bool(self._consumer._coordinator.stable())

    def seek(self, partition: Partition, offset: int | None) -> None:
        """Read on from there; None is from the first that is kept, whatever anybody may have committed to Kafka."""
        tp = TopicPartition(partition.topic, partition.number)
        if offset is None:
            self._consumer.seek_to_beginning(tp)
        else:
            self._consumer.seek(tp, offset)

    def close(self) -> None:
        """Leave the group."""
        with translated():
            self._consumer.close(autocommit=False, timeout_ms=PATIENCE_MS)


class _Seek(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Puts each partition where the hub's own record says, before anything is fetched from it."""

    def __init__(
        self,
        inlet: Inlet,
        started_at: Callable[[Sequence[Partition]], Mapping[Partition, int | None]],
    ) -> None:
        self._inlet, self._started_at = inlet, started_at

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Nothing to save: offsets were stored with the events."""

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        starts = self._started_at([_partition(tp) for tp in assigned])
        for partition, offset in starts.items():
            self._inlet.seek(partition, offset)


def _partition(tp: TopicPartition) -> Partition:
    return Partition(tp.topic, tp.partition)


def _record(partition: Partition, record: Any) -> Record:
    return Record(
        partition=partition,
        offset=record.offset,
        key=record.key,
        value=record.value or b"",
        headers=tuple((name, value or b"") for name, value in record.headers),
    )


class Outlet:
    """A producer whose messages count as sent when every replica in step has them."""

    def __init__(self, cluster: Cluster) -> None:
        with translated():
            self._producer = made(
                KafkaProducer,
                acks="all",
                enable_idempotence=True,
                allow_auto_create_topics=False,
                linger_ms=5,
                max_request_size=4 * MEGABYTE,
                max_block_ms=PATIENCE_MS,
                request_timeout_ms=2 * PATIENCE_MS,
                delivery_timeout_ms=4 * PATIENCE_MS,
                **cluster.settings(),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, messages: Sequence[Message]) -> None:
        """Write them all and wait until they are kept.

        Raises BrokerAway: then it is not known which were, and this outlet is spent.
        """
        with translated():
            sent = [self._send(message) for message in messages]
            self._producer.flush(timeout=5 * PATIENCE_MS / 1000)
            for future in sent:
                future.get(timeout=0)

    def _send(self, m: Message) -> Any:
        return self._producer.send(m.topic, value=m.value, key=m.key, headers=list(m.headers))

    def close(self) -> None:
        """Let go, without waiting for what was not kept."""
        with translated():
            self._producer.close(timeout=1)
