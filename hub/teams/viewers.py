"""Who a member of staff is as a viewer: what their role lets them do and what their team is cleared to see."""

from hub.errors import NotPermitted
from hub.teams.book import TeamBook
from hub.teams.state import Member
from hub.viewer import ALL_CLEARANCES, Viewer


def viewer_of(member: Member, teams: TeamBook) -> Viewer:
    """A member of staff as a viewer, by the teams in force.

    Duty staff are cleared as their team is. An auditor is cleared for nothing, whatever team they come from: they look into
    every family's record, where a team's clearance is given for the families it works with, so it does not carry over.
    They see that each thing happened, by whom, when and under which rule, and not where a hidden person lives nor what a
    restricted stream (R14, R15, R16) says; what an inquiry needs beyond that, the operator shows. The operator sees all.
    """
    match member.role:
        case "duty":
            return Viewer("duty", member.staff, member.team, teams.clearances(member.team))
        case "auditor":
            return Viewer("auditor", member.staff, member.team)
        case "operator":
            return Viewer("operator", member.staff, member.team, ALL_CLEARANCES)
        case _:
            raise NotPermitted(f"{member.staff} has a role that this hub does not know.")


def as_team(team: str, teams: TeamBook) -> Viewer:
    """Somebody who sees what a member of the team sees, and no more (`--as TEAM`); raises InvalidCommand for no team."""
    return Viewer("duty", "operator", teams.membership(team), teams.clearances(team))
