"""Pages by webhook: a small signed JSON object, posted to the address of the team's record, and never anywhere else."""

import asyncio
import hashlib
import hmac
import http.client
import json
import ssl
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import SplitResult, urlsplit

from events.of_page import Way
from hub.paging.page import NotDelivered, Page

NOT_SET_UP = "No webhook can be signed: HUB_WEBHOOK_SECRET is not set."
HERE = ("127.0.0.1", "::1", "localhost")
OVERALL = 3.0  # times the patience of one answer
GONE = 410


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts pages, signed by a secret that the receiver knows too. Redirects are never followed, no proxy is asked."""

    secret: str | None
    patience: float = 10.0
    trusts: ssl.SSLContext | None = None
    by: Way = "webhook"

    @property
    def not_set_up(self) -> str | None:
        return None if self.secret else NOT_SET_UP

    async def carry(self, page: Page, to: str) -> None:
        """See hub.paging.page.Carrier."""
        if self.secret is None:
            raise NotDelivered(NOT_SET_UP)
        body = body_of(page)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": page.reference,
            "Hub-Signature": signature(self.secret, body),
            "User-Agent": "no-wrong-doors-hub",
        }
        try:
            posted = asyncio.to_thread(self._post, to, body, headers)
            status = await asyncio.wait_for(posted, self.patience * OVERALL)
        except (http.client.HTTPException, OSError, TimeoutError, ValueError) as error:
            raise why_not(error) from None  # its own words may quote the address
        answered(status)

    def _post(self, to: str, body: bytes, headers: dict[str, str]) -> int:
        place = urlsplit(to)
        connection = self._connection(place)
        try:
            path = f"{place.path or '/'}{f'?{place.query}' if place.query else ''}"
            connection.request("POST", path, body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self, place: SplitResult) -> http.client.HTTPConnection:
        host = place.hostname or ""
        if place.scheme == "https":
            context = self.trusts or ssl.create_default_context()
            return http.client.HTTPSConnection(
                host, place.port, timeout=self.patience, context=context
            )
        if host not in HERE:
            raise NotDelivered("The webhook is not an https address.", for_good=True)
        return http.client.HTTPConnection(host, place.port, timeout=self.patience)


def body_of(page: Page) -> bytes:
    """What is posted: the same bytes each time this team is paged about this ask."""
    sent_at = page.sent_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    said = {"reference": page.ask, "team": page.team, "url": page.url, "sent_at": sent_at}
    return json.dumps(said, separators=(",", ":")).encode()


def signature(secret: str, body: bytes) -> str:
    """By what the receiver knows that the hub said it, and said this: HMAC-SHA256 of the body, in hex."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def answered(status: int) -> None:
    """Nothing where the receiver took it. Raises NotDelivered."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        says = f"The webhook answered with a redirect ({status}), which the hub does not follow."
        raise NotDelivered(says, for_good=True)
    if status == GONE:
        raise NotDelivered(f"The webhook is gone ({status}).", for_good=True)
    raise NotDelivered(f"The webhook answered with an error ({status}).")


def why_not(error: Exception) -> NotDelivered:
    """Why it was not delivered, in words that quote no address."""
    match error:
        case TimeoutError():
            return NotDelivered("The webhook did not answer in time.")
        case ssl.SSLError():
            return NotDelivered("The webhook's certificate or encryption cannot be trusted.")
        case OSError():
            return NotDelivered("The webhook cannot be reached.")
        case http.client.HTTPException():
            return NotDelivered("The webhook did not answer as a web server does.")
        case _:
            return NotDelivered("The webhook's address cannot be used.")
