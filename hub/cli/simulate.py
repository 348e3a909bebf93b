"""`hub simulate`: the made-up borough goes on living."""

import http.client
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Annotated, Any

import typer

from events.log_created import LogCreated
from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_json
from hub.demo.borough import Borough, Sent, borough_of
from hub.demo.simulate import live_contacts
from hub.errors import NotAllowed, Unavailable
from hub.partners.register import issue_partner_key
from hub.services import Hub, utc_now
from hub.settings import Settings, read_settings

Send = Callable[[Sent], tuple[int, str]]
WAITS = 30


def command(
    rate: Annotated[float, typer.Option("--rate", help="Contacts a second.")] = 0.2,
    count: Annotated[
        int | None, typer.Option("--count", help="Stop after so many; else Ctrl-C does.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep sending live contacts about the made-up borough to the hub that runs here, over HTTP, as its partners do."""
    if not 0 < rate <= 1000:
        raise ValueError("--rate must be more than 0 and at most 1000 contacts a second.")
    settings = read_settings()
    borough = with_hub(borough_behind)
    send = sending(settings, Keys())
    try:
        for sent, (status, answer) in paced(borough, rate, count, send):
            line = {"source": sent.source, "id": sent.id, "status": status}
            say_json(line) if as_json else say(f"{sent.slug}: {status} {answer}")
    except KeyboardInterrupt:
        return


async def borough_behind(hub: Hub) -> Borough:
    """The borough of this log; raises NotAllowed where it has none."""
    [first] = await hub.log.read(0, 1)
    found = borough_of(first.event) if isinstance(first.event, LogCreated) else None
    if found is None or not found.households:
        raise NotAllowed("This log has no made-up borough that could go on living.")
    return found


class Keys:
    """A key of each partner that sends, issued when it first does."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def of(self, slug: str) -> str:
        """The key of a partner."""
        if slug not in self._keys:
            self._keys[slug] = with_hub(lambda hub: issue_partner_key(hub.log, slug))
        return self._keys[slug]


def paced(borough: Borough, rate: float, count: int | None, send: Send) -> Iterator[tuple[Sent, tuple[int, str]]]:  # fmt: skip
    """Send at the rate, as far as the hub keeps up with it."""
    due = time.monotonic()
    for sent in islice(live_contacts(borough, utc_now), count):
        time.sleep(max(0.0, due - time.monotonic()))
        due += 1 / rate
        yield sent, send(sent)


def sending(settings: Settings, keys: Keys) -> Send:
    """Sends a contact by POST; one that the hub has no room for now is sent again when it says."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104  # an address to ask, not one to listen on

    def send(sent: Sent) -> tuple[int, str]:
        headers = {
            "Authorization": f"Bearer {keys.of(sent.slug)}",
            "Content-Type": sent.message.content_type or "application/cloudevents+json",
        }
        while True:
            status, answer, again = posted(host, settings.port, sent.message.body, headers)
            if status not in (429, 503):
                return status, answer
            time.sleep(again)

    return send


def posted(host: str, port: int, body: bytes, headers: dict[str, str]) -> tuple[int, str, float]:
    """The status, what it says, and after how many seconds it may be sent again. Raises Unavailable where no hub answers."""
    connection = http.client.HTTPConnection(host, port, timeout=WAITS)
    try:
        connection.request("POST", "/v1/contacts", body, headers)
        response = connection.getresponse()
        answer: Any = response.read().decode()
        return response.status, answer[:200], float(response.headers.get("Retry-After") or 1)
    except OSError:
        says = f"No hub answers on http://{host}:{port}: start it with `hub run`."
        raise Unavailable(says) from None
    finally:
        connection.close()
