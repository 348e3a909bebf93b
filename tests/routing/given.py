"""A contact in a line or two, and what the shipped policy decides of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from events.contact_received import ContactReceived
from events.content import ContactContent
from events.decision import Decision
from events.facts import PinnedFacts
from events.mentions_linked import LinkedMention
from hub.clocks import england
from hub.families.view import FamilyView
from hub.policies import Policy, read_policy
from hub.policies.examples import half_a_year_past, view_of
from hub.routing import decide, gather
from hub.values import london_day

POLICY_FILE = Path(__file__).parents[2] / "policies" / "thurrock.yaml"
ENGLAND = england()
WEDNESDAY = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
WEDNESDAY_NIGHT = datetime(2026, 3, 4, 22, 0, tzinfo=UTC)


def policy() -> Policy:
    """The policy that the hub is shipped with."""
    return read_policy(POLICY_FILE.read_text(encoding="utf-8"))


def person(
    age: int | str | None = None, *flags: str, postcode: str | None = None, **more: Any
) -> dict[str, Any]:
    """Somebody by age, by date of birth (whole or partial), or neither."""
    dob = half_a_year_past(age, london_day(WEDNESDAY)) if isinstance(age, int) else age
    address = {"address": {"postcode": postcode, "lines": ["1 Elm Road"]}} if postcode else {}
    return {"dob": dob, "flags": flags, **address, **more}


def contact(
    people: Mapping[str, dict[str, Any]],
    concerns: Sequence[str | dict[str, Any]],
    relations: Sequence[str] = (),
    *,
    agreement: str | None = None,
    door: str = "health",
    **facts: str,
) -> ContactReceived:
    """A contact: concerns such as `child-harm p1`, relations such as `p2 cares-for p1`."""
    content = ContactContent.model_validate(
        {
            "occurred_at": WEDNESDAY,
            "door": door,
            "reporter": {"org": "F81XXX"},
            "people": tuple({"ref": ref, **said} for ref, said in people.items()),
            "relationships": tuple(
                {"from": a, "type": kind, "to": b} for a, kind, b in (r.split() for r in relations)
            ),
            "concerns": tuple(concern(c) for c in concerns),
            "facts": facts,
            "agreement": {"to_service": agreement} if agreement else None,
        }
    )
    return ContactReceived(
        contact="C-26-000001",
        source="urn:example:tests",
        message_id="1",
        carried_by="http",
        body_sha256="0" * 64,
        content=content,
    )


def concern(said: str | dict[str, Any]) -> dict[str, Any]:
    """`child-harm p1`, or a concern with what it carries."""
    if isinstance(said, dict):
        return said
    code, _, about = said.partition(" ")
    return {"code": code, "about": about or None}


def linked(received: ContactReceived) -> tuple[LinkedMention, ...]:
    """Everybody new; the ids follow the refs, not the order of the message."""
    refs = sorted(m.ref for m in received.content.people)
    return tuple(
        LinkedMention(
            ref=m.ref, outcome="new", person=f"P-{refs.index(m.ref) + 1:06}", because="New."
        )
        for m in received.content.people
    )


def pinned(
    received: ContactReceived,
    at: datetime = WEDNESDAY,
    opened: Mapping[str, Mapping[str, str]] | None = None,
    family: FamilyView | None = None,
    mentions: Sequence[LinkedMention] | None = None,
) -> PinnedFacts:
    """The facts of a contact in a hub that knows nothing else, or knows `family`."""
    outcomes = linked(received) if mentions is None else mentions
    view = family or view_of(received.content, outcomes, at, opened)
    return gather(received.content, outcomes, view, at, 7)


def decided(
    people: Mapping[str, dict[str, Any]],
    concerns: Sequence[str | dict[str, Any]],
    relations: Sequence[str] = (),
    *,
    at: datetime = WEDNESDAY,
    opened: Mapping[str, Mapping[str, str]] | None = None,
    **said: Any,
) -> Decision:
    """What the shipped policy decides."""
    received = contact(people, concerns, relations, **said)
    return decide(pinned(received, at, opened), policy(), ENGLAND)


def routes(decision: Decision) -> list[str]:
    """`R8 p2 YC` in rank order."""
    return [f"{r.rule} {r.about or '-'} {r.team or '-'}" for r in decision.routes]


def owed(decision: Decision) -> set[str]:
    """`F3 p1`, without the clocks that every row has."""
    return {f"{o.rule} {o.about or '-'}" for o in decision.obligations}


def told(decision: Decision) -> set[str]:
    """`R0 999`."""
    return {f"{n.rule} {n.to}" for n in decision.tell}
