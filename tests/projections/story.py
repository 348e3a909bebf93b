"""Tells a story as the log would record it: contacts arrive, people are linked, teams are asked and act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from events.base import Event
from events.contact_received import ContactReceived
from events.contact_routed import ContactRouted
from events.content import ContactContent
from events.decision import Decision, Notice, PolicyPin, Route
from events.envelope import RecordedEvent
from events.facts import PinnedFacts
from events.mentions_linked import LinkedMention, MentionsLinked, Outcome
from events.obligation_opened import ObligationOpened
from events.person_minted import PersonMinted
from events.referral_sent import ReferralSent

BEGAN = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
SPACE = UUID("00000000-0000-0000-0000-000000000003")


def outcome_of(person: str | None, new: bool, doubted: bool) -> Outcome:
    """What was decided about one mention."""
    if person is None:
        return "insufficient"
    return "review" if doubted else "new" if new else "link"


@dataclass
class Story:
    """The events so far, in order of position."""

    events: list[RecordedEvent] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def tell(
        self, event: Event, actor: str = "engine", organisation: str | None = None, **more: Any
    ) -> RecordedEvent:
        """One more event, a minute after the last."""
        stream = f"{event.STREAM}:{event.stream_id()}"
        version = self.versions[stream] = self.versions.get(stream, 0) + 1
        position = len(self.events) + 1
        recorded = RecordedEvent(
            event=event, stream=stream, version=version, actor=actor, organisation=organisation, occurred_at=None,
            correlation_id=getattr(event, "contact", None), causation_id=None, purpose=None, tags=event.tags(),
            event_id=uuid5(SPACE, str(position)), position=position,
            recorded_at=BEGAN + timedelta(minutes=position), **more,
        )  # fmt: skip
        self.events.append(recorded)
        return recorded

    def contact(
        self,
        number: int,
        content: dict[str, Any],
        partner: str | None = "grays-surgery",
        source: str = "urn:example:source",
    ) -> str:
        """A contact arrives; `content` is the native contract's `data`, with what may be left out filled in."""
        contact = f"C-26-{number:06d}"
        said = {
            "occurred_at": "2026-03-04T09:50:00Z", "door": "health", "reporter": {"org": "F81XXX"},
            "concerns": [{"code": "care-need"}], **content,
        }  # fmt: skip
        self.tell(
            ContactReceived(
                contact=contact, source=source, message_id=f"m{number}", partner=partner,
                carried_by="http", body_sha256="0" * 64, content=ContactContent.model_validate(said),
            ),
            actor=f"partner:{partner}" if partner else "operator",
        )  # fmt: skip
        return contact

    def link(
        self, contact: str, candidates: Mapping[str, str] | None = None, **people: str | None
    ) -> None:
        """The people of the contact: ref=person, None where there is too little to go on; `candidates` as known people
        whom those of these refs may be."""
        new = {ref: p for ref, p in people.items() if p and p not in self.met}
        mentions = tuple(
            LinkedMention(
                ref=ref,
                outcome=outcome_of(p, ref in new, ref in (candidates or {})),
                person=p,
                candidate=(candidates or {}).get(ref),
                because="So.",
            )
            for ref, p in people.items()
        )
        self.tell(
            MentionsLinked(contact=contact, model="told", input_position=1, mentions=mentions)
        )
        for ref, person in new.items():
            if person not in self.met:
                self.met.add(person)
                self.tell(PersonMinted(person=person, contact=contact, ref=ref))

    def route(
        self,
        contact: str,
        *asks: dict[str, Any],
        family: str | None = None,
        tell: Sequence[dict[str, Any]] = (),
    ) -> list[str]:
        """The contact is routed; each ask has a rule and a team, and may have any other member of a route."""
        routes = tuple(
            Route(
                **{
                    "about": None, "person": None, "pathway": "a conversation first", "rank": rank, "due_at": None,
                    "clock": None, "because": "It is so.", "row": ask["rule"], **ask,
                }
            )
            for rank, ask in enumerate(asks, 1)
        )  # fmt: skip
        self.tell(
            ContactRouted(
                contact=contact, input_position=1, received_at=BEGAN, family=family,
                policy=PolicyPin(name="told", version="1", hash="0" * 64), calendar_hash="0" * 64, decider="1",
                facts=PinnedFacts(received_at=BEGAN, position=1),
                decision=Decision(
                    routes=routes, obligations=(), tell=tuple(Notice(**one) for one in tell)
                ),
            )
        )  # fmt: skip
        return [self.send(contact, number, route, family) for number, route in enumerate(routes, 1)]

    def send(
        self,
        contact: str,
        number: int,
        route: Route,
        family: str | None = None,
        follows: str | None = None,
    ) -> str:
        """One ask is made."""
        referral = f"R{contact[1:]}-{number}"
        self.tell(
            ReferralSent(
                referral=referral, contact=contact, rule=route.rule, about=route.about, person=route.person,
                family=family, team=route.team or "TF", pathway=route.pathway, rank=route.rank, lead=route.rank == 1,
                clock=route.clock, clock_started_at=BEGAN, due_at=route.due_at, because=route.because, follows=follows,
            )
        )  # fmt: skip
        return referral

    def owe(self, contact: str, number: int, referral: str, **more: Any) -> str:
        """One obligation is opened."""
        obligation = f"O{contact[1:]}-{number}"
        said = {
            "rule": "F2", "about": None, "person": None, "does": "Ask about the children.", "because": "It is so.",
            "clock": None, "due_at": None, **more,
        }  # fmt: skip
        self.tell(
            ObligationOpened(obligation=obligation, contact=contact, referral=referral, **said)
        )
        return obligation
