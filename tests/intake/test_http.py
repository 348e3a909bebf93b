"""The door over HTTP: whatever comes, a problem that names its place, never a 5xx, and nothing half stored."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from adapters.postgres.init import runtime_dsn
from events.contact_received import ContactReceived
from events.message_refused import MessageRefused
from hub.api.app import create_app
from hub.bootstrap import Database, hub_over
from hub.partners.register import add_partner, issue_partner_key
from hub.services import Hub
from hub.settings import Settings
from tests.intake.given import EVENT, NOW, SOURCE, STRUCTURED, drop, event, message, put
from tests.intake.test_json_gate import HOSTILE
from tests.intake.test_reading import FAULTS

COUNCIL = "thurrock"


@pytest_asyncio.fixture
async def hub(owner_dsn: str, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub over a fresh log; nothing decides, nothing is shown: only its door is open."""
    settings = Settings(
        home=tmp_path, port=1, host="", database_url=owner_dsn, kafka=None, council=COUNCIL
    )
    found = Database(owner_dsn, runtime_dsn(owner_dsn, COUNCIL), demonstration=False)
    async with hub_over(found, settings) as opened:
        opened.now = lambda: NOW
        yield opened


@pytest_asyncio.fixture
async def surgery(hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """A partner with a key and one source."""
    partner = await add_partner(hub.log, SOURCE, "Grays Surgery", "grays-surgery")
    key = await issue_partner_key(hub.log, partner.slug)
    transport = httpx.ASGITransport(create_app(hub))
    headers = {"Authorization": f"Bearer {key}", "Content-Type": STRUCTURED}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://localhost", headers=headers
    ) as client:
        yield client


async def stored(hub: Hub, kind: type) -> int:
    """How many events of a kind the log holds."""
    return sum(isinstance(e.event, kind) for e in await hub.log.read(0, 10_000))


def is_problem(answer: httpx.Response, status: int) -> bool:
    """Whether the answer is a problem document of this status whose every fault has a place and a sentence."""
    said = answer.json()
    return (
        answer.status_code == status == said["status"]
        and answer.headers["content-type"] == "application/problem+json"
        and all(fault["says"] and "pointer" in fault for fault in said["errors"])
    )


async def test_hostile_json_is_a_problem_and_kept(hub: Hub, surgery: httpx.AsyncClient) -> None:
    for name, (body, code, pointer) in HOSTILE.items():
        answer = await surgery.post("/v1/contacts", content=body)
        assert is_problem(answer, 400), (name, answer.text)
        (fault,) = answer.json()["errors"]
        assert (fault["code"], fault["pointer"]) == (code, pointer)
    assert await stored(hub, ContactReceived) == 0
    assert await stored(hub, MessageRefused) == len(HOSTILE)


async def test_every_fault_of_a_contact_is_a_problem_by_json_pointer(
    hub: Hub, surgery: httpx.AsyncClient
) -> None:
    for name, (change, pointer, code) in FAULTS.items():
        answer = await surgery.post("/v1/contacts", json=event(change))
        assert is_problem(answer, 422), (name, answer.text)
        assert [(f["pointer"], f["code"]) for f in answer.json()["errors"]] == [(pointer, code)]
    assert await stored(hub, ContactReceived) == 0


async def test_a_binary_message_is_accepted_and_faulted_by_header(
    surgery: httpx.AsyncClient,
) -> None:
    headers = {f"ce-{name}": value for name, value in EVENT.items() if name != "data"}
    headers["content-type"] = "application/json"
    answer = await surgery.post("/v1/contacts", json=EVENT["data"], headers=headers)
    assert answer.status_code == 202, answer.text
    again = await surgery.post("/v1/contacts", content=message().body)
    assert again.json() == answer.json()
    odd = await surgery.post(
        "/v1/contacts", json=EVENT["data"], headers={**headers, "ce-id": "a%00b", "ce-time": "soon"}
    )
    assert is_problem(odd, 422)
    assert {f["pointer"] for f in odd.json()["errors"]} == {"ce-id", "ce-time"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/xml"}, 415),
        ({"content-type": "application/cloudevents+json; charset=utf-16"}, 415),
        ({"content-type": "application/cloudevents-batch+json"}, 415),
        ({"authorization": "Bearer nwd_nobody"}, 401),
        ({"authorization": "Basic x"}, 401),
        ({"content-length": "20000000"}, 413),
    ],
)
async def test_what_is_wrong_before_the_body_is_a_problem(
    hub: Hub, surgery: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await surgery.post("/v1/contacts", content=message().body, headers=headers)
    assert answer.status_code == status == answer.json()["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert await stored(hub, ContactReceived) == 0


async def test_more_than_a_megabyte_is_too_large(hub: Hub, surgery: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(2_000):
            yield b" " * 10_000

    answer = await surgery.post("/v1/contacts", content=endless())
    assert answer.status_code == 413
    assert await stored(hub, MessageRefused) == 0


async def test_another_partners_source_is_forbidden_and_kept(
    hub: Hub, surgery: httpx.AsyncClient
) -> None:
    await add_partner(hub.log, "urn:police", "Police", "police")
    answer = await surgery.post("/v1/contacts", content=message(put("/source", "urn:police")).body)
    assert is_problem(answer, 403)
    assert answer.json()["errors"][0]["pointer"] == "/source"
    assert await stored(hub, MessageRefused) == 1


async def test_each_line_of_a_batch_is_answered_in_its_place(
    hub: Hub, surgery: httpx.AsyncClient
) -> None:
    sent = [
        message().body,
        b"{",
        message(drop("/data/door")).body,
        message(put("/data/narrative", "Another.")).body,
        message(put("/id", "8")).body,
        message().body,
    ]
    answer = await surgery.post(
        "/v1/contacts:batch",
        content=b"\n".join(sent),
        headers={"content-type": "application/x-ndjson"},
    )
    said = [json.loads(line) for line in answer.text.splitlines()]
    assert [one["status"] for one in said] == [202, 400, 422, 409, 202, 202]
    assert said[0]["id"] == said[5]["id"] != said[4]["id"]
    assert await stored(hub, ContactReceived) == 2


async def test_the_schema_is_served_to_anybody(surgery: httpx.AsyncClient) -> None:
    answer = await surgery.get("/schema/contact/1", headers={"authorization": ""})
    assert answer.status_code == 200
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
