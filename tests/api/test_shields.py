"""A contact that asks for somebody to be hidden is answered as accepted once they are, and not before."""

import time
from pathlib import Path

import httpx

from tests.hub_process import HubProcess, bearer, contact

SOURCE = "urn:ods:F81XXX/systmone"
SHIELDED = [{"ref": "p1", "name": {"family": "Okoro", "given": ["Grace"]}, "flags": ["shielded"]}]


def test_with_no_engine_at_work_a_shield_is_said_soon_to_be_stored_and_not_yet_in_force(
    tmp_path: Path,
) -> None:
    api, engine = (
        HubProcess(tmp_path / "home"),
        HubProcess(tmp_path / "home"),
    )
    try:
        api.begin("api")
        api.until_up()
        key = bearer(api.partner_key(SOURCE, "grays-surgery"))
        message = contact(
            SOURCE,
            "m-1",
            people=SHIELDED,
            relationships=[],
            concerns=[{"code": "care-need", "about": "p1"}],
        )
        with httpx.Client(base_url=api.url, timeout=60, headers=key) as client:

            def post() -> httpx.Response:
                return client.post(
                    "/v1/contacts",
                    json=message,
                    headers={"content-type": "application/cloudevents+json"},
                )

            begun = time.monotonic()
            pending = post()
            assert pending.status_code == 503, pending.text
            assert time.monotonic() - begun < 15
            assert pending.headers["retry-after"] == "1"
            assert "is not hidden yet" in pending.json()["detail"]
            engine.begin("engine")
            end = time.monotonic() + 60
            while (told := post()).status_code == 503 and time.monotonic() < end:
                time.sleep(0.5)
            assert told.status_code == 202, told.text
            assert told.headers["idempotent-replayed"] == "true"
            assert told.json()["id"] in pending.json()["detail"]
    finally:
        engine.stop()
        api.stop()
