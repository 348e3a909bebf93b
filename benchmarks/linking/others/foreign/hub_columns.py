"""What the exporters share: the hub's columns, dates of the calendar, and files that are whole or not there."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

COLUMNS = (
    "record_id", "family_name", "given_names", "dob", "sex", "address_lines", "postcode", "uprn", "nhs_number", "phone", "email",
)  # fmt: skip
Record = tuple[
    str, str, Mapping[str, str]
]  # its id here, who it is, its fields in the hub's columns


def iso(year: str, month: str, day: str, written: str) -> str:
    """A date of the calendar; what is none stays as it was written."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return written


def numbered(letter: str, found: Iterable[tuple[str, Mapping[str, str]]]) -> list[Record]:
    """Records under ids that do not tell who they are."""
    return [(f"{letter}{number:05}", who, said) for number, (who, said) in enumerate(found, 1)]


def export(folder: Path, files: Mapping[str, list[Record]]) -> None:
    """Each file, and the truth about all of them."""
    for name, found in files.items():
        rows = ({"record_id": record_id, **said} for record_id, _, said in found)
        write(folder / f"{name}.csv", COLUMNS, rows)
    truth = ({"record_id": r, "entity": who} for found in files.values() for r, who, _ in found)
    write(folder / "truth.csv", ("record_id", "entity"), truth)


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
    """A CSV file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    part.rename(path)
