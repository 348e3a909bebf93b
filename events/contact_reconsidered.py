"""What would now be decided on a contact that was corrected."""

from datetime import datetime
from typing import ClassVar, Self

from events.base import Event, Fact
from events.contact_routed import ContactRouted
from events.decision import Decision, PolicyPin
from events.facts import PinnedFacts


class RouteNamed(Fact):
    """One route by its row, whom it is about, and its team."""

    row: str
    about: str | None
    person: str | None
    team: str | None


class ContactReconsidered(Event):
    """A contact was corrected, and the policy says what would now be decided on it. What was decided before stays as it was.

    Everything it was made from is pinned, as in `contact.routed`; its clocks begin with the receipt of the correction.

    amendment     its own number, `K-` and the place in the log of the correction
    received_at   when the correction was received
    newly         the routes that were not decided before: those that nobody has yet are sent at once
    no_longer     the routes that would not be decided any more: none is taken back, its team is asked to look again
    opened        whether a team was asked or something is owed because of it
    """

    TYPE: ClassVar[str] = "contact.reconsidered"
    STREAM: ClassVar[str] = "reconsideration"

    contact: str
    amendment: str
    input_position: int
    received_at: datetime
    family: str | None
    policy: PolicyPin
    calendar_hash: str
    decider: str
    facts: PinnedFacts
    decision: Decision
    newly: tuple[RouteNamed, ...]
    no_longer: tuple[RouteNamed, ...]
    opened: bool
    register_hash: str | None = None

    def stream_id(self) -> str:
        return self.amendment

    def tags(self) -> tuple[str, ...]:
        said = self.decision
        people = (
            *(r.person for r in said.routes),
            *(o.person for o in said.obligations),
            *(t.person for t in said.tell),
            *(r.person for r in self.no_longer),
        )
        family = (f"family:{self.family}",) if self.family else ()
        held = (f"referral:{r.held_by}" for r in said.routes if r.held_by)
        named = (f"person:{p}" for p in people if p)
        return tuple(dict.fromkeys((f"contact:{self.contact}", *family, *named, *held)))

    def sentence(self) -> str:
        if not self.newly and not self.no_longer:
            return f"Contact {self.contact} was corrected; the same would be decided on it."
        differs = (("to", self.newly), ("no longer to", self.no_longer))
        parts = [
            word + " " + ", ".join(f"{r.team or 'no team'} ({r.row})" for r in routes)
            for word, routes in differs
            if routes
        ]
        return f"Contact {self.contact} was corrected; it would now go {' and '.join(parts)}."

    @classmethod
    def example(cls) -> Self:
        routed = ContactRouted.example()
        route = routed.decision.routes[0]
        return cls(
            contact=routed.contact, amendment="K-000052", input_position=52, received_at=routed.received_at,
            family=routed.family, policy=routed.policy, calendar_hash=routed.calendar_hash, decider=routed.decider,
            facts=routed.facts, decision=routed.decision,
            newly=(RouteNamed(row=route.row, about=route.about, person=route.person, team=route.team),),
            no_longer=(RouteNamed(row="R11", about="p1", person="P-000001", team="CLS-1"),), opened=True,
            register_hash=routed.register_hash,
        )  # fmt: skip
