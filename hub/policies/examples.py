"""Runs the examples that stand beside the rows of a policy: small made-up contacts, and what must become of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from events.contact_received import ContactReceived
from events.content import (
    Address,
    AgreementSaid,
    Concern,
    ContactContent,
    ContactFacts,
    Mention,
    Relationship,
    Reporter,
)  # fmt: skip
from events.decision import Decision
from events.mentions_linked import LinkedMention
from hub.clocks import Calendar
from hub.families.view import FamilyView, KnownHome, KnownPerson, KnownRelation, OpenReferral
from hub.people.homes import read_home
from hub.policies.document import Policy
from hub.policies.row import Example, ExamplePerson
from hub.routing import decide_with_room, gather
from hub.values import london_day

NOBODY = "-"


def decide_example(example: Example, policy: Policy, calendar: Calendar) -> Decision:
    """What the policy says of an example, in a hub that knows nothing else."""
    received_at = datetime.fromisoformat(example.received)
    content = content_of(example, received_at)
    outcomes = outcomes_of(content)
    contact = ContactReceived(
        contact="C-26-000001", source="urn:example:policy", message_id="1", carried_by="example",
        body_sha256="0" * 64, content=content,
    )  # fmt: skip
    view = view_of(
        content, outcomes, received_at, {ref: p.open for ref, p in example.people.items()}
    )
    facts = gather(contact.content, outcomes, view, received_at, 1)
    _, decision = decide_with_room(facts, policy, calendar, None, set(example.full).intersection)
    return decision


def content_of(example: Example, received_at: datetime) -> ContactContent:
    """The contact that an example describes."""
    return ContactContent(
        occurred_at=received_at,
        door="voluntary-sector",
        reporter=Reporter(org="EXAMPLE"),
        people=tuple(_mention(ref, person, received_at) for ref, person in example.people.items()),
        relationships=tuple(
            Relationship.model_validate({"from": a, "type": kind, "to": b})
            for a, kind, b in (r.split() for r in example.relations)
        ),
        concerns=tuple(_concern(said, example) for said in example.concerns),
        facts=ContactFacts.model_validate(dict(example.facts)),
        agreement=AgreementSaid(to_service=example.agreement) if example.agreement else None,
    )


def _mention(ref: str, person: ExamplePerson, received_at: datetime) -> Mention:
    born = None if person.age is None else half_a_year_past(person.age, london_day(received_at))
    return Mention(
        ref=ref,
        dob=person.dob or born,
        flags=person.flags,
        address=Address(postcode=person.postcode) if person.postcode else None,
    )


def half_a_year_past(age: int, day: date) -> str:
    """A date of birth that makes somebody that old on the day, their birthday half a year away."""
    months = day.year * 12 + day.month - 1 - 12 * age - 6
    return f"{months // 12:04}-{months % 12 + 1:02}-01"


def _concern(said: str, example: Example) -> Concern:
    code, _, about = said.partition(" ")
    return Concern.model_validate({"code": code, "about": about or None, **example.carries})


def outcomes_of(content: ContactContent) -> tuple[LinkedMention, ...]:
    """Everybody in the contact as somebody new."""
    return tuple(
        LinkedMention(ref=m.ref, outcome="new", person=f"P-{at:06}", because="An example.")
        for at, m in enumerate(content.people, 1)
    )


def view_of(
    content: ContactContent,
    outcomes: Sequence[LinkedMention],
    received_at: datetime,
    opened: Mapping[str, Mapping[str, str]] | None = None,
) -> FamilyView:
    """The family view that one contact alone gives, with whatever teams hold already."""
    person_of = {o.ref: o.person or "" for o in outcomes}
    people = tuple(
        KnownPerson(
            person=person_of[m.ref],
            refs=(m.ref,),
            births=(m.dob,) if m.dob else (),
            expected=m.expected_dob,
            sex=m.sex,
            flags=frozenset(m.flags),
            homes=_homes(m.address),
            open_referrals=tuple(
                OpenReferral(referral=f"R-26-000000-{n}", row=row, team=team, sent_at=received_at)
                for n, (row, team) in enumerate((opened or {}).get(m.ref, {}).items(), 1)
            ),
            positions=(1,),
        )
        for m in content.people
        if person_of[m.ref]
    )
    relations = tuple(
        KnownRelation(
            from_person=person_of[r.from_ref], type=r.type, to_person=person_of[r.to_ref], since=r.since,
            until=r.until, hours_per_week=r.hours_per_week, position=1, joins=r.type != "alleged-to-harm",
        )
        for r in content.relationships
        if person_of.get(r.from_ref) and person_of.get(r.to_ref)
    )  # fmt: skip
    return FamilyView(root=people[0].person if people else None, people=people, relations=relations)


def _homes(address: Address | None) -> tuple[KnownHome, ...]:
    home = read_home(address)
    return (KnownHome(home.key, home.lines, home.postcode, home.uprn, 1),) if home else ()


def unmet(example: Example, decision: Decision) -> Iterator[str]:
    """What the example expects and the decision does not do, a sentence each."""
    routes = [f"{r.row} {r.about or NOBODY} {r.team or NOBODY}" for r in decision.routes]
    owed = [f"{o.rule} {o.about or NOBODY}" for o in decision.obligations]
    told = [f"{n.rule} {n.to}" for n in decision.tell]
    for kind, wanted, found in (
        ("route", example.expect, routes), ("obligation", example.owes, owed), ("notice", example.tells, told),
    ):  # fmt: skip
        for want in wanted:
            if not any(_meets(want, one) for one in found):
                yield f"there is no {kind} {want!r}, only {', '.join(found) or 'none'}"
    for row in example.never:
        if any(r.row == row for r in decision.routes):
            yield f"there is a route {row}"
    yield from (
        f"there is an obligation {no!r}"
        for no in example.owes_not
        if any(_meets(no, o) for o in owed)
    )
    yield from (
        f"{no} is told" for no in example.tells_not if any(n.to == no for n in decision.tell)
    )


def _meets(want: str, found: str) -> bool:
    """`R8 p2` is met by `R8 p2 YC`; `R11 p1 CLS` by nothing but that team."""
    return found.split()[: len(want.split())] == want.split()
