"""Clients that are many at once, read slowly or stop in mid-body: the others are served, and nothing half said is stored."""

import asyncio
import json
import socket
from contextlib import ExitStack

import httpx
import pytest

from tests.faults.deployment import Deployment
from tests.faults.load import Load, message, send
from tests.faults.truth import all_holds
from tests.hub_process import bearer

MANY = 1000


@pytest.fixture
def hub(deployment: Deployment) -> Deployment:
    """All in one process."""
    deployment.start("run")
    return deployment


def head_of(key: str, length: int) -> bytes:
    """The head of a POST with so long a body."""
    lines = (
        "POST /v1/contacts HTTP/1.1", "Host: test", f"Authorization: Bearer {key}",
        "Content-Type: application/cloudevents+json", f"Content-Length: {length}",
    )  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def knock(hub: Deployment) -> socket.socket:
    """A connection to the hub."""
    return socket.create_connection(("127.0.0.1", hub.port), timeout=60)


def test_a_thousand_clients_at_once_are_each_answered_truly(hub: Deployment) -> None:
    load = Load(hub.url, hub.partner_key(), senders=0)

    async def one(number: int) -> None:
        body = json.dumps(message(f"many-{number}")).encode()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
            writer.write(head_of(load.key, len(body)) + body)
            said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
            length = int(said.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
            answer = json.loads(await reader.readexactly(length))
            writer.close()
        except OSError:
            load.unanswered.add(f"many-{number}")
            return
        status = int(said.split(b" ", 2)[1])
        if status == 202:
            load.acknowledged[f"many-{number}"] = answer["id"]
        elif status in (429, 503):
            assert b"retry-after" in said.lower()
            load.put_off.add(f"many-{number}")
        else:
            load.untruthful.append(f"{status} {answer}")

    async def all_of_them() -> None:
        await asyncio.gather(*(one(number) for number in range(MANY)))

    asyncio.run(all_of_them())
    assert len(load.acknowledged) + len(load.put_off) + len(load.unanswered) == MANY, (
        load.untruthful
    )
    all_holds(hub, load)


def test_clients_that_stop_in_mid_body_hold_nobody_up_and_store_nothing(hub: Deployment) -> None:
    key = hub.partner_key()
    with ExitStack() as stack:
        for number in range(100):
            body = json.dumps(message(f"half-{number}")).encode()
            client = stack.enter_context(knock(hub))
            client.sendall(head_of(key, len(body)) + body[: len(body) // 2])
        with Load(hub.url, key) as load:
            load.until(40)
    assert httpx.get(f"{hub.url}/ping", timeout=20).status_code == 200
    assert not any(message_id.startswith("half") for message_id in load.acknowledged)
    all_holds(hub, load)  # the inbox holds what was acknowledged, and nothing else


def test_a_slow_reader_holds_nobody_up(hub: Deployment) -> None:
    """An auditor who asks for a long page and for the stream, and reads a few bytes of them."""
    key = hub.partner_key()
    hub.command("staff", "add", "Ada", "--team", "TF", "--role", "auditor")
    auditor = hub.command("staff", "key", "Ada")
    with Load(hub.url, key) as load:
        load.until(40)
        with ExitStack() as stack:
            for accept in ["application/json"] * 4 + ["application/x-ndjson"] * 8:
                slow = stack.enter_context(knock(hub))
                slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                ask = (
                    f"GET /v1/events?after=0&limit=1000 HTTP/1.1\r\nHost: t\r\nAccept: {accept}\r\n"
                )
                slow.sendall(
                    f"{ask}Authorization: {bearer(auditor)['Authorization']}\r\n\r\n".encode()
                )
                assert slow.recv(15).startswith(b"HTTP/1.1 200")
            load.until(40)
            with httpx.Client(timeout=20) as client:
                assert send(client, hub.url, key, "0-0").status_code == 202
    all_holds(hub, load)
