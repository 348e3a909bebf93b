"""The register of staff: who may sign in, for which team and in which role."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from events.envelope import RecordedEvent
from events.staff_added import StaffAdded
from events.staff_key_issued import StaffKeyIssued
from events.staff_removed import StaffRemoved
from events.staff_session_ended import StaffSessionEnded
from hub.errors import NotKnown


@dataclass(frozen=True, slots=True)
class Member:
    """One member of staff. `issued` counts every key, link and session ever made for them; `ended` names the sessions they
    signed out of."""

    staff: str
    name: str
    team: str
    role: str
    removed: bool = False
    issued: int = 0
    ended: frozenset[str] = frozenset()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Staff:
    """Every member of staff by id, those who left among them."""

    members: Mapping[str, Member] = field(default_factory=dict)

    def find(self, staff: str) -> Member:
        """A member who has not left, by id or by a name that one member alone has; raises NotKnown."""
        here = [m for m in self.members.values() if not m.removed]
        found = [m for m in here if m.staff == staff] or [m for m in here if m.name == staff]
        if len(found) != 1:
            many = f"{len(found)} members of staff have" if found else "No member of staff has"
            raise NotKnown(f"{many} the id or name {staff[:80]!r}.")
        return found[0]


NOBODY = Staff()


def evolve(staff: Staff, recorded: RecordedEvent) -> Staff:
    """The register after an event of the log."""
    match recorded.event:
        case StaffAdded() as added:
            member = Member(added.staff, added.name, added.team, added.role)
        case StaffKeyIssued() as issued:
            known = staff.members[issued.staff]
            member = replace(known, issued=known.issued + 1)
        case StaffSessionEnded() as over:
            known = staff.members[over.staff]
            member = replace(known, ended=known.ended | {over.key})
        case StaffRemoved() as left:
            member = replace(staff.members[left.staff], removed=True)
        case _:
            return staff
    member = replace(member, version=recorded.version)
    return Staff({**staff.members, member.staff: member})


def fold(recorded: Iterable[RecordedEvent], staff: Staff = NOBODY) -> Staff:
    """The register that events of the log, in order, make of the one before them."""
    for event in recorded:
        staff = evolve(staff, event)
    return staff
