"""Splink 5 on a folder of files: `run_splink.py FOLDER OUT_FOLDER apart|together CROWD…`, its model learnt from the same files.

As its documentation recommends: small letters, empty as null, out-of-the-box comparisons (`NameComparison` for each name, or
`ForenameSurnameComparison` for both; `DateOfBirthComparison`), names and places weighed by frequency, the prior by sure rules,
u by random pairs, m by EM over two blocks. A postcode that is no British one is compared by `DamerauLevenshteinAtThresholds`.

Writes `pairs.csv` (each pair at p of .001 or more) and `figures.json`: seconds, and the milliseconds to match one record against
the known ones, and against a crowd of so many people made of the names of the file, with dates and postcodes at random.
"""

import csv
import json
import logging
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

LEAST = 0.001
WARM, COUNTED = 5, 30
FIELDS = ("family_name", "given_names", "dob", "sex", "address_lines", "postcode")
COMPARED = ("first_name", "middle_names", "family_name", "dob", "sex", "address_lines", "postcode")
BY_FREQUENCY = ("first_name", "family_name", "whole_name", "address_lines", "postcode")

CLEAN = """
create table {name} as
with said as (select record_id, {columns} from read_csv('{path}', header = true, all_varchar = true)),
     apart as (select *, nullif(split_part(given_names, ' ', 1), '') as first_name from said)
select record_id as unique_id, first_name, family_name, first_name || ' ' || family_name as whole_name,
       nullif(substr(given_names, length(first_name) + 2), '') as middle_names, dob, sex, address_lines, postcode
from apart
"""
CROWD = """
create table crowd_{size} as
with names as (select row_number() over () as n, first_name, family_name, middle_names, sex, address_lines from {known}),
     drawn as (
       select i, hash(i, 1) % {count} + 1 as a, hash(i, 2) % {count} + 1 as b, hash(i, 3) % 36500 as days,
              hash(i, 4) % 8000 as place
       from range({size}) as numbers(i))
select 'crowd' || i as unique_id, one.first_name, other.family_name,
       one.first_name || ' ' || other.family_name as whole_name, one.middle_names,
       strftime(date '1920-01-01' + days::integer, '%Y-%m-%d') as dob, one.sex, other.address_lines,
       lpad(place::varchar, 4, '0') as postcode
from drawn join names as one on one.n = a join names as other on other.n = b
union all by name select * from {known}
"""


def load(connection: Any, name: str, path: Path) -> None:
    """A file as a table."""
    columns = ", ".join(f"nullif(lower(trim({field})), '') as {field}" for field in FIELDS)
    connection.execute(CLEAN.format(name=name, columns=columns, path=path))


def comparisons(said: set[str], names: str) -> list[Any]:
    """One a field, for the fields that the files have."""
    together = cl.ForenameSurnameComparison(
        "first_name", "family_name", forename_surname_concat_col_name="whole_name"
    )
    apart = [cl.NameComparison("first_name"), cl.NameComparison("family_name")]
    others = {
        "middle_names": cl.ExactMatch("middle_names"),
        "dob": cl.DateOfBirthComparison("dob", input_is_string=True),
        "sex": cl.ExactMatch("sex"),
        "address_lines": cl.JaroWinklerAtThresholds("address_lines", [0.95, 0.85]).configure(
            term_frequency_adjustments=True
        ),
        "postcode": cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(
            term_frequency_adjustments=True
        ),
    }
    rest = [comparison for field, comparison in others.items() if field in said]
    return [*(apart if names == "apart" else [together]), *rest]


def blocks(said: set[str]) -> list[Any]:
    """Which pairs are looked at: few of one person agree in none of these, and none is wide."""
    home = [block_on("address_lines")] if "address_lines" in said else []
    return [
        block_on("dob"),
        block_on("family_name", "first_name"),
        "l.family_name = r.first_name and l.first_name = r.family_name",
        block_on("family_name", "substr(dob, 1, 4)"),
        block_on("first_name", "substr(dob, 1, 4)"),
        block_on("family_name", "postcode"),
        block_on("first_name", "postcode"),
        block_on("postcode", "substr(dob, 1, 4)", "substr(family_name, 1, 1)"),
        *home,
    ]


def trained(tables: list[Any], said: set[str], names: str) -> Any:
    """A linker that has learnt from the files it is to link."""
    settings = SettingsCreator(
        link_type="link_only" if len(tables) > 1 else "dedupe_only",
        comparisons=comparisons(said, names),
        blocking_rules_to_generate_predictions=blocks(said),
    )
    linker = Linker(tables if len(tables) > 1 else tables[0], settings, log_level=logging.ERROR)
    sure = [block_on("family_name", "first_name", "dob"), block_on("dob", "postcode", "first_name")]
    linker.training.estimate_probability_two_random_records_match(sure, recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for block in (block_on("dob"), block_on("family_name", "first_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    return linker


def one_by_one(connection: Any, api: Any, linker: Any, known: str) -> list[float]:
    """Milliseconds to match each of some records, as if it had just come, against a table of known ones."""
    against = api.register(known, dataset_display_name=f"known_{known}")
    taken = []
    for number in range(WARM + COUNTED):
        one = f"one_against_{known}_{number}"
        connection.execute(
            f"create table {one} as select * replace ('one' || unique_id as unique_id) from file "
            f"order by unique_id limit 1 offset {number * 7}"
        )
        began = time.perf_counter()
        came = api.register(one, dataset_display_name=f"came_{one}")
        found = linker.inference.predict_between(came, against, threshold_match_probability=0.5)
        found.as_record_list()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[WARM:])


def link(folder: Path, out: Path, names: str, crowds: list[int]) -> None:
    """All of it for one folder of `file.csv` and, where there is one, `master.csv`."""
    connection = duckdb.connect()
    files = [name for name in ("master", "file") if (folder / f"{name}.csv").exists()]
    for name in files:
        load(connection, name, folder / f"{name}.csv")
    counted = ", ".join(f"count({field})" for field in COMPARED)
    *counts, size = connection.execute(f"select {counted}, count(*) from {files[0]}").fetchall()[0]
    said = {field for field, count in zip(COMPARED, counts, strict=True) if count}
    api = DuckDBAPI(connection=connection)
    tables = [api.register(name, dataset_display_name=f"the_{name}") for name in files]
    began = time.perf_counter()
    linker = trained(tables, said, names)
    learnt = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=LEAST).as_record_list()
    ended = time.perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    with (out / "pairs.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("left", "right", "probability", "weight"))
        for pair in pairs:
            ids = [pair["unique_id_l"], pair["unique_id_r"]]
            if pair.get("source_dataset_l") == "the_file":
                ids.reverse()
            writer.writerow((*ids, pair["match_probability"], pair["match_weight"]))
    figures = {"train seconds": learnt - began, "predict seconds": ended - learnt, "one record": {}}
    for field in BY_FREQUENCY:
        if field in said or field == "whole_name":
            linker.table_management.compute_tf_table(field)
    for crowd in crowds:
        connection.execute(CROWD.format(size=crowd, count=size, known=files[0]))
    for known, people in ((files[0], size), *((f"crowd_{n}", n + size) for n in crowds)):
        taken = one_by_one(connection, api, linker, known)
        figures["one record"][people] = {"p50 ms": statistics.median(taken), "p95 ms": taken[-2]}
    (out / "figures.json").write_text(json.dumps(figures, indent=1))


link(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], [int(size) for size in sys.argv[4:]])
