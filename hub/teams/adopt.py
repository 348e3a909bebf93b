"""A register of teams comes into force."""

from collections.abc import Sequence
from dataclasses import dataclass

from events.base import Event
from events.envelope import RecordedEvent
from events.message_refused import Fault
from events.teams_adopted import TeamsAdopted
from hub.errors import InvalidTeams
from hub.teams.document import Register, out_of_reach, read_register


@dataclass(frozen=True, slots=True)
class TeamsInForce:
    """The register that the hub goes by. `document` is None before the first came into force.

    version   its place in the register's stream
    """

    hash: str | None = None
    document: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class AdoptTeams:
    """A register of teams comes into force, as the whole document.

    still_asked   looked up: the queues in which referrals are open
    sent_to       looked up: the teams that the policy in force sends to
    """

    document: str
    still_asked: Sequence[str] = ()
    sent_to: Sequence[str] = ()


def decide(state: TeamsInForce, command: AdoptTeams) -> list[Event]:
    """It comes into force from here on. The very same document again changes nothing.

    A queue in which referrals are open, and a team that the policy sends to, cannot be left out: nothing may be anywhere that
    nobody looks.
    """
    register = read_register(command.document)
    if register.hash == state.hash:
        return []
    if faults := list(out_of_reach(register, command.document)):
        raise InvalidTeams(InvalidTeams.title, faults)
    if faults := left_out_of(register, command.still_asked, command.sent_to):
        raise InvalidTeams("The register leaves out what is needed.", faults)
    return [TeamsAdopted(hash=register.hash, document=command.document)]


def left_out_of(
    register: Register, still_asked: Sequence[str] = (), sent_to: Sequence[str] = ()
) -> list[Fault]:
    """A fault for each queue with open referrals, and each team that a policy sends to, which a register does not have."""
    lost = [queue for queue in still_asked if queue not in register.queues]
    return [left_out(queue, "has open referrals") for queue in lost] + [
        left_out(team, "is one that the policy sends to")
        for team in sent_to
        if team not in register.teams
    ]


def left_out(code: str, why: str) -> Fault:
    """The fault of a register that has no such queue or team."""
    return Fault(
        pointer=f"/teams/{code.partition('-')[0]}",
        code="left-out",
        says=f"{code} {why}, and is not in this register.",
        mend="Keep it until nothing is open there and the policy names it no more.",
    )


def evolve(state: TeamsInForce, recorded: RecordedEvent) -> TeamsInForce:
    """The register in force after an event of its stream."""
    if isinstance(recorded.event, TeamsAdopted):
        return TeamsInForce(recorded.event.hash, recorded.event.document, recorded.version)
    return state
