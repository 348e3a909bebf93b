"""What the commands on obligations share."""

from events.obligation_done import ObligationDone
from hub.errors import NotAllowed
from hub.referrals.state import Obligation


def refuse_unless_open(obligation: Obligation) -> None:
    """Raise NotAllowed where the obligation was met already."""
    if obligation.ending:
        how = "done" if isinstance(obligation.ending, ObligationDone) else "waived"
        raise NotAllowed(
            f"Obligation {obligation.id} was {how} already, by {obligation.ending.team}."
        )
