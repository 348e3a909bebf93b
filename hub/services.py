"""The hub as its doors see it: the log, the views, the keys, and who is who. Put together in hub/bootstrap.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from hub.contacts.intake import Intake
from hub.contacts.receive import Carrier
from hub.demo.loading import LoadingStands, NotLoading
from hub.keys import Keys
from hub.log import Log
from hub.partners.register import PartnerDirectory
from hub.questions import Questions
from hub.teams.book import TeamBook
from hub.viewer import Viewer
from projections.table import Tables

Answer = TypeVar("Answer")


class Views(Protocol):
    """The projections, open for reading."""

    async def ask(self, question: Callable[[Tables], Answer]) -> Answer:
        """The answer to a question put to one consistent snapshot of all projections."""

    async def wait_for(
        self, position: int, timeout: float, names: Sequence[str] | None = None
    ) -> bool:
        """True once every projection (or those named) has folded `position`; False when `timeout` seconds passed first."""

    async def positions(self) -> Mapping[str, int]:
        """How far each projection has come."""

    async def stopped(self) -> Mapping[str, str]:
        """The projections that stopped, with where and why, whichever process keeps them up."""


class EngineStatus(Protocol):
    """Where the engine stands."""

    async def position(self) -> int:
        """The last position the engine has decided on."""

    async def wait_for(self, position: int, timeout: float) -> bool:
        """True once the engine has passed `position`."""


@dataclass(frozen=True, slots=True)
class RelayStands:
    """How the relays to and from Kafka stand, all together.

    at_work      how many have told of themselves in the last seconds
    told_at      when one last did
    waiting      messages that wait to be taken in, as last told
    position     the last position that was carried out
    trouble_in   why nothing comes in, trouble_out why nothing goes out: a sentence, None where all is well
    """

    at_work: int
    told_at: datetime | None
    waiting: int | None
    trouble_in: str | None
    position: int
    trouble_out: str | None


class RelayReports(Protocol):
    """Where relays tell of themselves."""

    async def stands(self) -> RelayStands | None:
        """How they stand; None where there is no Kafka and never was a relay."""


class NoRelay:
    """A hub without Kafka."""

    async def stands(self) -> RelayStands | None:
        return None


async def nothing_vacant() -> Sequence[str]:
    """Of a hub that is asked for one command, nobody asks who else is at work."""
    return ()


async def somebody_pages() -> bool:
    """Of a hub that is asked for one command, nobody asks who pages."""
    return True


def utc_now() -> datetime:
    """The time of this machine, aware, UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Hub:
    """Everything an endpoint, a page or a command needs.

    next_contact        the next contact's number
    viewer_of_key       SHA-256 (hex) of a key -> who holds it, None where nobody does
    partners            whose a source is
    teams               the teams in force
    vacant              the parts that nobody is at work as, in whatever process; shown on /ready
    pager_at_work       whether somebody pages teams, in whatever process; shown on /ready
    relay               how the relays to and from Kafka stand; shown on /ready
    questions           what was looked for of late
    stop_reasons        why a part has stopped, by part; shown on /ready
    loading             how far a demonstration's past is loaded
    outages             what the adapters raise where a service does not answer: told as 503
    """

    council: str
    demonstration: bool
    log: Log
    views: Views
    engine: EngineStatus
    next_contact: Callable[[], Awaitable[int]]
    keys: Keys
    viewer_of_key: Callable[[str], Awaitable[Viewer | None]]
    partners: PartnerDirectory
    teams: Callable[[], Awaitable[TeamBook]]
    now: Callable[[], datetime] = utc_now
    vacant: Callable[[], Awaitable[Sequence[str]]] = nothing_vacant
    pager_at_work: Callable[[], Awaitable[bool]] = somebody_pages
    relay: RelayReports = NoRelay()
    loading: LoadingStands = NotLoading()
    questions: Questions = field(default_factory=Questions)
    stop_reasons: dict[str, str] = field(default_factory=dict)
    outages: tuple[type[Exception], ...] = (OSError, TimeoutError)

    @property
    def intake(self) -> Intake:
        """The door for contacts."""
        return Intake(self.log, self.next_contact, self.partners.sources_of, self.now)

    async def carrier_of(self, partner: Viewer, carried_by: str) -> Carrier:
        """A partner as the carrier of its own messages."""
        return Carrier(carried_by, partner.id, await self.partners.known_sources(partner.id))
