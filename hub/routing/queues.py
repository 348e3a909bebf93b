"""Whose queue takes a row for a home, and when that team is at work: as the register in force states it, else as the policy does."""

from dataclasses import dataclass

from hub.clocks import OpeningTimes
from hub.policies.document import Policy
from hub.teams.document import Localities, Register


@dataclass(frozen=True, slots=True)
class Home:
    """What of a home decides about the queue: its postcode sector, and its ward where that is known."""

    sector: str | None = None
    ward: str | None = None


@dataclass(frozen=True, slots=True)
class Queues:
    """The teams of a decision. What the register does not state, the policy does."""

    policy: Policy
    register: Register | None = None

    def queue(self, team: str, home: Home) -> str:
        """The queue of a team for a home: `CLS-2`; the team that stands in where the locality is not known."""
        record = self.register.teams.get(team) if self.register else None
        if record is None:
            return self.policy.queue(team, home.sector)
        if not record.localities:
            return team
        place = self.locality(home)
        return f"{team}-{place}" if place in record.localities else record.without_locality or team

    def locality(self, home: Home) -> int | None:
        """The locality of a home; None where the council has it in none."""
        stated = self.register.localities if self.register else None
        if stated is None:
            return self.policy.locality(home.sector)
        return locality_of(stated, home)

    def hours(self, queue: str) -> OpeningTimes:
        """When the team behind a queue is at work."""
        stated = self.register.hours(queue.partition("-")[0]) if self.register else None
        return stated or self.policy.hours(queue)


def locality_of(stated: Localities, home: Home) -> int | None:
    """By ward where it is known and lies in a locality, else by postcode sector, else by district."""
    if home.ward is not None and home.ward in stated.wards:
        return stated.wards[home.ward]
    if home.sector is None:
        return None
    found = stated.postcodes.get(home.sector)
    return stated.postcodes.get(home.sector.rpartition(" ")[0]) if found is None else found
