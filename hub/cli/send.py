"""`hub send`: sends contacts through the same door as HTTP."""

from typing import Any

import typer

from hub.cli._files import Files, messages_in
from hub.cli._open import with_hub
from hub.cli._say import AsJson, counted, say, say_json
from hub.contacts.cloud_event import Message
from hub.contacts.receive import Carrier
from hub.errors import HubError, TooLarge
from hub.services import Hub


def command(files: Files, as_json: AsJson = False) -> None:
    """Send contacts through the door that HTTP uses, and print what became of each."""
    placed = list(messages_in(files))

    async def send(hub: Hub) -> list[dict[str, Any]]:
        return [await send_one(hub, *one) for one in counted(placed, "Sending")]

    told = with_hub(send)
    for one in told:
        say_json(one) if as_json else say(line_of(one))
    if any("error" in one for one in told):
        raise typer.Exit(1)


async def send_one(hub: Hub, place: str, message: Message) -> dict[str, Any]:
    """One message: accepted, or refused and kept. Its source decides whose it is; one that is nobody's is taken as the operator's."""
    source = source_of(message)
    slug = await hub.partners.slug_of(source) if source else None
    try:
        answer = await hub.intake.accept(message, Carrier("file", slug))
    except HubError as error:
        faults = [fault.model_dump(exclude_none=True) for fault in error.faults]
        return {
            "place": place,
            "status": error.status,
            "error": error.slug,
            "says": error.says,
            "errors": faults,
        }
    return {
        "place": place,
        "status": 202,
        "id": answer.contact,
        "position": answer.position,
        "again": answer.again,
        "doubts": [doubt.model_dump() for doubt in answer.doubts],
    }


def source_of(message: Message) -> str | None:
    """The source a message names, where it can be read."""
    from hub.contacts.cloud_event import open_envelope

    try:
        return open_envelope(message).text("source")
    except HubError:
        return None


def line_of(told: dict[str, Any]) -> str:
    """What became of a message, for a person."""
    if "error" in told:
        places = "; ".join(f"{f['pointer'] or 'the message'}: {f['says']}" for f in told["errors"])
        kept = "refused" if told["error"] == TooLarge.slug else "refused and kept"
        return f"{told['place']}: {kept} ({told['error']}): {places or told['says']}"
    doubts = f", {len(told['doubts'])} doubts" if told["doubts"] else ""
    return f"{told['place']}: {'the same as before' if told['again'] else 'accepted'} as {told['id']}{doubts}"
