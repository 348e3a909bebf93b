"""Whether a database can be had, and why not: in sentences that show nothing of its password."""

import time
from collections.abc import Callable

import psycopg
from psycopg.conninfo import conninfo_to_dict

from hub.errors import Unavailable

UNREADABLE = (
    "HUB_DATABASE_URL cannot be read: write it like postgresql://NAME:PASSWORD@HOST:5432/DATABASE, "
    "in the password %40 for @, %2F for /, %23 for #, %3A for : and %25 for %."
)
ON_ITS_WAY = ("starting up", "shutting down", "not yet accepting", "recovery")
AGAIN = 0.5
OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError, OSError, TimeoutError)


def check_dsn(dsn: str) -> None:
    """Raises ValueError where it cannot be what was meant, such as a password that ran over into the host. Quotes nothing of it."""
    try:
        said = conninfo_to_dict(dsn)
    except psycopg.Error:
        raise ValueError(UNREADABLE) from None
    ran_over = any("@" in str(said.get(part, "")) for part in ("host", "port", "dbname"))
    ports = str(said.get("port", "")).split(",")
    if ran_over or not all(port.isdecimal() for port in ports if port):
        raise ValueError(UNREADABLE)


def wait_for(dsn: str, seconds: float, tell: Callable[[str], None]) -> None:
    """Until the database answers, be it with a refusal, or the time is up."""
    end, told = time.monotonic() + seconds, False
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if refuses(error) or time.monotonic() > end:
                return
            if not told:
                tell(f"waiting up to {seconds:.0f} seconds for the database: {first_line(error)}")
                told = True
            time.sleep(AGAIN)
        else:
            return


def refuses(error: psycopg.OperationalError) -> bool:
    """Whether a server answered and will not have us, which waiting does not change."""
    words = str(error)
    return "FATAL" in words and not any(each in words for each in ON_ITS_WAY)


def why_not(error: psycopg.Error) -> Exception:
    """What is said of a database that could not be made ready."""
    if isinstance(error, psycopg.OperationalError):
        return Unavailable(f"The database does not answer: {first_line(error)}")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return ValueError(
            f"The database cannot be made ready: {first_line(error)}. "
            "HUB_DATABASE_URL must name the database's owner, who may create roles."
        )
    return error


def first_line(error: psycopg.Error) -> str:
    """The server's own sentence, without the details that follow."""
    return (str(error).splitlines() or [type(error).__name__])[0]
