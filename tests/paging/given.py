"""A mail server and a web server on this machine, an ask that cannot wait, and a pager with a clock that is set by hand."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.controller import Controller

from adapters.paging.mail import Mail
from adapters.paging.webhook import Webhook
from adapters.postgres.log import PostgresLog
from events.base import Event
from events.contact_reconsidered import ContactReconsidered, RouteNamed
from events.contact_routed import ContactRouted
from events.envelope import new_event
from events.page_failed import PageFailed
from events.referral_sent import ReferralSent
from hub.clocks import england
from hub.log import Append
from hub.paging.pager import Pager
from hub.policies.register import begin_with_shipped
from hub.settings import MailServer
from hub.teams.in_force import TeamsOf, adopt
from tests.hub_process import free_port
from tests.teams.given import changed

SECRET = "so that the receiver knows who calls"  # made up
URL = "https://hub.example.org"
C1, R1, R2 = "C-26-000001", "R-26-000001-1", "R-26-000001-2"
C2, N2, N2_AGAIN = "C-26-000002", "N-26-000002-F7-MASH", "N-26-000002-K000812-F7-MASH"
BEGAN = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
PATIENCE = 0.5


class MailHost:
    """An SMTP server: keeps what it takes, answers what it is told to; `slow` seconds after it took it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[bytes] = []
        self.answers: list[str] = []
        self.slow = 0.0
        self._controller: Controller | None = None

    def start(self) -> Self:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, server_hostname="mail.test"
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's own name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            self.taken.append(envelope.original_content)
        await asyncio.sleep(self.slow)
        return answer

    @property
    def messages(self) -> list[Message]:
        return [message_from_bytes(each) for each in self.taken]

    @property
    def settings(self) -> MailServer:
        return MailServer("127.0.0.1", self.port, "none", "hub@council.example.org")


@dataclass
class Posted:
    """What the web server was sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        return json.loads(self.body)


class WebHost:
    """A web server: keeps what is posted, answers what it is told to; `slow` seconds later."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.answers: list[int] = []
        self.slow = 0.0
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # http.server's own name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                host.posted.append(Posted(self.path, dict(self.headers), body))
                host.waits.wait(host.slow)
                status = host.answers.pop(0) if host.answers else 204
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.waits = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/page?team=mash"

    def stop(self) -> None:
        self.waits.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


def mail_host() -> Iterator[MailHost]:
    host = MailHost().start()
    yield host
    host.stop()


def web_host() -> Iterator[WebHost]:
    host = WebHost()
    yield host
    host.stop()


MASH = "{name: Multi-Agency Safeguarding Hub, front_door: children"
EDT = "{name: Emergency duty team"


def teams(*, mash: str = "", edt: str = "") -> str:
    """The shipped register, with what these records say besides: `email: duty@mash.example.org`."""
    changes = [
        (record, f"{{{said}, {record[1:]}") for record, said in ((MASH, mash), (EDT, edt)) if said
    ]
    return changed(*changes)


@dataclass
class World:
    """A log with the shipped policy and these teams, and one pager over it."""

    log: PostgresLog
    mail: MailServer | None = None
    secret: str | None = SECRET
    now: datetime = BEGAN
    url: str = URL
    pager: Pager = field(init=False)

    async def begin(self, register: str = "") -> Self:
        if register:
            await begin_with_shipped(self.log, england())
            await adopt(self.log, register)
        carriers = (Mail(self.mail, PATIENCE), Webhook(self.secret, PATIENCE))
        self.pager = Pager(
            self.log, self.log, TeamsOf(self.log).now, carriers, self.url, lambda: self.now, still_ours=ours
        )  # fmt: skip
        await self.pager.begin()
        return self

    async def ask(self, rule: str = "R0", team: str = "MASH", referral: str = R1) -> None:
        """An ask is made to a team."""
        await self.record(sent(rule, team, referral))

    async def record(self, event: Event) -> None:
        """Something happens."""
        stream = f"{event.STREAM}:{event.stream_id()}"
        version = len(await self.log.read_stream(stream)) + 1
        await self.log.append(Append((new_event(event, version, actor="staff:S-1"),)))

    async def pages(self) -> list[Event]:
        """The pager does all that is due now; what was said since the ask."""
        for _ in range(2):
            await self.pager.turn()
            await asyncio.gather(*(w.task for w in self.pager.waiting.values() if w.task))
        await self.pager.turn()
        return await self.said()

    async def later(self, minutes: float) -> list[Event]:
        """The same so much later."""
        self.now += timedelta(minutes=minutes)
        return await self.pages()

    async def said(self, referral: str = R1) -> list[Event]:
        return [e.event for e in await self.log.read_stream(f"page:{referral}")]


async def ours() -> None:
    """Nobody else pages."""


def sent(rule: str = "R0", team: str = "MASH", referral: str = R1) -> ReferralSent:
    """An ask to a team."""
    example = ReferralSent.example()
    return example.model_copy(
        update={
            "referral": referral,
            "contact": C1,
            "rule": rule,
            "team": team,
            "clock_started_at": BEGAN,
        }
    )


def in_short(events: list[Event]) -> list[str]:
    """What was said, without its times: `sent MASH email 1`."""
    return [short(event) for event in events]


def short(event: Event) -> str:
    said = event.model_dump()
    kind = event.TYPE.partition(".")[2]
    if "to" in said:
        return f"{kind} {said['team']} {said['to']}"
    again = said.get("again_at")
    minutes = f" again in {round((again - said['at']).total_seconds() / 60)}" if again else ""
    return f"{kind} {said['team']} {said['by']} {said['attempt']}{minutes}"


def because(event: Event) -> str:
    assert isinstance(event, PageFailed)
    return event.because


def news(row: str = "R1", team: str = "MASH") -> ContactRouted:
    """What is new about somebody whom a team has already, by a row of routing.md."""
    example = ContactRouted.example()
    held = example.decision.routes[0].model_copy(
        update={"rule": "F7", "row": row, "team": team, "held_by": R1}
    )
    decision = example.decision.model_copy(update={"routes": (held,)})
    return example.model_copy(update={"contact": C2, "decision": decision})


def corrected(row: str = "R1", team: str = "MASH") -> ContactReconsidered:
    """A correction of the same contact: it is by this row, newly, that the team should know of somebody whom it has already."""
    routed = news(row, team)
    [held] = routed.decision.routes
    newly = RouteNamed(row=row, about=held.about, person=held.person, team=team)
    return ContactReconsidered.example().model_copy(
        update={
            "contact": C2,
            "decision": routed.decision,
            "newly": (newly,),
            "amendment": "K-000812",
        }
    )
