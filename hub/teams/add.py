"""A member of staff is added."""

from dataclasses import dataclass

from events.base import Event
from events.message_refused import Fault
from events.staff_added import StaffAdded
from hub.errors import InvalidCommand
from hub.plain_text import plain_text
from hub.teams.book import TeamBook
from hub.teams.state import Staff

ROLES = ("duty", "auditor", "operator")


@dataclass(frozen=True, slots=True)
class AddStaff:
    """A person may use the hub: for a team (duty), to look into what was done (auditor), or to run it (operator).

    teams   looked up: the teams there are
    """

    name: str
    team: str
    teams: TeamBook
    role: str = "duty"


def decide(staff: Staff, command: AddStaff) -> list[Event]:
    """They get the next number. The same name in the same team and role, still here, is the same person: nothing happens."""
    name, team = plain_text("name", command.name), command.teams.membership(command.team)
    if command.role not in ROLES:
        says = f"A role is one of {', '.join(ROLES)}."
        raise InvalidCommand(says, [Fault(pointer="/role", code="unknown-role", says=says)])
    here = (m for m in staff.members.values() if not m.removed)
    if any((m.name, m.team, m.role) == (name, team, command.role) for m in here):
        return []
    return [
        StaffAdded(staff=f"S-{len(staff.members) + 1}", name=name, team=team, role=command.role)
    ]
