"""The settings, all from the environment, read once at the door."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


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
        kafka=env.get("HUB_KAFKA") or None,
        council=council.lower(),
        kafka_security=read_kafka_security(env),
        most_requests=number("HUB_MOST_REQUESTS", 2000, least=2),
        most_bytes=number("HUB_MOST_BYTES", 16_000_000, least=4_000_000),
        patience=float(number("HUB_PATIENCE", 10, least=1)),
    )


def read_database_url(env: Mapping[str, str]) -> str | None:
    """The database to use, with the password of its file. Raises ValueError where that cannot be read; quotes nothing of it."""
    url, file = env.get("HUB_DATABASE_URL") or None, env.get("HUB_DATABASE_PASSWORD_FILE") or None
    if url is None or file is None:
        return url
    try:
        password = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"HUB_DATABASE_PASSWORD_FILE cannot be read: {file!r}") from None
    if "://" in url:
        return f"{url}{'&' if '?' in url else '?'}password={quote(password, safe='')}"
    said = password.replace("\\", "\\\\").replace("'", "\\'")
    return f"{url} password='{said}'"


def number(name: str, default: int, least: int) -> int:
    """A setting that is a whole number of some size. Raises ValueError naming it."""
    said = os.environ.get(name) or str(default)
    if not (said.isascii() and said.isdigit()) or int(said) < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {said!r}")
    return int(said)


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
