"""What was owed need not be done."""

from dataclasses import dataclass

from events.base import Event
from events.obligation_waived import ObligationWaived
from hub.obligations.steps import refuse_unless_open
from hub.referrals.closing import with_closing
from hub.referrals.state import Episode

VERB = "waive"


@dataclass(frozen=True, slots=True)
class WaiveObligation:
    """The team that holds the referral decides that what is owed need not be done, and says why: it is never dropped unseen."""

    obligation: str
    reason: str
    note: str | None = None


COMMAND = WaiveObligation


def decide(episode: Episode, command: WaiveObligation) -> list[Event]:
    """It is met by a reason; where it was the last thing owed of an ended contact, the contact is closed."""
    obligation = episode.obligation(command.obligation)
    waived = ObligationWaived(
        obligation=obligation.id, contact=obligation.opened.contact,
        team=episode.holder(obligation.opened.referral).team, reason=command.reason, note=command.note,
    )  # fmt: skip
    if obligation.ending == waived:
        return []
    refuse_unless_open(obligation)
    return with_closing(episode, [waived])
