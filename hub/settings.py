"""The settings, all from the environment, read once at the door."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
BROKER = re.compile(r"\s*([\w.\-]+|\[[0-9A-Fa-f:.]+\])(:(?P<port>[0-9]{1,5}))?\s*")


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    """How the hub shows itself to Kafka. The password is in no text that shows the settings."""

    protocol: str = "PLAINTEXT"
    mechanism: str = "SCRAM-SHA-512"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    cafile: str | None = None

    @property
    def signs_in(self) -> bool:
        """Whether it has a name and a password there."""
        return self.protocol.startswith("SASL")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The mail server that pages go by. The password is in no text that shows the settings.

    security  starttls: encrypted or not at all; tls: encrypted from the first byte; none: a server that the council trusts its line to
    sender    the address that pages come from
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PagingSettings:
    """How the hub pages teams: `url` is where people open it, `secret` what webhooks are signed with."""

    url: str = "http://localhost:8000"
    mail: MailServer | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set.

    HUB_HOME           the data folder (default `var/` beside the checkout)
    HUB_PORT           the port of API and pages (8000)
    HUB_HOST           the address they listen on (127.0.0.1)
    HUB_DATABASE_URL   a PostgreSQL to use; none: the embedded one under HUB_HOME
    HUB_DATABASE_PASSWORD_FILE  a file that holds that PostgreSQL's password, which then stands in no setting
    HUB_KAFKA          bootstrap servers; none: no Kafka
    HUB_KAFKA_SECURITY_PROTOCOL  PLAINTEXT (the default), SSL, SASL_PLAINTEXT or SASL_SSL
    HUB_KAFKA_SASL_MECHANISM     PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 (the default)
    HUB_KAFKA_USERNAME           the hub's name in Kafka, where it signs in
    HUB_KAFKA_PASSWORD           its password there
    HUB_KAFKA_CAFILE             certificates that may vouch for the brokers (default: the machine's)
    HUB_URL            where people open the hub, for the links in pages (http://localhost with the port)
    HUB_SMTP           the mail server that pages go by: smtp://USER:PASSWORD@HOST:587, or smtps://…; none: no page goes by e-mail
    HUB_SMTP_FROM      the address that pages come from; needed with HUB_SMTP
    HUB_SMTP_PASSWORD  the mail server's password, where it does not stand in HUB_SMTP
    HUB_SMTP_PASSWORD_FILE       a file that holds it instead
    HUB_WEBHOOK_SECRET           what pages by webhook are signed with; none: nobody is paged by webhook
    HUB_WEBHOOK_SECRET_FILE      a file that holds it instead
    HUB_COUNCIL        the council this deployment serves (thurrock); names the schemas
    HUB_MOST_REQUESTS  requests that partners may have under way at once (2000); more is answered 503, or 429 for the one who floods
    HUB_MOST_BYTES     bytes of bodies that may be under way at once (16000000)
    HUB_LOG            text (the default) or json: how the program's own log is written, to standard error
    HUB_PATIENCE       seconds that a request waits for the database, or for its own body, before it is answered (10)
    """

    home: Path
    port: int
    host: str
    database_url: str | None
    kafka: str | None
    council: str
    kafka_security: KafkaSecurity = KafkaSecurity()
    most_requests: int = 2000
    most_bytes: int = 16_000_000
    patience: float = 10.0
    paging: PagingSettings = PagingSettings()


def default_home() -> Path:
    """`var/` beside the checkout, wherever a command is called from; in the folder it is called from where there is no checkout."""
    checkout = Path(__file__).parent.parent
    return (checkout if (checkout / "pyproject.toml").exists() else Path()) / "var"


def read_settings() -> Settings:
    """The settings of this process; an empty one counts as not set. Raises ValueError naming the variable that cannot be used."""
    env = os.environ
    port = env.get("HUB_PORT") or "8000"
    if not (port.isascii() and port.isdigit()) or not 0 < int(port) < 65536:
        raise ValueError(f"HUB_PORT must be a port number, not {port!r}")
    council = env.get("HUB_COUNCIL") or "thurrock"
    if not (council.isascii() and council.replace("_", "").isalnum() and council[0].isalpha()):
        raise ValueError(f"HUB_COUNCIL must be letters, digits and underscores, not {council!r}")
    return Settings(
        home=Path(env.get("HUB_HOME") or default_home()).absolute(),
        port=int(port),
        host=env.get("HUB_HOST") or "127.0.0.1",
        database_url=read_database_url(env),
        kafka=read_kafka(env),
        council=council.lower(),
        kafka_security=read_kafka_security(env),
        most_requests=number("HUB_MOST_REQUESTS", 2000, least=2),
        most_bytes=number("HUB_MOST_BYTES", 16_000_000, least=4_000_000),
        patience=float(number("HUB_PATIENCE", 10, least=1)),
        paging=read_paging(env, int(port)),
    )


def read_database_url(env: Mapping[str, str]) -> str | None:
    """The database to use, with the password of its file. Raises ValueError where that cannot be read; quotes nothing of it."""
    url, file = env.get("HUB_DATABASE_URL") or None, env.get("HUB_DATABASE_PASSWORD_FILE") or None
    if url is None or file is None:
        return url
    password = kept_in("HUB_DATABASE_PASSWORD_FILE", file)
    if "://" in url:
        return f"{url}{'&' if '?' in url else '?'}password={quote(password, safe='')}"
    said = password.replace("\\", "\\\\").replace("'", "\\'")
    return f"{url} password='{said}'"


def kept_in(name: str, file: str) -> str:
    """The secret that a file holds. Raises ValueError naming the setting where it cannot be read; quotes nothing of it."""
    try:
        return Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{name} cannot be read: {file!r}") from None


def secret(env: Mapping[str, str], name: str) -> str | None:
    """A secret, from the setting itself or from the file that another names."""
    file = env.get(f"{name}_FILE")
    return kept_in(f"{name}_FILE", file) if file else env.get(name) or None


def read_paging(env: Mapping[str, str], port: int) -> PagingSettings:
    """How teams are paged. Raises ValueError naming the variable that cannot be used; never with a password."""
    url = (env.get("HUB_URL") or f"http://localhost:{port}").rstrip("/")
    if not url.startswith(("http://", "https://")) or any(c.isspace() for c in url):
        raise ValueError(
            "HUB_URL must be an http or https address, such as https://hub.example.org"
        )
    return PagingSettings(url, read_mail_server(env), secret(env, "HUB_WEBHOOK_SECRET"))


def read_mail_server(env: Mapping[str, str]) -> MailServer | None:
    """The mail server. Raises ValueError naming what cannot be used; never with the password."""
    said = env.get("HUB_SMTP")
    if not said:
        return None
    sender = env.get("HUB_SMTP_FROM") or ""
    if sender.count("@") != 1 or any(c.isspace() or c in "<>," for c in sender):
        raise ValueError("HUB_SMTP_FROM must be the address that pages come from, beside HUB_SMTP")
    try:
        place = urlsplit(said)
        port = place.port
    except ValueError:
        raise ValueError(SMTP_FORM) from None
    security = security_of(place)
    if security is None or not place.hostname or place.path not in ("", "/"):
        raise ValueError(SMTP_FORM)
    user = unquote(place.username) if place.username else None
    password = secret(env, "HUB_SMTP_PASSWORD") or unquote(place.password or "") or None
    if user and security == "none":
        raise ValueError(
            "HUB_SMTP would send a password in the clear: leave ?tls=none out, or the name"
        )
    if bool(user) != bool(password):
        raise ValueError("HUB_SMTP needs both a name and a password, or neither")
    usual = 465 if security == "tls" else 587
    return MailServer(place.hostname, port or usual, security, sender, user, password)


SMTP_FORM = "HUB_SMTP must be smtp://USER:PASSWORD@HOST:PORT or smtps://…, without a name also smtp://HOST:PORT?tls=none"


def security_of(place: SplitResult) -> Literal["starttls", "tls", "none"] | None:
    """How a mail server's line is kept, by its address; None where that says nothing one knows."""
    asked = parse_qs(place.query)
    if place.scheme == "smtps" and not asked:
        return "tls"
    if place.scheme == "smtp" and asked in ({}, {"tls": ["none"]}):
        return "none" if asked else "starttls"
    return None


def number(name: str, default: int, least: int) -> int:
    """A setting that is a whole number of some size. Raises ValueError naming it."""
    said = os.environ.get(name) or str(default)
    if not (said.isascii() and said.isdigit()) or int(said) < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {said!r}")
    return int(said)


def read_kafka(env: Mapping[str, str]) -> str | None:
    """Kafka's bootstrap servers, or None. Raises ValueError where one can be no address: the relay would end in its work."""
    said = env.get("HUB_KAFKA") or None
    for server in said.split(",") if said else ():
        found = BROKER.fullmatch(server)
        if found is None or not 0 < int(found["port"] or 1) < 65536:
            raise ValueError(f"HUB_KAFKA must be like HOST:9092,HOST:9092, not {said!r}")
    return said


def read_kafka_security(env: Mapping[str, str]) -> KafkaSecurity:
    """How Kafka is to be reached. Raises ValueError naming the variable that cannot be used; never with the password."""
    security = KafkaSecurity(
        protocol=env.get("HUB_KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT",
        mechanism=env.get("HUB_KAFKA_SASL_MECHANISM") or "SCRAM-SHA-512",
        username=env.get("HUB_KAFKA_USERNAME") or None,
        password=env.get("HUB_KAFKA_PASSWORD") or None,
        cafile=env.get("HUB_KAFKA_CAFILE") or None,
    )
    if security.protocol not in PROTOCOLS:
        raise ValueError(f"HUB_KAFKA_SECURITY_PROTOCOL must be one of {', '.join(PROTOCOLS)}")
    if security.mechanism not in MECHANISMS:
        raise ValueError(f"HUB_KAFKA_SASL_MECHANISM must be one of {', '.join(MECHANISMS)}")
    if security.signs_in and not (security.username and security.password):
        raise ValueError(
            f"HUB_KAFKA_USERNAME and HUB_KAFKA_PASSWORD must be set for {security.protocol}"
        )
    if security.cafile and not Path(security.cafile).is_file():
        raise ValueError(f"HUB_KAFKA_CAFILE names no file: {security.cafile!r}")
    return security
