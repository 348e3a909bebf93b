"""The seam where payloads are sealed: plain for now; each will be bound to its stream, version, type and key."""

from typing import Protocol


class Sealer(Protocol):
    """Turns a payload into what is stored, and back."""

    def seal(
        self, payload: bytes, stream: str, version: int, type_: str
    ) -> tuple[bytes, str | None]:
        """What is stored, and the id of the key it was sealed with; None for a payload stored as it is."""

    def open(
        self, stored: bytes, stream: str, version: int, type_: str, key_id: str | None
    ) -> bytes:
        """The payload behind what is stored; raises KeyError where its key has been forgotten."""


class Plain:
    """Stores payloads as they are."""

    def seal(
        self, payload: bytes, stream: str, version: int, type_: str
    ) -> tuple[bytes, str | None]:
        return payload, None

    def open(
        self, stored: bytes, stream: str, version: int, type_: str, key_id: str | None
    ) -> bytes:
        if key_id is not None:
            raise KeyError(key_id)
        return stored


PLAIN: Sealer = Plain()
