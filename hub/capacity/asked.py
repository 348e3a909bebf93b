"""How many referrals are open in each queue: the engine's own count, folded from what was sent and what ended."""

from collections.abc import Collection, Iterable

from events.base import Event
from events.need_unmet import NeedUnmet
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.teams.document import Register
from projections.rows import by_key
from projections.table import TableDef, Tables

OPEN_ASK = TableDef(
    "open_ask",
    {
        "referral": "text", "contact": "text", "team": "text", "rule": "text", "about": "text", "person": "text",
        "pathway": "text", "unmet": "text",
    },
    ("referral",),
)  # fmt: skip
QUEUE_OPEN = TableDef("queue_open", {"queue": "text", "open": "int"}, ("queue",))
TABLES = (OPEN_ASK, QUEUE_OPEN)
ENDINGS = (
    ReferralDone, ReferralWithdrawn, ReferralDeclined, ReferralHandedOn, ReferralOverridden,
)  # fmt: skip


def fold(tables: Tables, event: Event) -> None:
    """Take one event in: an ask stands in its queue from when it is sent until it ends, however it does."""
    if isinstance(event, ReferralSent):
        tables.put(
            "open_ask",
            {
                "referral": event.referral, "contact": event.contact, "team": event.team, "rule": event.rule,
                "about": event.about, "person": event.person, "pathway": event.pathway, "unmet": None,
            },
        )  # fmt: skip
        count(tables, event.team, 1)
    elif isinstance(event, ENDINGS):
        asked = tables.get("open_ask", event.referral)
        if asked is not None:
            tables.delete("open_ask", event.referral)
            count(tables, asked["team"], -1)
    elif isinstance(event, NeedUnmet):
        asked = tables.get("open_ask", event.referral)
        if asked is not None:
            tables.put("open_ask", {**asked, "unmet": event.reason})


def count(tables: Tables, queue: str, more: int) -> None:
    """So many more, or fewer, stand in a queue."""
    tables.put("queue_open", {"queue": queue, "open": open_in(tables, queue) + more})


def open_in(tables: Tables, queue: str) -> int:
    """How many referrals are open in a queue."""
    row = tables.get("queue_open", queue)
    return row["open"] if row else 0


def full_of(tables: Tables, register: Register | None, queues: Collection[str]) -> list[str]:
    """Those of the queues that have as many open referrals as there is room for. One whose room is not known is never full."""
    if register is None:
        return []
    room = {queue: most for queue in queues if (most := register.capacity(queue)) is not None}
    return sorted(queue for queue, most in room.items() if open_in(tables, queue) >= most)


def load(tables: Tables, events: Iterable[Event]) -> None:
    """Fetch the asks that these events end, in one round trip."""
    ended = [e.referral for e in events if isinstance(e, ENDINGS)]
    if ended:
        tables.load([by_key("open_ask", "referral", ended)])
