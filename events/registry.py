"""Finds every event type by walking this package, and turns stored bytes back into events."""

import importlib
import json
import pkgutil
from functools import cache

import events
from events.base import Event


class UnknownEventType(Exception):
    """The log holds a type or a version that this program does not know: it must halt, not skip."""


@cache
def event_types() -> dict[str, type[Event]]:
    """Every event class by its stored type, in order of type."""
    found: dict[str, type[Event]] = {}
    for module in pkgutil.iter_modules(events.__path__):
        for value in vars(importlib.import_module(f"events.{module.name}")).values():
            if not (isinstance(value, type) and issubclass(value, Event) and "TYPE" in vars(value)):
                continue
            if found.setdefault(value.TYPE, value) is not value:
                raise UnknownEventType(f"two classes claim the type {value.TYPE}")
    return dict(sorted(found.items()))


def event_type(name: str) -> type[Event]:
    """The class stored under `name`; raises UnknownEventType."""
    try:
        return event_types()[name]
    except KeyError:
        raise UnknownEventType(f"no event of type {name!r} in this version of the hub") from None


def encode(event: Event) -> bytes:
    """The bytes that are stored: compact JSON, members in the order of the class, UTF-8."""
    return event.__pydantic_serializer__.to_json(event)


def decode(name: str, version: int, stored: bytes) -> Event:
    """The event behind stored bytes, older versions lifted by the class's upcasts; raises UnknownEventType."""
    cls = event_type(name)
    if version == cls.VERSION:
        return cls.__pydantic_validator__.validate_json(stored)  # type: ignore[no-any-return]  # the validator of cls gives a cls
    if version > cls.VERSION:
        raise UnknownEventType(f"{name} version {version} is newer than this hub's {cls.VERSION}")
    members = json.loads(stored)
    for step in range(version, cls.VERSION):
        members = cls.UPCASTS[step](members)
    return cls.model_validate(members)
