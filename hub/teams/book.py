"""The teams of the council as everything but routing asks for them: codes, localities, clearances, front doors, numbers to ring."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path

from events.message_refused import Fault
from hub.errors import InvalidCommand
from hub.teams.document import Register, TeamRecord, read_register

TEAMS_FILE = Path(__file__).parents[2] / "policies" / "teams.yaml"


@dataclass(frozen=True, slots=True)
class Team:
    """One team: `codes` are its queues, one a locality where it has localities, else its own code alone.

    email, webhook   where it is paged
    escalates_to     who hears of an ask that it left untouched; without it, the front door of the side
    """

    code: str
    name: str
    localities: tuple[str, ...] = ()
    clearances: frozenset[str] = frozenset()
    front_door: str | None = None
    declines_to: bool = True
    phone: str | None = None
    email: str | None = None
    webhook: str | None = None
    escalates_to: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(f"{self.code}-{place}" for place in self.localities) or (self.code,)


@dataclass(frozen=True, slots=True)
class TeamBook:
    """Every team by its code, with the register it is read from."""

    teams: Mapping[str, Team]
    register: Register

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


@lru_cache(maxsize=16)
def read_teams(document: str) -> TeamBook:
    """The teams of a register's document; raises InvalidTeams."""
    return book_of(read_register(document))


def book_of(register: Register) -> TeamBook:
    """The teams of a register."""
    return TeamBook({code: team_of(code, said) for code, said in register.teams.items()}, register)


def team_of(code: str, said: TeamRecord) -> Team:
    """A team, as the register states it."""
    return Team(
        code=code,
        name=said.name,
        localities=tuple(map(str, said.localities)),
        clearances=frozenset(said.clearances),
        front_door=said.front_door,
        declines_to=said.declines_to,
        phone=said.phone,
        email=said.email,
        webhook=said.webhook,
        escalates_to=said.escalates_to,
    )


@cache
def shipped_book() -> TeamBook:
    """The teams that the hub is shipped with."""
    return read_teams(TEAMS_FILE.read_text(encoding="utf-8"))


@cache
def nobody_cleared() -> TeamBook:
    """The teams where no register came into force yet: those that are shipped, none of whom is cleared for anything."""
    book = shipped_book()
    teams = {code: replace(team, clearances=frozenset()) for code, team in book.teams.items()}
    return TeamBook(teams, book.register)


_IN_FORCE: ContextVar[TeamBook | None] = ContextVar("teams_in_force", default=None)


def go_by(book: TeamBook) -> None:
    """Whoever asks in this request, or by this command, is answered with these teams' names, codes and numbers."""
    _IN_FORCE.set(book)


def team_book() -> TeamBook:
    """The teams in force as this request or command found them; those that are shipped, where nothing was read of a log.

    Never ask it what somebody is cleared for: that is read from the log as they come in.
    """
    return _IN_FORCE.get() or shipped_book()
