"""Re-links all mentions of the log with Splink 5, on a DuckDB of its own that keeps what does not fit in memory in a folder.

What is known to matter (linking.md): the home is one field, and a telephone is for finding pairs only. Everything else is as
Splink's documentation recommends: its comparisons out of the box, names and homes weighed by frequency, u by random pairs, m by
expectation maximisation over two blocks. Both identities of a child placed for adoption are never compared.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from adapters.splink.queries import COLUMNS, COUNTS, DESCRIPTIONS, DIVIDED, DOUBLES, TABLES, TORN
from hub.linking.audit import ONE_HERE, TWO_HERE, Answered, Kind, Linked, Pair, Spot, Told

MEMORY = "2GB"
SELDOM = 0.01
"""A field that fewer say teaches nothing: it is left out."""
RECALL = 0.7
"""So many of the pairs that belong together agree in one of the sure rules, as a guess: Splink's own example."""
PAIRS = 1e7
FIELDS = ("forename", "middle", "surname", "birth", "home", "nhs", "sex")
BY_FREQUENCY = ("forename", "surname", "home")
COLUMN = {"home": "coalesce(place, postcode)"}
FOUND_BY = (
    ("nhs",), ("birth",), ("surname", "forename"), ("surname", "substr(birth, 1, 4)"), ("forename", "substr(birth, 1, 4)"),
    ("place", "forename"), ("place", "substr(birth, 1, 4)"), ("reach", "forename"), ("reach", "surname"), ("reach", "birth"),
    ("person",),
)  # fmt: skip
"""Two descriptions are compared that agree in all of any one of these; the hub's own people too, whatever is said of them."""
NO_HOME = "coalesce(place_l, postcode_l) is null or coalesce(place_r, postcode_r) is null"
SAME_SECTOR = (
    "substr(postcode_l, 1, length(postcode_l) - 2) = substr(postcode_r, 1, length(postcode_r) - 2)"
)
STAGES = 4
AT_ONCE = 1000
ARROW = {"VARCHAR": pyarrow.string(), "BIGINT": pyarrow.int64(), "BOOLEAN": pyarrow.bool_()}


@dataclass(frozen=True, slots=True)
class Counted:
    """What was read: mentions, those of them that are nobody's, people, and the different things said of these."""

    mentions: int
    of_nobody: int
    people: int
    descriptions: int


class Relinking:
    """One re-linking, in a folder that nobody else uses: take in the log, `settle`, `relink`, then ask for the pairs."""

    def __init__(self, folder: Path) -> None:
        self._conn = duckdb.connect(
            str(folder / "audit.duckdb"),
            config={
                "memory_limit": MEMORY, "temp_directory": str(folder / "spilled"), "preserve_insertion_order": "false",
                "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
            },
        )  # fmt: skip
        self._conn.execute(TABLES)
        self._fields: tuple[str, ...] = ()
        self._queries: dict[Kind, str] = {}
        self.weights: dict[str, list[tuple[str, float]]] = {}
        """By field each level and its bits, once it is linked."""

    def close(self) -> None:
        """Let go of the database."""
        self._conn.close()

    def take(self, mentions: Sequence[Told]) -> None:
        """Mentions of contacts."""
        self._insert("told", Told._fields, mentions)

    def link(self, answers: Sequence[Linked]) -> None:
        """Who mentions are found to be. Of several answers to one mention the last counts."""
        self._insert("linked", Linked._fields, answers)

    def answer(self, answers: Sequence[Answered]) -> None:
        """What people said of two people. Of several answers the last counts."""
        self._insert("answered", Answered._fields, answers)

    def _insert(self, table: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        columns = zip(*rows, strict=True)
        types = dict(self._conn.execute(COLUMNS, [table]).fetchall())
        arrow = {
            name: pyarrow.array(values, ARROW[types[name]])
            for name, values in zip(names, columns, strict=True)
        }
        self._conn.register("batch", pyarrow.table(arrow))
        self._conn.execute(f"insert into {table} select * from batch")
        self._conn.unregister("batch")

    def settle(self) -> Counted:
        """Put together what is said of each person; nothing is taken in after."""
        self._conn.execute(DESCRIPTIONS)
        return Counted(*self._one(COUNTS))

    def generic(self) -> frozenset[str]:
        """Telephones that more people have than a household has."""
        return frozenset(reach for (reach,) in self._conn.execute("from generic").fetchall())

    def relink(self, threshold: float, tell: Callable[[int, int], None]) -> None:
        """Learn, compare and join: two mentions are one person from `threshold` bits up."""
        self._fields = self._fields_said()
        tell(0, STAGES)
        api = DuckDBAPI(connection=self._conn)
        registered = api.register("description", dataset_display_name="description")
        linker = Linker(registered, settings_of(self._fields), log_level=logging.ERROR)
        learn(linker)
        self.weights = weights_of(linker)
        tell(1, STAGES)
        pairs = linker.inference.predict(threshold_match_weight=threshold, warning_mode="never")
        tell(2, STAGES)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            pairs, threshold_match_weight=threshold
        )
        tell(3, STAGES)
        apart = self._within_people(linker, api, clusters.physical_name)
        self._queries = self._asking(pairs.physical_name, apart, clusters.physical_name)
        tell(STAGES, STAGES)

    def _within_people(self, linker: Linker, api: DuckDBAPI, clusters: str) -> str:
        """The table of every two descriptions of one person, of those people whom Splink divides."""
        self._conn.execute(TORN.format(clusters=clusters))
        for column in ("forename", "surname", "place"):
            linker.table_management.compute_tf_table(column)
        apart = linker.inference.predict_within(
            api.register("torn", dataset_display_name="torn"),
            blocking_rules_to_generate_predictions=[block_on("person")],
            warning_mode="never",
        )
        return apart.physical_name

    def _asking(self, pairs: str, apart: str, clusters: str) -> dict[Kind, str]:
        weights = ", ".join(map(weight_of, self._fields))
        return {
            ONE_HERE: DIVIDED.format(pairs=apart, clusters=clusters, weights=weights),
            TWO_HERE: DOUBLES.format(pairs=pairs, weights=weights),
        }

    def pairs(self, kind: Kind) -> Iterator[Pair]:
        """Where it thinks otherwise, the strongest first."""
        found = self._conn.cursor().execute(self._queries[kind])
        while rows := found.fetchmany(AT_ONCE):
            for p, c, r, p2, c2, r2, weight, asked, apart, said, said2, *parts in rows:
                by_field = zip(self._fields, parts, strict=True)
                weights = {name: bits for name, bits in by_field if bits is not None}
                one, other = Spot(p, c, r), Spot(p2, c2, r2)
                yield Pair(kind, one, other, weight, weights, (said, said2), asked, apart)

    def _fields_said(self) -> tuple[str, ...]:
        """The fields that are said often enough to learn from."""
        counts = ", ".join(f"count({COLUMN.get(name, name)})" for name in FIELDS)
        *said, rows = self._one(f"select {counts}, count(*) from description")
        return tuple(n for n, many in zip(FIELDS, said, strict=True) if many >= SELDOM * rows)

    def _one(self, query: str) -> tuple[int, ...]:
        (row,) = self._conn.execute(query).fetchall()
        return tuple(row)


def settings_of(fields: Sequence[str]) -> SettingsCreator:
    """Splink's own comparisons, and the rules by which pairs are found."""
    home = comparisons.CustomComparison(
        output_column_name="home",
        comparison_levels=[
            levels.CustomLevel(NO_HOME, "not said").configure(is_null_level=True),
            levels.ExactMatchLevel("place", term_frequency_adjustments=True).configure(
                label_for_charts="same home"
            ),
            levels.CustomLevel("postcode_l = postcode_r", "same postcode"),
            levels.CustomLevel(SAME_SECTOR, "same sector"),
            levels.ElseLevel(),
        ],
    )
    compared = {
        "forename": comparisons.NameComparison("forename"),
        "middle": comparisons.ExactMatch("middle"),
        "surname": comparisons.NameComparison("surname"),
        "birth": comparisons.DateOfBirthComparison("birth", input_is_string=True),
        "home": home,
        "nhs": comparisons.ExactMatch("nhs"),
        "sex": comparisons.ExactMatch("sex"),
    }
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[compared[name] for name in fields],
        blocking_rules_to_generate_predictions=[
            block_on(*found_by, "sealed") for found_by in FOUND_BY
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=["person", "contact", "ref"],
    )


def learn(linker: Linker) -> None:
    """Everything that the weights are made of, without anybody telling who is who."""
    sure: list[Any] = [
        block_on("surname", "forename", "birth"),
        block_on("birth", "place", "forename"),
    ]
    learning = linker.training
    learning.estimate_probability_two_random_records_match(sure, recall=RECALL)
    learning.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    for block in (block_on("birth"), block_on("surname", "forename")):
        learning.estimate_parameters_using_expectation_maximisation(block, max_pairs=PAIRS)


def weights_of(linker: Linker) -> dict[str, list[tuple[str, float]]]:
    """By field each level with its bits, as far as it was learnt."""
    return {
        comparison["output_column_name"]: [
            (level["label_for_charts"], log2(level["m_probability"] / level["u_probability"]))
            for level in comparison["comparison_levels"]
            if level.get("m_probability") and level.get("u_probability")
        ]
        for comparison in linker.misc.save_model_to_json()["comparisons"]
    }


def weight_of(field: str) -> str:
    """The column of a field's bits, with what the frequency of the value adds."""
    return f"p.mw_{field} + p.mw_tf_adj_{field}" if field in BY_FREQUENCY else f"p.mw_{field}"
