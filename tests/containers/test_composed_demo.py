"""`docker compose --profile demo up`: the made-up borough is there before anything else."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.containers.composed import Composed


@pytest.fixture(scope="module")
def demonstration(docker: None) -> Iterator[Composed]:
    """The stories of the borough alone, with its pages and its engine."""
    made = Composed("demo", HUB_FAMILIES="0")
    try:
        made.build()
        made.up("api", "engine")
        yield made
    finally:
        made.down()


def test_the_borough_is_there_and_somebody_signs_in(demonstration: Composed) -> None:
    assert json.loads(demonstration.hub("init", "--json"))["demonstration"] is True
    page = httpx.get(f"{demonstration.url}/stories", follow_redirects=True, timeout=20)
    assert page.status_code == 200
    sign_in = httpx.get(f"{demonstration.url}/sign-in", timeout=20)
    assert "made-up" in sign_in.text
    verified = json.loads(demonstration.hub("verify", "--json"))
    assert verified["ok"] and verified["decisions"] > 20
