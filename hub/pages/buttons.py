"""What can be done about an ask or a duty, as buttons with what each asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.policies import Policy
from hub.referrals.verbs import verbs
from hub.teams.book import team_book, works_for
from hub.viewer import Viewer
from projections.referrals_and_clocks import Obligation, Referral

NO_RULES: Mapping[str, str] = {}
LABELS = {
    "seen": "Mark as seen", "accept": "Accept", "decline": "Decline", "override": "Override", "hand-on": "Hand on",
    "done": "Done", "withdraw": "Withdraw", "waive": "Waive",
    "pause": "Pause the clock", "resume": "Let the clock run on",
}  # fmt: skip
MEMBERS = {
    "rule": "By which rule",
    "reason": "Reason",
    "next": "Next team",
    "outcome": "Outcome",
    "note": "Note",
}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done, with what it asks for; `rules` are those to choose from, by their names, in words."""

    word: str
    label: str
    members: tuple[str, ...]
    needed: tuple[str, ...]
    rules: Mapping[str, str] = field(default_factory=dict)


def buttons(
    subject: str, words: tuple[str, ...], rules: Mapping[str, str] = NO_RULES
) -> list[Button]:
    """The verbs as buttons, in this order."""
    known = verbs()
    return [
        Button(word, LABELS[word], known[subject, word].members, known[subject, word].needed, rules)
        for word in words
    ]


def clock_words(
    shown: Referral | Obligation, policy: Policy | None
) -> tuple[tuple[str, ...], dict[str, str]]:
    """What can be done to a clock, with the rules it may be paused by: one that stands still goes on, one that runs and is not late
    stands still, where a rule of the policy in force lets it."""
    if shown.paused_at:
        return ("resume",), {}
    rules = policy.pauses_of(shown.clock) if policy else {}
    runs = shown.due_at and not shown.met_at and not shown.missed_at
    return (("pause",), rules) if runs and rules else ((), {})


def may_act(viewer: Viewer, team: str | None) -> bool:
    """Whether the viewer's team has it."""
    return viewer.role == "duty" and team is not None and works_for(viewer.team, team)


def team_choices(full: Collection[str] = ()) -> list[dict[str, Any]]:
    """Every queue a referral can go to, with whether it is one of those that have no room left."""
    book = team_book()
    return [
        {"code": code, "name": team.name, "full": code in full}
        for team in book.teams.values()
        for code in team.codes
    ]
