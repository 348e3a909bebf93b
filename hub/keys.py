"""Keys: what they look like, how they are kept (hashed, never as they are), and the port that looks them up."""

import base64
import hashlib
from typing import Literal, Protocol

KeyTable = Literal["partner_keys", "staff_keys"]
SECRET_BYTES = 32

PARTNER_KEY, STAFF_KEY, SIGN_IN_LINK, SESSION = "nwd_p_", "nwd_s_", "nwd_l_", "nwd_w_"


class Keys(Protocol):
    """The keys that work now. Read uncached: one that is revoked stops working at once."""

    async def find(self, table: str, sha256: str) -> tuple[str, str] | None:
        """Holder and key id of a key that is neither revoked, expired nor single-use; None where there is none."""

    async def use(self, table: str, sha256: str) -> tuple[str, str] | None:
        """Holder and key id of a single-use key, which never works again; None where it was used, revoked or expired."""


def key_text(prefix: str, secret: bytes) -> str:
    """The key as its holder gets it, once: a prefix that says what it is, and 256 random bits."""
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a key is made of {SECRET_BYTES} random bytes")
    return prefix + base64.urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def digest(key: str) -> str:
    """How a key is kept: SHA-256 (hex). It carries 256 random bits, so it needs no salt."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
