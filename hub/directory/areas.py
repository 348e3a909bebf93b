"""Whether a service is for people who live somewhere: by postcode district or sector, by the council, or not known. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from events.service_entry import ServiceArea
from hub.directory.rules import DirectoryRules
from hub.errors import InvalidCommand
from hub.values import Postcode
from projections.services import plain_term

DISTRICT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ([0-9])")
MENTIONED = re.compile(r"\b[A-Z]{1,2}[0-9][0-9A-Z]?(?: [0-9](?![0-9]))?\b(?! ?[0-9][A-Z]{2}\b)")

Covers = Literal["yes", "no", "not-known"]


@dataclass(frozen=True, slots=True)
class Where:
    """Where somebody lives, as far as it counts here: a postcode's district, and its sector where that is known."""

    district: str
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether a service is for somebody's home, in a sentence."""

    covers: Covers
    says: str


def read_where(text: str) -> Where | None:
    """A postcode, its sector or its district; None where nothing is said, or a postcode that stands for no place.

    Raises InvalidCommand for anything else.
    """
    written = " ".join(text.upper().split())
    if not written:
        return None
    if code := Postcode.parse(written):
        return None if code.pseudo else Where(code.outward, code.sector)
    if DISTRICT.fullmatch(written):
        return Where(written)
    if part := SECTOR.fullmatch(written):
        return Where(part[1], written)
    raise InvalidCommand("`postcode` must be a postcode such as RM17 6XX, or a part such as RM17.")


def coverage(
    areas: Sequence[ServiceArea],
    where: Where | None,
    rules: DirectoryRules,
    districts: Iterable[str] = (),
    *,
    by_council: bool = False,
) -> Coverage:
    """Whether the areas of a service cover a home. `districts` are the council's own, as postcode districts or sectors.

    `by_council`: where they live must not count: only what is for the whole council, or country, covers it.
    """
    if not areas:
        says = "The directory does not say which area it is for."
        return Coverage("no" if by_council else "not-known", says)
    found = [one_area(area, where, rules, frozenset(districts), by_council) for area in areas]
    for kind in ("yes", "not-known"):
        for one in found:
            if one.covers == kind:
                return one
    return found[0]


def one_area(
    area: ServiceArea,
    where: Where | None,
    rules: DirectoryRules,
    districts: frozenset[str],
    by_council: bool,
) -> Coverage:
    """The same of one area."""
    said = [plain_term(text) for text in (area.name, area.extent) if text]
    if not {*map(plain_term, rules.everywhere)}.isdisjoint(said):
        return Coverage("yes", "It is for people wherever they live.")
    if is_here(area, said, rules):
        return of_the_council(rules.here.names[0], where, districts, by_council)
    if by_council:
        return Coverage("no", "It is for a part of the council.")
    parts = parts_in(area)
    if not parts:
        named = area.name or "an area drawn on a map"
        return Coverage("not-known", f"It is for {named}: whether they live there is not known.")
    listed = ", ".join(sorted(parts))
    if where is None:
        return Coverage("not-known", f"It is for {listed}: where they live is not known.")
    return lies_in(where, parts, listed)


def is_here(area: ServiceArea, said: Sequence[str], rules: DirectoryRules) -> bool:
    """Whether an area is the council's."""
    by_code = area.uri is not None and area.uri.rstrip("/").endswith(tuple(rules.here.uris))
    return bool(by_code and rules.here.uris) or not {*map(plain_term, rules.here.names)}.isdisjoint(
        said
    )


def of_the_council(
    name: str, where: Where | None, districts: frozenset[str], by_council: bool
) -> Coverage:
    """What is for everybody of the council."""
    if by_council or where is None or not districts:
        return Coverage("yes", f"It is for the whole of {name}.")
    if where.district in {part.partition(" ")[0] for part in districts}:
        return Coverage("yes", f"It is for the whole of {name}, where they live.")
    says = f"It is for {name}: whether {where.district} lies there is not known."
    return Coverage("not-known", says)


def parts_in(area: ServiceArea) -> frozenset[str]:
    """The postcode districts and sectors that an area names."""
    text = " ".join(filter(None, (area.name, area.extent)))
    return frozenset(MENTIONED.findall(text))


def lies_in(where: Where, parts: frozenset[str], listed: str) -> Coverage:
    """Whether a home lies in one of these districts or sectors."""
    if where.district in parts or where.sector in parts:
        part = where.district if where.district in parts else where.sector
        return Coverage("yes", f"It is for {part}, where they live.")
    divided = any(part.startswith(f"{where.district} ") for part in parts)
    if where.sector is None and divided:
        says = f"It is for {listed}: which part of {where.district} they live in is not known."
        return Coverage("not-known", says)
    return Coverage("no", f"It is for {listed} alone.")
