"""Pages by e-mail, over SMTP: the standard library's client in a thread of its own, one connection a page."""

import asyncio
import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as RFC_5322
from email.utils import localtime

from events.of_page import Way
from hub.paging.page import NotDelivered, Page
from hub.settings import MailServer

NOT_SET_UP = "No mail server is set up: HUB_SMTP names none."
LATE = "The mail server did not answer in time."
OVERALL = 3.0  # times the patience of one answer: a server that answers a little at a time is given up too
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """Sends pages by a mail server; by none where the settings name none."""

    server: MailServer | None
    patience: float = 10.0
    trusts: ssl.SSLContext | None = None
    by: Way = "email"

    @property
    def not_set_up(self) -> str | None:
        return None if self.server else NOT_SET_UP

    async def carry(self, page: Page, to: str) -> None:
        """See hub.paging.page.Carrier."""
        if self.server is None:
            raise NotDelivered(NOT_SET_UP)
        message = message_of(page, to, self.server.sender)
        try:
            sent = asyncio.to_thread(self._send, self.server, message, to)
            await asyncio.wait_for(sent, self.patience * OVERALL)
        except (smtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise why_not(error) from None  # its own words may quote the address

    def _send(self, server: MailServer, message: EmailMessage, to: str) -> None:
        client = self._connected(server)
        try:
            if server.security == "starttls":
                client.starttls(context=self._context())
            if server.user:
                client.login(server.user, server.password or "")
            client.send_message(message, server.sender, [to])
            with contextlib.suppress(smtplib.SMTPException, OSError):
                client.quit()  # it has been taken, whatever is said now
        finally:
            client.close()

    def _connected(self, server: MailServer) -> smtplib.SMTP:
        name = Address(addr_spec=server.sender).domain
        if server.security == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=self.patience, context=self._context()
            )
        return smtplib.SMTP(server.host, server.port, name, timeout=self.patience)

    def _context(self) -> ssl.SSLContext:
        return self.trusts or ssl.create_default_context()


def message_of(page: Page, to: str, sender: str) -> EmailMessage:
    """The message: the same each time, but for its date. Whoever gets it twice sees by its Message-ID that it is one."""
    message = EmailMessage(policy=RFC_5322)
    message["Subject"] = page.subject
    message["From"] = Address("No Wrong Doors hub", addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = localtime()
    message["Message-ID"] = f"<{page.reference}@{Address(addr_spec=sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Importance"] = "high"
    plain = "7bit" if page.text.isascii() else None  # no line is broken: a link is to be pressed
    message.set_content(page.text, charset="utf-8", cte=plain)
    return message


def why_not(error: Exception) -> NotDelivered:
    """Why it was not delivered, in words that quote nothing the server said."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return NotDelivered(
                f"The mail server does not let the hub sign in ({error.smtp_code})."
            )
        case smtplib.SMTPRecipientsRefused():
            return refused(next(iter(error.recipients.values()))[0])
        case smtplib.SMTPDataError():
            return refused(error.smtp_code)
        case smtplib.SMTPSenderRefused():
            return NotDelivered(f"The mail server refused the hub as a sender ({error.smtp_code}).")
        case smtplib.SMTPResponseException():
            return NotDelivered(f"The mail server does not serve the hub ({error.smtp_code}).")
        case smtplib.SMTPNotSupportedError():
            return NotDelivered("The mail server does not offer what HUB_SMTP asks for.")
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return NotDelivered(LATE)
        case smtplib.SMTPServerDisconnected():
            return NotDelivered("The mail server broke the connection off.")
        case TimeoutError():
            return NotDelivered(LATE)
        case ssl.SSLError():
            return NotDelivered("The mail server's certificate or encryption cannot be trusted.")
        case OSError():
            return NotDelivered("The mail server cannot be reached.")
        case _:
            return NotDelivered("The message could not be sent.")


def refused(code: int) -> NotDelivered:
    """What the server's answer means: from 500 on it will not take it however often it is asked."""
    if code >= PERMANENT:
        return NotDelivered(f"The mail server refused it for good ({code}).", for_good=True)
    return NotDelivered(f"The mail server refused it for now ({code}).")
