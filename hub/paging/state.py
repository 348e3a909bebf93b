"""How far the paging of one ask has come, folded from its own stream; and whether anybody has touched the ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from events.envelope import RecordedEvent
from events.page_escalated import PageEscalated
from events.page_failed import PageFailed
from events.page_sent import PageSent, Way
from events.referral_sent import ReferralSent


@dataclass(frozen=True, slots=True)
class Ask:
    """An ask that pages its team: by the policy that was in force when it was made."""

    referral: str
    contact: str
    team: str
    sent_at: datetime
    position: int


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


def untouched(stream: Iterable[RecordedEvent]) -> bool:
    """Whether nobody did anything yet with an ask: neither saw, accepted, declined, handed on nor withdrew it."""
    return all(isinstance(e.event, ReferralSent) for e in stream)
