"""Finds the format of a file by its content, among the modules of this package."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import adapters.partners
from hub.contacts.cloud_event import Message

Placed = tuple[str, Message]


@cache
def formats() -> tuple[ModuleType, ...]:
    """Every module that recognises a format, the native one last: it is what anything else is taken for."""
    names = [m.name for m in pkgutil.iter_modules(adapters.partners.__path__)]
    found = [importlib.import_module(f"adapters.partners.{name}") for name in names]
    return tuple(
        sorted(
            (m for m in found if hasattr(m, "recognises")),
            key=lambda m: m.__name__.endswith("native"),
        )
    )


def messages(body: bytes) -> Iterator[Placed]:
    """The messages of a file, each with its place in it, such as `line 3`."""
    chosen = next(f for f in formats() if f.recognises(body))
    yield from chosen.messages(body)
