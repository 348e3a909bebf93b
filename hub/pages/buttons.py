"""What can be done about an ask or a duty, as buttons with what each asks for."""

from dataclasses import dataclass
from typing import Any

from hub.referrals.verbs import verbs
from hub.teams.book import team_book, works_for
from hub.viewer import Viewer

LABELS = {
    "seen": "Mark as seen", "accept": "Accept", "decline": "Decline", "override": "Override", "hand-on": "Hand on",
    "done": "Done", "withdraw": "Withdraw", "waive": "Waive",
}  # fmt: skip
MEMBERS = {"reason": "Reason", "next": "Next team", "outcome": "Outcome", "note": "Note"}


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done, with what it asks for."""

    word: str
    label: str
    members: tuple[str, ...]
    needed: tuple[str, ...]


def buttons(subject: str, words: tuple[str, ...]) -> list[Button]:
    """The verbs as buttons, in this order."""
    known = verbs()
    return [
        Button(word, LABELS[word], known[subject, word].members, known[subject, word].needed)
        for word in words
    ]


def may_act(viewer: Viewer, team: str | None) -> bool:
    """Whether the viewer's team has it."""
    return viewer.role == "duty" and team is not None and works_for(viewer.team, team)


def team_choices() -> list[dict[str, Any]]:
    """Every queue a referral can go to."""
    book = team_book()
    return [
        {"code": code, "name": team.name} for team in book.teams.values() for code in team.codes
    ]
