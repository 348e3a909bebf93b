"""Who must look again: each team that was asked something for a person who turned out to be another, or more than was known."""

from datetime import datetime

from events.mention_at import Moved
from events.obligation_opened import ObligationOpened
from events.people_merged import PeopleMerged
from hub.clocks import Calendar
from hub.clocks.span import Clock, Span
from hub.people.corrections import led_to
from hub.people.told import next_owed
from projections.referrals_and_clocks import CORRECTION
from projections.table import Row, Tables

CLOCK = Clock("look again within 1 working day", Span("working-days", 1), "practice")
MERGED = "Two records turned out to be one person: more is known of them than when you were asked."
SPLIT = "One record turned out to be two people: some of what you were told was of somebody else."
DOES = "Read the whole family again, and change what was decided on the wrong record."


def owed(
    tables: Tables, moved: Moved, at: datetime, calendar: Calendar
) -> tuple[ObligationOpened, ...]:
    """One obligation for each team and place it works in, with the referral it was asked by last. Call it before the move.

    Of those who have ended their part only they are told who were asked after the first of the mentions came in: what came
    before it was decided on what was right.
    """
    since = min((row["position"] for row in told_in(tables, moved)), default=0)
    latest: dict[str, Row] = {}
    for asked in led_to(tables, (moved.from_person, moved.to_person)):
        place = position_of(tables, asked["contact"])
        if asked["open"] or place >= since:
            latest[asked["team"]] = max(
                (latest.get(asked["team"], asked), asked), key=lambda row: (row["open"], row["sent_at"], row["referral"])
            )  # fmt: skip
    due = CLOCK.due(at, calendar)
    opened: list[ObligationOpened] = []
    taken: dict[str, int] = {}
    for team in sorted(latest):
        asked = latest[team]
        contact = asked["contact"]
        number = taken[contact] = taken.get(contact, next_owed(tables, contact) - 1) + 1
        opened.append(
            ObligationOpened(
                obligation=f"O{contact[1:]}-{number}", contact=contact, referral=asked["referral"], rule=CORRECTION,
                about=None, person=moved.to_person if goes(moved, asked) else asked["person"], does=DOES,
                because=MERGED if isinstance(moved, PeopleMerged) else SPLIT, clock=CLOCK.name, due_at=due,
            )
        )  # fmt: skip
    return tuple(opened)


def goes(moved: Moved, asked: Row) -> bool:
    """Whether what was asked goes along with the mentions."""
    named = any(m.contact == asked["contact"] and m.ref == asked["about"] for m in moved.mentions)
    return isinstance(moved, PeopleMerged) or named


def told_in(tables: Tables, moved: Moved) -> list[Row]:
    """The contacts of the mentions that move."""
    contacts = dict.fromkeys(m.contact for m in moved.mentions)
    return [row for contact in contacts if (row := tables.get("told", contact))]


def position_of(tables: Tables, contact: str) -> int:
    """Where a contact stands in the log."""
    row = tables.get("told", contact)
    return row["position"] if row else 0
