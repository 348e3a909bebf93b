"""What the commands of the loop share: is it still open, has this been done already, what the next referral inherits."""

from events.message_refused import Fault
from events.referral_sent import ReferralSent
from hub.errors import InvalidCommand, NotAllowed
from hub.referrals.state import Episode, Moved, Obligation, Referral, ReferralEnding
from hub.teams.book import TeamBook

ENDED_AS = {
    "declined": "declined",
    "overridden": "overridden",
    "handed_on": "handed on",
    "done": "finished",
    "withdrawn": "withdrawn",
}


def said_already(referral: Referral, ending: ReferralEnding) -> bool:
    """Whether the referral ended in just this way before: then there is nothing to do."""
    before = referral.ending
    if before is None or type(before) is not type(ending):
        return False
    same = {"opens": before.opens} if isinstance(before, Moved) else {}
    return ending.model_copy(update=same) == before


def refuse_unless_open(referral: Referral) -> None:
    """Raise NotAllowed where the referral has ended."""
    if not referral.open:
        on = (
            f" It went on as {referral.ending.opens}." if isinstance(referral.ending, Moved) else ""
        )
        raise NotAllowed(f"Referral {referral.id} was {ENDED_AS[referral.status]} already.{on}")


def refuse_while_owed(episode: Episode, referral: Referral) -> None:
    """Raise NotAllowed, naming them, where obligations that belong to the referral are neither done nor waived."""
    owed = [o for o in episode.belonging_to(referral.id) if o.open]
    if owed:
        names = ", ".join(o.id for o in owed)
        raise NotAllowed(
            f"Referral {referral.id} cannot end before these obligations are done or waived with a reason: {names}.",
            [_owed(o) for o in owed],
        )


def refuse_nowhere(referral: Referral, next_team: str) -> None:
    """Raise NotAllowed where a referral would go on to the team that has it."""
    if next_team == referral.team:
        raise NotAllowed(
            f"{referral.team} has this referral: it can only go on to another team.",
            [
                Fault(
                    pointer="/next",
                    code="itself",
                    says="The next team is the one that has it.",
                    mend="Name another team.",
                )
            ],
        )


def refuse_unless_taken(teams: TeamBook, next_team: str) -> None:
    """Raise NotAllowed where nothing may be declined to the next team."""
    if not teams.takes_declined(next_team):
        raise NotAllowed(
            f"Nothing is declined to {next_team}: an introduction is the person's own choice."
        )


def next_referral(episode: Episode, referral: Referral, next_team: str) -> ReferralSent:
    """The ask that follows: of another team, but the same in all else, its clock above all (F11):
    due when it is due by now, pauses counted in."""
    opens = episode.next_referral(referral.sent.contact)
    due_at = episode.clocks[referral.id].due_at
    return referral.sent.model_copy(
        update={"referral": opens, "team": next_team, "follows": referral.id, "due_at": due_at}
    )


def missing(member: str, says: str) -> InvalidCommand:
    """The refusal of a command that lacks a word it needs."""
    return InvalidCommand(
        says, [Fault(pointer=f"/{member}", code="missing", says=says, mend=f"Give `{member}`.")]
    )


def _owed(obligation: Obligation) -> Fault:
    return Fault(
        pointer="", code="obligation-open", says=f"{obligation.id} ({obligation.opened.rule}): {obligation.opened.does}",
        mend="Mark it as done, or waive it with a reason.",
    )  # fmt: skip
