"""Made-up partners, staff and contacts for a demonstration, sent through the same door as live ones."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from hub.contacts.cloud_event import TAKEN, Message
from hub.contacts.receive import Carrier
from hub.errors import NotAllowed
from hub.partners.register import add_partner, list_partners
from hub.services import Hub
from hub.teams.register import add_staff

FILE = Path(__file__).with_name("contacts.yaml")


async def load(hub: Hub) -> int:
    """Load the made-up contacts unless they are there already; how many were sent. Raises NotAllowed on a live log."""
    if not hub.demonstration:
        raise NotAllowed("This log is live: made-up people are never mixed into it.")
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if await list_partners(hub.log):
        return 0
    slugs = {}
    for partner in said["partners"]:
        await add_partner(hub.log, partner["source"], partner["name"], partner["slug"])
        slugs[partner["source"]] = partner["slug"]
    for member in said["staff"]:
        await add_staff(hub.log, member["name"], member["team"], member.get("role", "duty"))
    for contact in said["contacts"]:
        slug = slugs[contact["source"]]
        carrier = Carrier("file", slug, frozenset({contact["source"]}))
        await hub.intake.accept(message_of(hub, contact), carrier)
    return len(said["contacts"])


def message_of(hub: Hub, contact: dict[str, Any]) -> Message:
    """A made-up contact as a message, dated so many hours ago."""
    occurred = (hub.now() - timedelta(hours=contact["hours_ago"])).replace(microsecond=0)
    event = {
        "specversion": "1.0",
        "id": contact["id"],
        "source": contact["source"],
        "type": TAKEN,
        "data": {"occurred_at": occurred.isoformat(), **contact["data"]},
    }
    return Message(json.dumps(event).encode(), "application/cloudevents+json")
