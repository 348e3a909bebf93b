"""A member of staff gets a key, a single-use link to sign in with, or a session."""

from dataclasses import dataclass
from typing import Literal

from events.base import Event
from events.staff_key_issued import StaffKeyIssued
from hub.teams.state import Staff

Kind = Literal["key", "link", "session"]


@dataclass(frozen=True, slots=True)
class IssueStaffKey:
    """A key for scripts, a link that signs its holder in once, or the session that a sign-in begins."""

    staff: str
    kind: Kind = "key"


def decide(staff: Staff, command: IssueStaffKey) -> list[Event]:
    """One more key, by the next number."""
    member = staff.find(command.staff)
    return [StaffKeyIssued(staff=member.staff, key=f"k{member.issued + 1}", kind=command.kind)]
