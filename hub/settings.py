"""The settings, all from the environment, read once at the door."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set.

    HUB_HOME           the data folder (default `var/` beside the checkout)
    HUB_PORT           the port of API and pages (8000)
    HUB_HOST           the address they listen on (127.0.0.1)
    HUB_DATABASE_URL   a PostgreSQL to use; none: the embedded one under HUB_HOME
    HUB_KAFKA          bootstrap servers; none: no Kafka
    HUB_COUNCIL        the council this deployment serves (thurrock); names the schemas
    """

    home: Path
    port: int
    host: str
    database_url: str | None
    kafka: str | None
    council: str


def read_settings() -> Settings:
    """The settings of this process. Raises ValueError naming the variable that cannot be used."""
    env = os.environ
    port = env.get("HUB_PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"HUB_PORT must be a port number, not {port!r}")
    council = env.get("HUB_COUNCIL", "thurrock")
    if not (council.isascii() and council.replace("_", "").isalnum() and council[0].isalpha()):
        raise ValueError(f"HUB_COUNCIL must be letters, digits and underscores, not {council!r}")
    return Settings(
        home=Path(env.get("HUB_HOME") or "var").absolute(),
        port=int(port),
        host=env.get("HUB_HOST", "127.0.0.1"),
        database_url=env.get("HUB_DATABASE_URL") or None,
        kafka=env.get("HUB_KAFKA") or None,
        council=council.lower(),
    )
