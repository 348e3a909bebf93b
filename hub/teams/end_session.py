"""A member of staff signs out."""

from dataclasses import dataclass

from events.base import Event
from events.staff_session_ended import StaffSessionEnded
from hub.teams.state import Staff


@dataclass(frozen=True, slots=True)
class EndSession:
    """They leave the browser they signed in with: whoever copied its cookie is out as well."""

    staff: str
    key: str


def decide(staff: Staff, command: EndSession) -> list[Event]:
    """That session is over; nothing where it was already, or where they have left."""
    member = staff.members.get(command.staff)
    if member is None or member.removed or command.key in member.ended:
        return []
    return [StaffSessionEnded(staff=member.staff, key=command.key)]
