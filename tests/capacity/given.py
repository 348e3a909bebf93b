"""A hub in memory whose teams have only so much room, and its log."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from events.base import Event
from events.envelope import NewEvent, RecordedEvent, new_event
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_sent import ReferralSent
from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.policies.register import SHIPPED
from hub.route import FreshHub
from hub.teams.book import shipped_book
from hub.viewer import OPERATOR
from tests.hub_process import contact, family_of_its_own
from tests.teams.given import changed

BEGAN = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DOCUMENT = SHIPPED.read_text(encoding="utf-8")
Kind = TypeVar("Kind", bound=Event)


@dataclass
class Council:
    """A council with a policy and a register; each contact is a family of its own in Grays."""

    register: str | None
    policy: str = DOCUMENT
    log: list[RecordedEvent] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    sent: int = 0

    def __post_init__(self) -> None:
        council = self

        class Recording(FreshHub):
            def record(self, events: Sequence[NewEvent], at: datetime) -> list[RecordedEvent]:
                recorded = FreshHub.record(self, events, at)
                council.log.extend(recorded)
                for event in recorded:
                    council.versions[event.stream] = event.version
                return recorded

        self.hub = Recording(self.policy, england(), BEGAN + timedelta(days=365), self.register)

    def contact(self, **data: Any) -> dict[str, Any]:
        """What is decided on the next contact."""
        self.sent += 1
        at = BEGAN + timedelta(minutes=self.sent)
        said = contact("urn:example:source", f"m-{self.sent}", **{"people": family_of_its_own(self.sent), **data})  # fmt: skip
        said["time"] = at.isoformat()
        message = Message(json.dumps(said).encode(), "application/cloudevents+json")
        return self.hub.route(message, OPERATOR)

    def did(self, *events: Event) -> list[Event]:
        """A team acts, and the engine takes it in: what follows."""
        wrapped = []
        for event in events:
            stream = f"{event.STREAM}:{event.stream_id()}"
            version = self.versions.get(stream, 0) + 1
            wrapped.append(new_event(event, version, actor="staff:S-1", correlation_id=getattr(event, "contact", None)))  # fmt: skip
        at = BEGAN + timedelta(hours=4)
        recorded = self.hub.record(wrapped, at)
        following = self.hub.engine.step(self.hub.tables, recorded)
        return [e.event for d in following for e in self.hub.record(d.events, at)]

    def of(self, kind: type[Kind]) -> list[Kind]:
        """What was recorded of one type, in order."""
        return [e.event for e in self.log if isinstance(e.event, kind)]

    def asked(self, team: str) -> Iterator[ReferralSent]:
        """What a team was asked."""
        return (sent for sent in self.of(ReferralSent) if sent.team == team)

    def decline(self, sent: ReferralSent, reason: str, next: str = "MASH") -> list[Event]:
        """The team says no, and the next is asked: what the engine makes of it."""
        opens = f"R{sent.contact[1:]}-9"
        return self.did(
            ReferralDeclined(referral=sent.referral, contact=sent.contact, team=sent.team, reason=reason, next=next, opens=opens),
            sent.model_copy(update={"referral": opens, "team": next, "follows": sent.referral}),
        )  # fmt: skip

    def send_on(
        self, sent: ReferralSent, how: type[ReferralHandedOn | ReferralOverridden], next: str
    ) -> list[Event]:
        """The team hands it on, or an officer overrides, and the next is asked: what the engine makes of it."""
        opens = f"R{sent.contact[1:]}-9"
        return self.did(
            how(referral=sent.referral, contact=sent.contact, team=sent.team, reason="Theirs to do", next=next, opens=opens),
            sent.model_copy(update={"referral": opens, "team": next, "follows": sent.referral}),
        )  # fmt: skip

    def finish(self, sent: ReferralSent) -> None:
        """The team is done with it."""
        self.did(
            ReferralDone(
                referral=sent.referral, contact=sent.contact, team=sent.team, outcome="Done."
            )
        )


def council(**capacity: int) -> Council:
    """A council whose teams have room for so many open referrals at once."""
    names = {team: f"name: {shipped_book().teams[team].name}" for team in capacity}
    rooms = [(name, f"capacity: {capacity[team]}, {name}") for team, name in names.items()]
    return Council(changed(*rooms))
