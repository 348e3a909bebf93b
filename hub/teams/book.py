"""The teams of the council, read from policies/teams.yaml: their codes, localities, clearances and front doors."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from events.message_refused import Fault
from hub.errors import InvalidCommand

TEAMS_FILE = Path(__file__).parents[2] / "policies" / "teams.yaml"


@dataclass(frozen=True, slots=True)
class Team:
    """One team: `codes` are its queues, one a locality where it has localities, else its own code alone.

    escalates_to   who hears of an ask that it left untouched; without it, the front door of the side
    """

    code: str
    name: str
    localities: tuple[str, ...] = ()
    clearances: frozenset[str] = frozenset()
    front_door: str | None = None
    declines_to: bool = True
    phone: str | None = None
    escalates_to: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(f"{self.code}-{place}" for place in self.localities) or (self.code,)


@dataclass(frozen=True, slots=True)
class TeamBook:
    """Every team by its code."""

    teams: Mapping[str, Team]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code a referral can be sent to."""
        return tuple(code for team in self.teams.values() for code in team.codes)

    def find(self, code: str) -> Team | None:
        """The team behind `YC`, `CLS` or `CLS-2`; None where there is none."""
        bare, dash, place = code.partition("-")
        team = self.teams.get(bare)
        if team is None or (dash and place not in team.localities):
            return None
        return team

    def name_of(self, code: str) -> str | None:
        """A team's name with its locality: `CLS-2` is `Community-led Support 2`; None where there is none."""
        team = self.find(code)
        return f"{team.name} {code.partition('-')[2]}".strip() if team else None

    def queue(self, code: str, pointer: str = "/next") -> str:
        """`code` where a referral can be sent to it; raises InvalidCommand listing the codes that exist."""
        if code in self.codes:
            return code
        raise unknown_team(code, self.codes, pointer)

    def membership(self, code: str, pointer: str = "/team") -> str:
        """`code` where somebody can work there: a queue, or a team as a whole, in all its localities."""
        if self.find(code):
            return code
        raise unknown_team(
            code, (*self.codes, *(c for c in self.teams if c not in self.codes)), pointer
        )

    def clearances(self, code: str | None) -> frozenset[str]:
        """What the members of a team are cleared for; nothing where the team is not known."""
        team = self.find(code) if code else None
        return team.clearances if team else frozenset()

    def front_door(self, about_child: bool) -> str:
        """Where a referral returns that nobody else was named for."""
        side = "children" if about_child else "adults"
        return next(team.code for team in self.teams.values() if team.front_door == side)

    def is_front_door(self, code: str) -> bool:
        """Whether declined referrals return to this team."""
        team = self.find(code)
        return team is not None and team.front_door is not None

    def takes_declined(self, code: str) -> bool:
        """Whether a referral may be declined to this team."""
        team = self.find(code)
        return team is None or team.declines_to


def works_for(member_of: str | None, team: str) -> bool:
    """Whether a member of one team may act for another code: the same, or one is the other without its locality.

    Who works for CLS works for all its localities; what was sent to CLS as a whole, any locality may take up.
    CLS-1 never acts for CLS-2.
    """
    if member_of is None:
        return False
    return (
        member_of == team
        or member_of == team.partition("-")[0]
        or team == member_of.partition("-")[0]
    )


def unknown_team(code: str, valid: tuple[str, ...], pointer: str) -> InvalidCommand:
    """The refusal of a code that no team has."""
    listed = ", ".join(valid)
    fault = Fault(
        pointer=pointer,
        code="unknown-team",
        says="There is no such team.",
        mend=f"Name one of: {listed}.",
    )
    return InvalidCommand(f"There is no team {code[:40]!r}. The teams are: {listed}.", [fault])


def read_teams(document: str) -> TeamBook:
    """The teams of a YAML document in the form of policies/teams.yaml."""
    teams = {}
    for code, says in yaml.safe_load(document)["teams"].items():
        teams[code] = Team(
            code=code,
            name=says["name"],
            localities=tuple(str(place) for place in says.get("localities", ())),
            clearances=frozenset(says.get("clearances", ())),
            front_door=says.get("front_door"),
            declines_to=says.get("declines_to", True),
            phone=says.get("phone"),
            escalates_to=says.get("escalates_to"),
        )
    return TeamBook(teams)


@cache
def team_book() -> TeamBook:
    """The teams as shipped."""
    return read_teams(TEAMS_FILE.read_text(encoding="utf-8"))
