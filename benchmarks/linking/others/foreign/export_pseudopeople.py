"""Writes the censuses of 2020 and 2030 of pseudopeople's sample in the hub's columns: `export_pseudopeople.py FOLDER`.

Both years come from the sample that the package brings, by `year`, with the noise it makes at its defaults and a fixed seed.
"""

import re
import sys
from pathlib import Path

import pseudopeople
from hub_columns import Record, export, iso, numbered


def said_by(row: dict[str, str]) -> dict[str, str]:
    """A row in the hub's columns; the month comes first in its dates."""
    street = " ".join(filter(None, (row["street_number"], row["street_name"])))
    lines = (street, row["unit_number"], row["city"], row["state"])
    born = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", row["date_of_birth"])
    dob = row["date_of_birth"]
    return {
        "family_name": row["last_name"],
        "given_names": " ".join(filter(None, (row["first_name"], row["middle_initial"]))),
        "dob": iso(born[3], born[1], born[2], dob) if born else dob,
        "sex": row["sex"].lower(),
        "address_lines": ", ".join(filter(None, lines)),
        "postcode": row["zipcode"],
    }


def records(year: int, letter: str) -> list[Record]:
    """The records of one census, in an order that does not tell who they are."""
    census = pseudopeople.generate_decennial_census(year=year, seed=0)
    census = census.sample(frac=1, random_state=4).astype(object)
    rows = census.where(census.notna(), "").astype(str).to_dict("records")
    return numbered(letter, ((row["simulant_id"], said_by(row)) for row in rows))


export(
    Path(sys.argv[1]) / "pseudopeople", {"master": records(2020, "m"), "file": records(2030, "r")}
)
