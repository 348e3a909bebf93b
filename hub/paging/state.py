"""What pages its team, how far the paging of it has come, folded from its own stream; and whether anybody has touched it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.contact_reconsidered import ContactReconsidered
from events.contact_routed import ContactRouted
from events.envelope import RecordedEvent
from events.notice_received import NoticeReceived
from events.of_page import Way, kind_of
from events.page_escalated import PageEscalated
from events.page_failed import PageFailed
from events.page_sent import PageSent
from events.referral_sent import ReferralSent
from projections.notices import held_news

ASKS = (ReferralSent.TYPE, ContactRouted.TYPE, ContactReconsidered.TYPE)
"""The events by which a team may be paged."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What pages its team: an ask, or what is new about somebody whom the team has already (F7), of whom it is asked nothing.

    id        the number of the referral or of the notice
    rows      the rows of routing.md it came by; whether it pages, the policy says that was in force when it was made
    position  in the log, of the event that made it
    """

    id: str
    contact: str
    team: str
    rows: frozenset[str]
    sent_at: datetime
    position: int

    @property
    def stream(self) -> str:
        """Where it is said what anybody did with it."""
        return f"{kind_of(self.id)}:{self.id}"


@dataclass(frozen=True, slots=True)
class Tried:
    """One way to one team, as it was last tried. `attempts` 0: nothing could be tried yet."""

    attempts: int
    delivered: bool
    because: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Paged:
    """Which teams were paged about an ask, in order, since when, and by what ways.

    version  of the stream `page:…`
    begun    each team that was paged, with when that began; None for one that is to be
    """

    version: int = 0
    begun: Mapping[str, datetime | None] = field(default_factory=dict)
    tried: Mapping[tuple[str, Way | None], Tried] = field(default_factory=dict)


def fold(ask: Ask, events: Iterable[RecordedEvent]) -> Paged:
    """All that was said of it."""
    paged = Paged(begun={ask.team: None})
    for event in events:
        paged = replace(evolve(paged, event), version=event.version)
    return paged


def evolve(paged: Paged, recorded: RecordedEvent) -> Paged:
    """One more event of the stream."""
    match recorded.event:
        case PageSent() as e:
            return tried(paged, e, Tried(e.attempt, True))
        case PageFailed() as e:
            return tried(paged, e, Tried(e.attempt, False, e.because, e.again_at))
        case PageEscalated() as e:
            return replace(paged, begun={**paged.begun, e.to: paged.begun.get(e.to)})
        case _:
            return paged


def tried(paged: Paged, event: PageSent | PageFailed, outcome: Tried) -> Paged:
    """A way was tried; with the first try the team's own time begins."""
    begun = {**paged.begun, event.team: paged.begun.get(event.team) or event.at}
    return replace(paged, begun=begun, tried={**paged.tried, (event.team, event.by): outcome})


def untouched(ask: Ask, stream: Iterable[RecordedEvent]) -> bool:
    """Whether nobody did anything yet with it: neither saw, accepted, declined, handed on nor withdrew an ask, nor saw what is new."""
    if kind_of(ask.id) == "notice":
        return not any(isinstance(e.event, NoticeReceived) for e in stream)
    return all(isinstance(e.event, ReferralSent) for e in stream)


def asks_of(recorded: RecordedEvent) -> tuple[Ask, ...]:
    """What an event of ASKS may page teams about, whatever its rows."""
    said, at, position = recorded.light, recorded.recorded_at, recorded.position
    if recorded.type == ReferralSent.TYPE:
        return (Ask(said.referral, said.contact, said.team, frozenset({said.rule}), at, position),)
    return tuple(
        Ask(news.notice, said.contact, news.to, news.rows, at, position)
        for news in held_news(recorded)
    )
