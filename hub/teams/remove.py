"""A member of staff leaves."""

from dataclasses import dataclass

from events.base import Event
from events.staff_removed import StaffRemoved
from hub.teams.state import Staff


@dataclass(frozen=True, slots=True)
class RemoveStaff:
    """They may no longer use the hub: every key, link and session of theirs stops working at once. What they did stays theirs."""

    staff: str


def decide(staff: Staff, command: RemoveStaff) -> list[Event]:
    """They are gone; nothing where they were already."""
    known = staff.members.get(command.staff)
    if known and known.removed:
        return []
    return [StaffRemoved(staff=staff.find(command.staff).staff)]
