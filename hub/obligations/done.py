"""What was owed is done."""

from dataclasses import dataclass

from events.base import Event
from events.obligation_done import ObligationDone
from hub.obligations.steps import refuse_unless_open
from hub.referrals.closing import with_closing
from hub.referrals.state import Episode

VERB = "done"


@dataclass(frozen=True, slots=True)
class DoObligation:
    """The team that holds the referral did what was owed with it, and may say what came of it."""

    obligation: str
    outcome: str | None = None
    note: str | None = None


COMMAND = DoObligation


def decide(episode: Episode, command: DoObligation) -> list[Event]:
    """It is met; where it was the last thing owed of an ended contact, the contact is closed."""
    obligation = episode.obligation(command.obligation)
    done = ObligationDone(
        obligation=obligation.id, contact=obligation.opened.contact,
        team=episode.holder(obligation.opened.referral).team, outcome=command.outcome, note=command.note,
    )  # fmt: skip
    if obligation.ending == done:
        return []
    refuse_unless_open(obligation)
    return with_closing(episode, [done])
