"""What a draft would have decided otherwise: two decisions from the same facts compared, and all of them told together. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from events.contact_routed import ContactRouted
from events.decision import Decision, PolicyPin, Route
from events.policy_shadowed import PolicyShadowed, Shift
from hub.clocks import Calendar
from hub.policies.document import Policy
from hub.routing import decide
from hub.teams.document import Register

Kind = Literal["teams", "clocks", "obligations", "notices"]
KINDS: tuple[Kind, ...] = ("teams", "clocks", "obligations", "notices")
LISTED = 1000
NO_CLOCK = "no clock"
Thing = tuple[str, str]
"""What is counted (`YC`), and of which row and whom it is (`R8 p2`)."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A contact that would have gone otherwise: what would be there that was not, and what was there and would not be."""

    contact: str
    position: int
    more: tuple[tuple[Kind, Thing], ...]
    fewer: tuple[tuple[Kind, Thing], ...]

    @property
    def sentences(self) -> list[str]:
        """Each difference in words."""
        return [
            *(f"would have {words(kind, thing)}" for kind, thing in self.more),
            *(f"would not have {words(kind, thing)}" for kind, thing in self.fewer),
        ]


def words(kind: Kind, thing: Thing) -> str:
    what, whose = thing
    return {
        "teams": f"gone to {what} ({whose})",
        "clocks": f"the clock “{what}” ({whose})",
        "obligations": f"owed {what} ({whose})",
        "notices": f"told {what} ({whose})",
    }[kind]


def compare(
    routed: ContactRouted,
    position: int,
    policy: Policy,
    calendar: Calendar,
    register: Register | None = None,
) -> Otherwise | None:
    """What the draft says of the facts that a decision pinned; None where it says the same."""
    was, would = things(routed.decision), things(decide(routed.facts, policy, calendar, register))
    if was == would:
        return None
    return Otherwise(
        routed.contact, position, more=tuple(only(would, was)), fewer=tuple(only(was, would))
    )


def only(
    here: dict[Kind, Counter[Thing]], there: dict[Kind, Counter[Thing]]
) -> Iterator[tuple[Kind, Thing]]:
    """What is here more often than there."""
    for kind in KINDS:
        for thing in sorted((here[kind] - there[kind]).elements()):
            yield kind, thing


def things(decision: Decision) -> dict[Kind, Counter[Thing]]:
    """What a decision comes to, whatever its words: who has what, by which clock, what is owed, who is told.

    A route to a team that has it already (F7) is no new ask; it is counted where it goes.
    """
    return {
        "teams": Counter((r.team or "no team", named(r)) for r in decision.routes),
        "clocks": Counter(
            [
                *((f"{r.clock or NO_CLOCK}", named(r)) for r in decision.routes),
                *(
                    (o.clock, f"{o.rule} {o.about or '-'}: {o.does}")
                    for o in decision.obligations
                    if o.clock
                ),
            ]
        ),
        "obligations": Counter(
            (o.rule, f"{o.about or '-'}: {o.does}") for o in decision.obligations
        ),
        "notices": Counter((t.to, f"{t.rule} {t.about or '-'}") for t in decision.tell),
    }


def named(route: Route) -> str:
    return f"{route.rule} {route.about or '-'}"


@dataclass(slots=True)
class Tally:
    """Many comparisons together."""

    decisions: int = 0
    otherwise: list[Otherwise] = field(default_factory=list)

    def take(self, other: "Tally") -> None:
        """Add what comes after it in the log."""
        self.decisions += other.decisions
        self.otherwise += other.otherwise

    def shifts(self, kind: Kind) -> tuple[Shift, ...]:
        """What there would be more and fewer of; what would only be elsewhere is both."""
        more = Counter(thing[0] for each in self.otherwise for k, thing in each.more if k == kind)
        fewer = Counter(thing[0] for each in self.otherwise for k, thing in each.fewer if k == kind)
        return tuple(
            Shift(what=what, more=more[what], fewer=fewer[what]) for what in sorted({*more, *fewer})
        )

    def event(
        self, pin: PolicyPin, since: datetime | None, until: datetime | None
    ) -> PolicyShadowed:
        """What is kept of it."""
        return PolicyShadowed(
            policy=pin.name, label=pin.version, hash=pin.hash, since=since, until=until,
            decisions=self.decisions, changed=len(self.otherwise),
            teams=self.shifts("teams"), clocks=self.shifts("clocks"), obligations=self.shifts("obligations"),
            notices=self.shifts("notices"), contacts=tuple(each.contact for each in self.otherwise[:LISTED]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pinned:
    """What decisions name by hash: the bank holidays they were counted with, the registers of teams they sent by."""

    calendars: Mapping[str, Calendar]
    registers: Mapping[str, Register]


def tally(routed: Iterable[tuple[int, ContactRouted]], policy: Policy, pinned: Pinned) -> Tally:
    """The comparisons of decisions, each with its position, by the calendar and the register it was made with."""
    found = Tally()
    for position, event in routed:
        found.decisions += 1
        calendar = pinned.calendars[event.calendar_hash]
        register = pinned.registers[event.register_hash] if event.register_hash else None
        otherwise = compare(event, position, policy, calendar, register)
        if otherwise:
            found.otherwise.append(otherwise)
    return found
