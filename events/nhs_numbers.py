"""Which of the numbers that a sender gives is the NHS number, by whatever name its system goes, and which was replaced by another."""

from collections.abc import Iterable
from typing import Protocol

NAMES = frozenset({"nhsnumber", "nhs", "httpsfhirnhsukidnhsnumber"})
REPLACED = frozenset({"superseded", "replaced", "old"})


class Numbered(Protocol):
    """A number as a contact gives it."""

    @property
    def system(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def status(self) -> str | None: ...


def is_nhs(system: str) -> bool:
    """Whether a system's name is one of those that NHS numbers go by."""
    return "".join(c for c in system.casefold() if c.isalnum()) in NAMES


def is_replaced(number: Numbered) -> bool:
    """Whether a number was replaced by another."""
    return (number.status or "").strip().casefold() in REPLACED


def nhs_numbers(numbers: Iterable[Numbered]) -> list[str]:
    """The NHS numbers among these as they were given; those that were replaced come last."""
    given = (number for number in numbers if is_nhs(number.system))
    return [number.value for number in sorted(given, key=is_replaced)]
