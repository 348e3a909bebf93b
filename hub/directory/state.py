"""What stands in the directory of services as the log has it, and what an import of one changes. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from events.base import Event
from events.directory_imported import DirectoryImported
from events.envelope import RecordedEvent
from events.message_refused import Fault
from events.service_entry import ServiceEntry
from events.service_listed import ServiceListed
from events.service_withdrawn import ServiceWithdrawn
from hub.directory.open_referral import LeftOut, Services
from hub.errors import InvalidDirectory

REGISTER = "directory:services"


@dataclass(frozen=True, slots=True)
class Standing:
    """A service as it stands. `hash` is None where it was withdrawn; `version` its place in its own stream."""

    source: str
    hash: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Listed:
    """The whole directory: each service, the last import of each source by its hash, and the place in the directory's stream."""

    services: Mapping[str, Standing] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)
    version: int = 0

    def version_of(self, event: Event) -> int:
        """The place of the next event of that stream."""
        if isinstance(event, DirectoryImported):
            return self.version + 1
        known = self.services.get(event.stream_id())
        return known.version + 1 if known else 1


@dataclass(frozen=True, slots=True)
class ImportServices:
    """A directory was read. `whole` false: it was a part, and what is not in it may stand elsewhere."""

    source: str
    services: Services
    whole: bool = True


def evolve(state: Listed, recorded: RecordedEvent) -> Listed:
    """The directory after an event."""
    match recorded.event:
        case ServiceListed() as said:
            now = Standing(said.source, said.hash, recorded.version)
            return Listed({**state.services, said.service: now}, state.imports, state.version)
        case ServiceWithdrawn() as said:
            now = Standing(said.source, None, recorded.version)
            return Listed({**state.services, said.service: now}, state.imports, state.version)
        case DirectoryImported() as read:
            imports = {**state.imports, read.source: read.hash}
            return Listed(state.services, imports, recorded.version)
    return state


def fold(events: Iterable[RecordedEvent]) -> Listed:
    """What these events come to. As `evolve` one by one, without a copy for each."""
    services: dict[str, Standing] = {}
    imports: dict[str, str] = {}
    version = 0
    for recorded in events:
        match recorded.event:
            case ServiceListed() as said:
                services[said.service] = Standing(said.source, said.hash, recorded.version)
            case ServiceWithdrawn() as said:
                services[said.service] = Standing(said.source, None, recorded.version)
            case DirectoryImported() as read:
                imports[read.source], version = read.hash, recorded.version
    return Listed(services, imports, version)


def decide(state: Listed, command: ImportServices) -> list[Event]:
    """What is new or has changed is listed, what is gone or does not run is withdrawn; the very same again changes nothing.

    An entry that cannot be used leaves what stood of its service as it was. Raises InvalidDirectory where nothing can be used.
    """
    services, source = command.services, command.source
    if not services.listed and not services.not_running:
        why = [
            Fault(
                pointer=left.place,
                code="left-out",
                says=f"{left.service or 'An entry'}: {left.says}",
            )
            for left in services.left_out
        ]
        raise InvalidDirectory("No entry of this directory can be used: nothing was changed.", why)
    usable, others = of_this_source(state, services.listed, source)
    hashes = {service: hash_of(entry) for service, entry in usable.items()}
    changed: list[Event] = [
        ServiceListed(service=service, source=source, hash=hashes[service], entry=usable[service])
        for service in sorted(usable)
        if (known := state.services.get(service)) is None or known.hash != hashes[service]
    ]
    gone = [*withdrawn(state, services, source, whole=command.whole)]
    over_all = hash_of_all(hashes, services.not_running, whole=command.whole)
    if not changed and not gone and state.imports.get(source) == over_all:
        return []
    read = DirectoryImported(
        source=source, hash=over_all, read=len(usable), listed=len(changed), withdrawn=len(gone),
        left_out=len(services.left_out) + len(others), whole=command.whole,
    )  # fmt: skip
    return [read, *changed, *gone]


def of_this_source(
    state: Listed, listed: Mapping[str, ServiceEntry], source: str
) -> tuple[dict[str, ServiceEntry], list[LeftOut]]:
    """The services that this source may list, and those that stand in another directory already."""
    usable, others = {}, []
    for service, entry in listed.items():
        known = state.services.get(service)
        if known is None or known.hash is None or known.source == source:
            usable[service] = entry
        else:
            others.append(LeftOut(service, "/id", f"It is listed by {known.source} already."))
    return usable, others


def withdrawn(
    state: Listed, services: Services, source: str, *, whole: bool
) -> Iterable[ServiceWithdrawn]:
    """The services of this source that are suggested no more."""
    known = services.known
    for service, stood in sorted(state.services.items()):
        if stood.source != source or stood.hash is None:
            continue
        if service in services.not_running:
            yield ServiceWithdrawn(service=service, source=source, why="not-running")
        elif whole and service not in known:
            yield ServiceWithdrawn(service=service, source=source, why="not-in-directory")


def hash_of(entry: ServiceEntry) -> str:
    """SHA-256 (hex) of an entry, however it was laid out where it came from."""
    return hashlib.sha256(entry.model_dump_json().encode()).hexdigest()


def hash_of_all(hashes: Mapping[str, str], not_running: Iterable[str], *, whole: bool) -> str:
    """SHA-256 (hex) over what was read, whatever its order."""
    lines = [f"{service} {said}" for service, said in hashes.items()]
    lines += [f"{service} not-running" for service in not_running]
    return hashlib.sha256("\n".join((str(whole), *sorted(lines))).encode()).hexdigest()
