"""`hub route`: decides on contacts in the order given, in a fresh hub in plain memory that keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.decision import Decision
from events.envelope import NewEvent, RecordedEvent, new_event
from events.policy_published import PolicyPublished
from events.teams_adopted import TeamsAdopted
from hub.access import see_contact, see_family
from hub.clocks import Calendar
from hub.contacts.amend import First, amend, first_of
from hub.contacts.cloud_event import Message
from hub.contacts.message import ReadContact, Unreadable, read
from hub.contacts.receive import Accept, Amend, Carrier, Refuse, contact_id, receive
from hub.engine import Engine
from hub.errors import MessageIdTaken
from hub.families.relations import HARMS
from hub.families.shown import read_family
from hub.folding import TABLES
from hub.policies import read_policy
from hub.teams.document import read_register
from hub.values import london_day
from hub.viewer import Viewer
from projections import contact_view
from projections.contact_view import ContactView
from projections.registry import all_projections, table_defs
from projections.secrets import Hidden
from projections.table import MemoryTables


@dataclass(slots=True)
class FreshHub:
    """A hub in memory: the engine's own code over plain tables. Each proposed route counts as sent at receipt. Without a register
    of teams the policy alone tells of them."""

    policy: str
    calendar: Calendar
    now: datetime
    register: str | None = None
    position: int = 0
    number: int = 0
    tables: MemoryTables = field(default_factory=lambda: MemoryTables((*TABLES, *table_defs())))
    inbox: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    amended: dict[str, list[RecordedEvent]] = field(default_factory=dict)
    told_at: datetime = field(init=False)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = Engine(self.calendar)
        pin = read_policy(self.policy).pin
        published = PolicyPublished(
            policy=pin.name, label=pin.version, hash=pin.hash, document=self.policy
        )
        begun = [new_event(published, 1, actor="operator")]
        if self.register is not None:
            adopted = TeamsAdopted(hash=read_register(self.register).hash, document=self.register)
            begun.append(new_event(adopted, 1, actor="operator"))
        self.engine.step(self.tables, self.record(begun, self.now))

    def route(self, message: Message, viewer: Viewer) -> dict[str, Any]:
        """What the hub decides on a message, as the viewer may see it. Raises the HubError that refuses it.

        The message's `time` is its receipt; without one it was received when it occurred. The same message again gets
        its first answer; another body under a taken id is refused.
        """
        found = read(message, self.now)
        if isinstance(found, Unreadable):
            raise found.error
        before = self.inbox.get((found.source, found.message_id))
        if before is not None:
            contact, body_hash = before
            if body_hash != found.body_hash:
                raise MessageIdTaken
            return self.answer(contact, viewer, found)
        self.number += 1
        first = self.first_of(found) if found.amends else None
        received_at = found.time or (found.light.occurred_at if found.light else self.told_at)
        accepted = receive(message, Carrier("file"), contact_id(self.number, received_at), self.now)
        if isinstance(accepted, Amend):
            accepted = amend(found, Carrier("file"), first)
        if isinstance(accepted, Refuse):
            raise accepted.error
        assert isinstance(accepted, Accept)
        contact = accepted.contact
        self.inbox[found.source, found.message_id] = (contact, found.body_hash)
        recorded = self.record(accepted.append.events, received_at)
        if found.amends:
            self.amended.setdefault(contact, []).extend(recorded)
        for decided in self.engine.step(self.tables, recorded):
            self.record(decided.events, received_at)
        return self.answer(contact, viewer, found)

    def first_of(self, found: ReadContact) -> First | None:
        """The contact that a message amends, where it came before."""
        assert found.amends is not None
        named = found.amends.message_id
        known = self.inbox.get((found.source, named))
        return first_of(known[0], named, self.amended.get(known[0], ())) if known else None

    def record(self, events: Sequence[NewEvent], at: datetime) -> list[RecordedEvent]:
        """The events as a log would hold them, folded into every view."""
        recorded = []
        for new in events:
            self.position += 1
            recorded.append(new.at(self.position, at))
        self.told_at = at
        for event in recorded:
            for projection in all_projections():
                if projection.types is None or event.type in projection.types:
                    projection.apply(self.tables, event)
        for projection in all_projections():
            projection.note_position(self.tables, self.position)
        return recorded

    def answer(self, contact: str, viewer: Viewer, found: ReadContact) -> dict[str, Any]:
        """The decision in the shape that design.md gives for `hub route --json`; on a correction, what would now be decided."""
        view = contact_view.read(self.tables, contact)
        assert view is not None and view.policy is not None
        hidden = Hidden(self.tables)
        seen = see_contact(view, hidden, viewer)
        decision = decided_by(seen, found.message_id) if seen else None
        routes = sorted(decision.routes, key=lambda r: r.rank) if decision else []
        return {
            "contact": found.message_id,
            "policy": view.policy.model_dump(),
            "routes": [r.model_dump(mode="json", include=ROUTE) for r in routes],
            "obligations": [o.model_dump(mode="json", include=OBLIGATION) for o in decision.obligations] if decision else [],
            "tell": [t.model_dump(mode="json", include=NOTICE) for t in decision.tell] if decision else [],
            "people": [{"ref": m.ref, "person": m.person, "outcome": m.outcome} for m in (seen.mentions if seen else ())],
            "family": self.family(seen, hidden, viewer),
        }  # fmt: skip

    def family(self, view: ContactView | None, hidden: Hidden, viewer: Viewer) -> list[str]:
        """The people of the family, as far as the viewer may know of them, longest known first.

        Who is alleged to harm one of them brings no family of their own into it: an allegation never makes a family.
        To a viewer who may not know of the allegation nothing is missing, or its absence would tell.
        """
        if view is None:
            return []
        day = london_day(view.received_at)
        read = [f for p in view.people if (f := read_family(self.tables, p, day))]
        seen = [s for f in read if (s := see_family(f, hidden, viewer))]
        harming = {
            r.from_person
            for f in seen
            for r in f.relations
            if r.type == HARMS and r.to_person in view.people
        }
        families = [f for f in seen if f.asked not in harming] or seen
        return sorted({member for family in families for member in family.members})


def decided_by(seen: ContactView, message_id: str) -> Decision | None:
    """What was decided on a message: on the contact, or on what corrected it; nothing on a withdrawal."""
    amended = {a.message_id: a.decision for a in seen.amendments}
    return amended.get(message_id, seen.decision)


ROUTE = {"rule", "about", "team", "pathway", "rank", "due_at", "clock", "because"}
OBLIGATION = {"rule", "about", "due_at", "does", "because"}
NOTICE = {"rule", "about", "to", "because"}
