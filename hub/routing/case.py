"""One decision in hand: the people, the policy, the teams, the calendar, and the conditions asked of them."""

from dataclasses import dataclass
from datetime import date, datetime

from hub.clocks import Calendar, end_of_day
from hub.policies.clock import ClockRules
from hub.policies.document import Policy
from hub.routing.people import Circle, Person
from hub.routing.queues import Queues
from hub.routing.rows import Conditions
from hub.values import PartialDate, london_day, months_after


@dataclass(frozen=True, slots=True)
class Case:
    """What every step of a decision reads."""

    circle: Circle
    policy: Policy
    calendar: Calendar
    conditions: Conditions
    queues: Queues

    @property
    def received_at(self) -> datetime:
        """When every clock starts (F11)."""
        return self.circle.facts.received_at

    def due(self, clock_name: str | None, person: Person) -> tuple[datetime | None, str | None]:
        """When a clock of the policy ends, and its name."""
        if clock_name is None:
            return None, None
        rules = self.policy.clocks[clock_name]
        if rules.at_ages:
            return self._birthday(rules, person), rules.clock.name
        if rules.on_carried_date:
            day = PartialDate.parse(str(person.carries.get("date", "")))
            if day and day.full and day.full > london_day(self.received_at):
                return end_of_day(day.full), rules.clock.name
        return rules.clock.due(self.received_at, self.calendar), rules.clock.name

    def _birthday(self, rules: ClockRules, person: Person) -> datetime | None:
        """The end of the next of the days on which the person reaches one of the clock's ages; None where there is none."""
        if person.at < 0 or person.pinned.born_from is None:
            return None
        born = date.fromisoformat(person.pinned.born_from)
        reached = [months_after(born, months) for months in rules.months]
        today = london_day(self.received_at)
        return next((end_of_day(day) for day in reached if day >= today), None)

    def certain(self, clock_name: str | None) -> bool:
        """Whether the bank holidays that the clock is counted with are published."""
        clock = self.policy.clock(clock_name)
        return clock is None or clock.certain(self.received_at, self.calendar)

    def is_open(self, team: str) -> bool:
        """Whether the team is at work when the contact is received."""
        return self.queues.hours(team).open_at(self.received_at, self.calendar)
