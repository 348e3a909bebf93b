"""A CSV file of people, one a row, read as the engine reads mentions.

A name, a date and a postcode of any country are taken as they come.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from events.content import Name
from hub.errors import UnreadableFile
from hub.people.evidence import Evidence, reached_by, sex, unless_placeholder
from hub.people.homes import HomeSaid, home_of_any_country
from hub.people.names import family_name, given_names, is_newborn
from hub.people.said import Said
from hub.values import NhsNumber, PartialDate

COLUMNS = (
    "record_id", "family_name", "given_names", "dob", "sex", "address_lines", "postcode", "uprn", "nhs_number", "phone", "email",
)  # fmt: skip
LONGEST = 1 << 20
"""So many characters may one field have."""
_APART = re.compile(r"[;,\n]")
_ANY_DATE = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")


@dataclass(frozen=True)
class Record:
    """A row: its place in the file, the header being row 1, and what stands in its columns."""

    row: int
    told: Mapping[str, str]

    @property
    def record_id(self) -> str:
        """Its id."""
        return self.told["record_id"]

    @cached_property
    def evidence(self) -> Evidence:
        """What it says of a person."""
        return evidence_of(self.told)

    @cached_property
    def said(self) -> Said:
        """The same, with the keys to look under."""
        return Said.of(self.evidence)


def read_records(path: Path, more: Sequence[str] = ()) -> Iterator[Record]:
    """Every row that is not empty; of other columns than these, those in `more` too. Raises UnreadableFile at the first that
    cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _rows(path, file, {*COLUMNS, *more})
    except OSError as error:
        raise UnreadableFile(path, 0, "", error.strerror or str(error)) from None
    except UnicodeDecodeError:
        row, at = _undecodable(path)
        raise UnreadableFile(
            path, row, "", f"byte {at} of the row is not UTF-8; save the file as UTF-8."
        ) from None


def _undecodable(path: Path) -> tuple[int, int]:
    """The row and the place in it of the first byte that is not UTF-8."""
    with path.open("rb") as file:
        for row, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                return row, error.start + 1
    return 0, 0


def _rows(path: Path, file: Iterator[str], columns: Set[str]) -> Iterator[Record]:
    rows = _cells(path, file)
    _, first = next(rows, (1, []))
    header = [word.strip().casefold() for word in first]
    _check_header(path, header)
    for row, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            says = f"{len(cells)} fields where the header has {len(header)}; quote a field that holds a comma."
            raise UnreadableFile(path, row, "", says)
        told = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        if not told.get("record_id"):
            raise UnreadableFile(
                path, row, "record_id", "is empty; each row needs an id of its own."
            )
        told = {name: said for name, said in told.items() if name in columns and said}
        for name, said in told.items():
            if "\0" in said:
                raise UnreadableFile(path, row, name, "holds a NUL byte, which is no text.")
        yield Record(row, told)


def _cells(path: Path, file: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Each row, with the line it begins on."""
    csv.field_size_limit(LONGEST)
    rows = csv.reader(file, strict=True)
    while True:
        row = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(path, row, "", f"{error}.") from None
        yield row, cells


def _check_header(path: Path, header: list[str]) -> None:
    if "record_id" not in header:
        known = ", ".join(COLUMNS)
        says = f"there is no column record_id. The first row names the columns, of these: {known}."
        raise UnreadableFile(path, 1, "", says)
    for name in header:
        if name in COLUMNS and header.count(name) > 1:
            raise UnreadableFile(path, 1, name, "stands twice in the header.")
    if not set(header) & set(COLUMNS[1:]):
        raise UnreadableFile(path, 1, "", "no column says anything of a person.")


def evidence_of(told: Mapping[str, str]) -> Evidence:
    """What a row says of a person."""
    name = Name(
        family=told.get("family_name") or None, given=tuple(told.get("given_names", "").split())
    )
    number = NhsNumber.parse(told.get("nhs_number", ""))
    return Evidence(
        ref=told["record_id"],
        nhs=str(number) if number else None,
        superseded=(),
        family=family_name(name),
        given=given_names(name),
        birth=date_as_it_comes(told.get("dob", "")),
        expected=None,
        sex=sex(told.get("sex")),
        home=home_in(told),
        reach=reached_by(_several(told.get("phone", "")), _several(told.get("email", ""))),
        local=(),
        flags=(),
        newborn=is_newborn(name),
        tied=False,
    )


def _several(text: str) -> list[str]:
    return [part.strip() for part in _APART.split(text) if part.strip()]


def home_in(told: Mapping[str, str]) -> HomeSaid | None:
    """The home of a row."""
    lines = tuple(_several(told.get("address_lines", "")))
    return home_of_any_country(lines, told.get("postcode") or None, told.get("uprn") or None)


def date_as_it_comes(text: str) -> PartialDate | None:
    """A date of birth, whether or not a calendar has it: `2012-02-03`, `2012-02`, `2012`, `20120203`, `3/2/2012`, `00/02/2012`."""
    written = text.strip()
    read = PartialDate.parse(written)
    if read is None:
        if match := _ANY_DATE.fullmatch(written):
            read = _parts(*match.groups())
        elif match := _DAY_FIRST.fullmatch(written):
            read = _parts(*reversed(match.groups()))
    return unless_placeholder(read)


def _parts(year: str, month: str, day: str) -> PartialDate:
    """A date of which a day or month written 00 is not known; without the month no day is."""
    return PartialDate(int(year), int(month) or None, (int(month) and int(day)) or None)
