"""What routing one contact costs under the full policy, and how long a draft takes over fifteen thousand decisions.

The decisions are those of the made-up district: contacts about families that are known, by every door. `BENCH_SHADOW` is how many
events the log has over which the draft is run.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from adapters.postgres.init import runtime_dsn
from adapters.postgres.server import EmbeddedServer
from adapters.postgres.shadowing import shadow
from benchmarks import history
from benchmarks.district import Slice
from benchmarks.machine import loops
from events.calendar_adopted import CalendarAdopted
from events.contact_routed import ContactRouted
from events.facts import PinnedFacts
from events.policy_published import PolicyPublished
from hub.clocks import england
from hub.policies import read_policy
from hub.policies.register import SHIPPED
from hub.routing import decide
from hub.settings import Settings

CONTACTS = 600
ROUNDS = 5
EVENTS = int(os.environ.get("BENCH_SHADOW", "150000"))
DOCUMENT = SHIPPED.read_text(encoding="utf-8")
DRAFT = DOCUMENT.replace("    team: YC\n", "    team: CAR\n")


def facts() -> list[PinnedFacts]:
    """What the decisions of a few hundred contacts were made from."""
    pin, calendar = read_policy(DOCUMENT).pin, england()
    lived = Slice(CONTACTS)
    lived.live(
        PolicyPublished(policy=pin.name, label=pin.version, hash=pin.hash, document=DOCUMENT),
        CalendarAdopted(calendar=calendar.name, hash=calendar.hash, holidays=calendar.holidays),
    )
    events = (event.event for group in lived.groups for event in group.events)
    return [e.facts for e in events if isinstance(e, ContactRouted)]


def costs(pinned: list[PinnedFacts]) -> list[float]:
    """Milliseconds a decision, one by one."""
    policy, calendar, found = read_policy(DOCUMENT), england(), []
    for one in pinned:
        begun = time.perf_counter()
        decide(one, policy, calendar)
        found.append((time.perf_counter() - begun) * 1000)
    return found


def main() -> None:
    """Routing in memory, then a draft over a long log."""
    pinned = facts()
    costs(pinned)
    means, tails = [], []
    for _ in range(ROUNDS):
        each = costs(pinned)
        means.append(statistics.mean(each))
        tails.append(statistics.quantiles(each, n=20)[-1])
    print(f"routing: {statistics.median(means):.2f} ms a contact in the mean ({min(means):.2f} to {max(means):.2f}), to reach 0.8; "
          f"p95 {statistics.median(tails):.2f} ms, to reach 3; {loops()}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "home", 0, "127.0.0.1", None, None, history.COUNCIL)
        with EmbeddedServer(settings.home) as server:
            history.fill(server.dsn, EVENTS)
            begun = time.perf_counter()
            found = shadow(
                runtime_dsn(server.dsn, settings.council), settings.council, DRAFT, None, None
            )
            took = time.perf_counter() - begun
    rate = found.decisions / took
    print(f"a draft over {found.decisions:,} decisions: {took:.0f} s, {rate:,.0f} a second (15,000 in {15_000 / rate:.0f} s, "
          f"to reach 60); {len(found.otherwise):,} would have come out otherwise")  # fmt: skip


if __name__ == "__main__":
    main()
