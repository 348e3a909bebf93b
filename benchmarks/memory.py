"""Peak memory of `hub run` and its PostgreSQL under steady load: HUB_BENCH_SECONDS of it (180; an hour for the record)."""

import os
import tempfile
import time
from pathlib import Path

from tests.faults.load import SOURCE, Load
from tests.hub_process import HubProcess, children_of

SECONDS = float(os.environ.get("HUB_BENCH_SECONDS") or 180)
EVERY = 2.0
MOST = 500  # MB
FLAT = 0.10  # the last third is no more than so much above the one before it
SENDERS = 8


def megabytes(pid: int) -> float:
    """The process's own share of memory: what it shares with others is divided among them (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0  # it has ended
    [kilobytes] = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return int(kilobytes) / 1024


def measured(hub: HubProcess) -> tuple[float, float]:
    """Megabytes of the hub with the processes of its parts, and of its database."""
    assert hub.process is not None
    theirs = set(hub.database_pids())
    ours = {hub.process.pid, *children_of(hub.process.pid)} - theirs
    return sum(map(megabytes, ours)), sum(map(megabytes, theirs))


def main() -> None:
    """A hub of its own, load for the time that is set, and what it took of memory."""
    with tempfile.TemporaryDirectory() as folder:
        hub = HubProcess(Path(folder) / "home")
        hub.start()
        try:
            seen: list[tuple[float, float]] = []
            end = time.monotonic() + SECONDS
            with Load(hub.url, hub.partner_key(SOURCE, "bench"), SENDERS, pause=0.02) as load:
                while time.monotonic() < end:
                    seen.append(measured(hub))
                    time.sleep(EVERY)
            contacts = len(load.acknowledged)
        finally:
            hub.stop()
    totals = [ours + theirs for ours, theirs in seen]
    third = max(len(totals) // 3, 1)
    before, last = max(totals[third : 2 * third] or totals), max(totals[-third:])
    peak = max(range(len(totals)), key=totals.__getitem__)
    print(
        f"memory     {totals[peak]:.0f} MB at most (hub {seen[peak][0]:.0f}, PostgreSQL {seen[peak][1]:.0f}), to reach {MOST}"
    )
    grown = last / before - 1
    print(
        f"growth     {grown:+.0%} in the last third of {SECONDS:.0f} s and {contacts:,} contacts: "
        f"{'flat' if grown <= FLAT else 'it grows'}"
    )


if __name__ == "__main__":
    main()
