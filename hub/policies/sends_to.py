"""Which teams a policy sends to, and at which places of the document; and which of them a register of teams lacks."""

from collections.abc import Container, Iterator

from events.message_refused import Fault
from hub.policies.document import InvalidPolicy, Policy, fault, read_policy
from hub.policies.row import TeamsByAge
from hub.policies.yaml import Path, Places, read_yaml

SPOKEN = {
    "front_doors": "The front door for {}",
    "timekeeping": "Who is told of what is due at once while a team is closed",
}


def sends_to(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Every team that a policy sends to, with each place that names it."""
    yield ("front_doors", "children"), policy.front_doors.children
    yield ("front_doors", "adults"), policy.front_doors.adults
    if policy.timekeeping.out_of_hours:
        yield ("timekeeping", "out_of_hours"), policy.timekeeping.out_of_hours
    for row_id, row in policy.rows.items():
        here: Path = ("rows", row_id, "team")
        if isinstance(row.team, TeamsByAge):
            yield (*here, "child"), row.team.child
            yield (*here, "adult"), row.team.adult
        elif row.team:
            yield here, row.team


def teams_of(policy: Policy) -> list[str]:
    """Every team that a policy sends to, once."""
    return sorted({team for _, team in sends_to(policy)})


def teams_lacking(policy: Policy, places: Places, teams: Container[str]) -> Iterator[Fault]:
    """A fault for each place that names a team which is not among these, those of a register: its queue nobody would read."""
    for path, team in sends_to(policy):
        if team not in teams:
            says = f"{_who(path)} is {team}, which the register of teams does not have."
            mend = f"Name another team, or import a register that has {team}, and put the policy forward again."
            yield fault(places, path, "team-not-in-register", says).model_copy(
                update={"mend": mend}
            )


def refuse_lacking(document: str, teams: Container[str]) -> None:
    """Raise InvalidPolicy, which names each place, where the policy of a document sends to a team that is not among these."""
    _, places = read_yaml(document)
    if faults := list(teams_lacking(read_policy(document), places, teams)):
        raise InvalidPolicy("The policy sends to teams that the register does not have.", faults)


def _who(path: Path) -> str:
    """What a place of the document says, in words."""
    part, name = str(path[0]), str(path[1])
    return f"The team of row {name}" if part == "rows" else SPOKEN[part].format(name)
