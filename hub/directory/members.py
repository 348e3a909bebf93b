"""Reads the members of a JSON object one by one, strictly: what is there must be what the standard says, or its place is named."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Self

LONG = 4_000
SHORT = 300


class Unusable(Exception):
    """A part of an entry that cannot be used: where (a JSON pointer) and why."""

    def __init__(self, pointer: str, says: str) -> None:
        super().__init__(f"{pointer}: {says}")
        self.pointer, self.says = pointer, says


@dataclass(frozen=True, slots=True)
class Members:
    """A JSON object with its place. What is null or blank counts as not said."""

    said: dict[str, Any]
    pointer: str

    @classmethod
    def of(cls, value: Any, pointer: str) -> Self:
        """An object; raises Unusable for anything else."""
        if not isinstance(value, dict):
            raise Unusable(pointer, "An object is expected here.")
        return cls(value, pointer)

    def at(self, name: str) -> str:
        """The place of a member."""
        return f"{self.pointer}/{name}"

    def text(self, name: str, most: int = SHORT) -> str | None:
        """A text, in one line, cut where it is longer than anybody reads."""
        value = self.said.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unusable(self.at(name), "A text is expected here.")
        shown = "".join(c if c.isprintable() else " " for c in value)
        line = " ".join(shown.split())
        return (line if len(line) <= most else f"{line[: most - 1]}…") or None

    def needed(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise Unusable(self.at(name), f"`{name}` is missing.")
        return value

    def number(self, name: str) -> float | None:
        """A number that is not below nought."""
        value = self.said.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unusable(self.at(name), "A number is expected here.")
        if not math.isfinite(value) or value < 0:
            raise Unusable(self.at(name), "It cannot be below nought.")
        return float(value)

    def degrees(self, name: str) -> float | None:
        """A latitude or longitude."""
        value = self.said.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 180:
            raise Unusable(self.at(name), "Degrees are expected here.")
        return float(value)

    def day(self, name: str) -> date | None:
        """A day (2026-01-31), or the day of a time."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return date.fromisoformat(text) if len(text) == 10 else self._moment(text).date()
        except ValueError:
            raise Unusable(self.at(name), "A day such as 2026-01-31 is expected here.") from None

    def moment(self, name: str) -> datetime | None:
        """A time; one without its zone is UTC."""
        text = self.text(name)
        if text is None:
            return None
        try:
            return self._moment(text)
        except (ValueError, OverflowError):
            raise Unusable(self.at(name), "A time in ISO 8601 is expected here.") from None

    @staticmethod
    def _moment(text: str) -> datetime:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)

    def member(self, name: str) -> "Members":
        """An object within; an empty one where nothing is said."""
        value = self.said.get(name)
        return Members.of({} if value is None else value, self.at(name))

    def each(self, name: str) -> Iterator["Members"]:
        """The objects of a list; none where nothing is said."""
        value = self.said.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise Unusable(self.at(name), "A list is expected here.")
        for number, item in enumerate(value):
            yield Members.of(item, f"{self.at(name)}/{number}")
