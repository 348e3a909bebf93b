"""An ask that goes from hand to hand: after so many moves the front door owes an answer to the question who has it (F1)."""

from datetime import datetime

from events.base import Event
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.access.words import stream_of
from hub.clocks import Calendar
from hub.people.told import FIRST_OF_THE_LOOP
from hub.policies import Policy
from hub.policies.timekeeping import Settle
from hub.referrals.state import Episode, happened, number

FEWEST = 2
"""An ask that has moved once has not gone from hand to hand, whatever the policy says."""
RULE = "F1"


def moves_of(episode: Episode, sent: ReferralSent) -> int:
    """How often an ask has moved from team to team, this time included."""
    count, link = 0, sent
    while link.follows:
        count, link = count + 1, episode.referral(link.follows).sent
    return count


def moved_in(decided: list[Event]) -> ReferralSent | None:
    """The ask that goes on by what was decided."""
    return next((e for e in decided if isinstance(e, ReferralSent) and e.follows), None)


def settle(
    episode: Episode, decided: list[Event], at: datetime, policy: Policy, calendar: Calendar, front_door: str
) -> list[Event]:  # fmt: skip
    """What follows where an ask moved as often as the policy bears, once for each ask: the front door is asked, and owes an answer. An ask
    that is with the front door by now, or of a restricted stream, keeps the question itself: nobody else need know."""
    moved, words = moved_in(decided), policy.timekeeping.settle
    if moved is None or words is None or moves_of(episode, moved) != policy.timekeeping.moves:
        return []
    for event in decided:
        episode = happened(episode, event)
    stays = moved.team == front_door or stream_of(moved.rule, moved.team)
    asked = moved if stays else to_the_front_door(episode, moved, at, policy, calendar, front_door)
    owed = question(words, moved, asked, at, policy, calendar)
    return [owed] if stays else [asked, owed]


def to_the_front_door(
    episode: Episode, moved: ReferralSent, at: datetime, policy: Policy, calendar: Calendar, front_door: str
) -> ReferralSent:  # fmt: skip
    """The front door is asked, beside the team that has it: nothing is taken away from anybody."""
    words = policy.timekeeping.settle
    assert words is not None and policy.timekeeping.moves is not None
    rules = policy.clocks[words.clock]
    ranks = [r.sent.rank for r in episode.referrals.values() if r.sent.contact == moved.contact]
    return moved.model_copy(
        update={
            "referral": episode.next_referral(moved.contact), "rule": RULE, "team": front_door, "pathway": "who has it",
            "rank": max(ranks) + 1, "lead": False, "follows": None, "because": because(words, policy),
            "clock": rules.clock.name, "clock_started_at": at, "due_at": rules.clock.due(at, calendar),
            "met_by": rules.met_by, "missed_from": None,
        }
    )  # fmt: skip


def question(
    words: Settle, moved: ReferralSent, asked: ReferralSent, at: datetime, policy: Policy, calendar: Calendar
) -> ObligationOpened:  # fmt: skip
    """What is owed: to say who has it. Its number follows from the ask that moved, so that nobody else gives the same."""
    clock = policy.clocks[words.clock].clock
    last = FIRST_OF_THE_LOOP + number(moved.referral)
    return ObligationOpened(
        obligation=f"O{moved.contact[1:]}-{last}", contact=moved.contact, referral=asked.referral, rule=RULE,
        about=moved.about, person=moved.person, does=words.does, because=because(words, policy), clock=clock.name,
        due_at=clock.due(at, calendar),
    )  # fmt: skip


def because(words: Settle, policy: Policy) -> str:
    """Why, with how often it moved."""
    return words.because.replace("{moves}", str(policy.timekeeping.moves))
