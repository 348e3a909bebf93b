"""The register of teams as a document: one YAML file, read strictly, known by the hash of its bytes."""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from events.message_refused import Fault
from hub.clocks import OpeningTimes
from hub.errors import InvalidTeams
from hub.policies.document import document_hash, fault
from hub.policies.hours import Hours
from hub.policies.part import Code, Part
from hub.policies.row_id import ALL_ROWS, RowId
from hub.policies.vocabulary import vocabulary
from hub.policies.yaml import NotYaml, Path, Places, read_yaml
from hub.values import Uprn

Name = Annotated[str, Field(min_length=1, max_length=200)]
Ward = Annotated[str, Field(pattern=r"^E05[0-9]{6}$")]
Most = Annotated[int, Field(ge=1, le=100_000)]
Clearance = Literal["shielded", "adoption", "R14", "R15", "R16"]
Side = Literal["children", "adults"]
SIDES: tuple[Side, ...] = ("children", "adults")


class TeamRecord(Part):
    """What the council says of one team.

    localities        numbers of the places it is divided into: CLS with [1, 2] has the queues CLS-1 and CLS-2, and none of its own
    without_locality  who takes what no locality is known of
    hours             when it is at work, where that is not as the policy says
    capacity          so many open referrals at once in each of its queues, or in each locality's; unsaid is unknown, not available
    accepts           the rows it takes
    clearances        what its members may see of hidden people and restricted streams (F14)
    front_door        where a declined referral returns when no next team is named (F1)
    declines_to       false: nothing may be declined to it
    escalates_to      the team that is told where this one leaves something untouched
    phone, email, webhook   how others ring it, and where it is paged
    """

    name: Name
    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None = None
    webhook: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    hours: Hours | None = None
    localities: tuple[int, ...] = ()
    without_locality: Code | None = None
    capacity: Most | Mapping[int, Most] | None = None
    accepts: tuple[RowId, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    front_door: Side | None = None
    declines_to: bool = True
    escalates_to: Code | None = None


class Localities(Part):
    """Which homes belong to which locality: by ward, else by postcode sector (`RM16 4`), else by district (`RM16`).

    wards   ward codes (E05…) with the locality each lies in
    uprns   properties with their ward, where the council imports such a list
    """

    names: Mapping[int, str]
    postcodes: Mapping[str, int] = {}
    wards: Mapping[Ward, int] = {}
    uprns: Mapping[str | int, Ward] = {}


class Register(Part):
    """Every team of the council, and its localities. What it does not state is as the policy says."""

    teams: Mapping[Code, TeamRecord]
    localities: Localities | None = None
    hash: str = Field(default="", exclude=True)

    @cached_property
    def queues(self) -> tuple[str, ...]:
        """Every queue that a referral can be sent to."""
        return tuple(queue for code in self.teams for queue in self.queues_of(code))

    def queues_of(self, code: Code) -> tuple[str, ...]:
        """The queues of a team: one a locality where it has localities, else its own code alone."""
        return tuple(f"{code}-{place}" for place in self.teams[code].localities) or (code,)

    def capacity(self, queue: str) -> int | None:
        """How many open referrals a queue takes at once; None where that is not known."""
        code, _, place = queue.partition("-")
        record = self.teams.get(code)
        said = record.capacity if record else None
        if isinstance(said, Mapping):
            return said.get(int(place)) if place.isdigit() else None
        return said

    @cached_property
    def limited(self) -> tuple[str, ...]:
        """The queues whose capacity is known."""
        return tuple(queue for queue in self.queues if self.capacity(queue) is not None)

    def ward(self, uprn: str | None) -> str | None:
        """The ward of a property; None where no list that was imported has it."""
        return self._wards.get(uprn) if uprn and self.localities else None

    @cached_property
    def _wards(self) -> Mapping[str, str]:
        listed = self.localities.uprns if self.localities else {}
        return {str(Uprn.parse(str(uprn))): ward for uprn, ward in listed.items()}

    def hours(self, code: Code) -> OpeningTimes | None:
        """When a team is at work, where the register states it."""
        record = self.teams.get(code)
        return record.hours.times if record and record.hours else None


@lru_cache(maxsize=16)
def read_register(document: str) -> Register:
    """The register that a document says; raises InvalidTeams, which names each fault by place and line."""
    try:
        said, places = read_yaml(document)
    except NotYaml as error:
        raise InvalidTeams(
            error.says, [fault({}, (), "not-yaml", error.says, error.line)]
        ) from error
    try:
        register = Register.model_validate(
            {**said, "hash": document_hash(document)} if isinstance(said, dict) else said
        )
    except ValidationError as error:
        faults = [fault(places, place_of(e["loc"]), e["type"], e["msg"]) for e in error.errors()]
        raise InvalidTeams(InvalidTeams.title, faults) from error
    if faults := list(_faults(register, places)):
        raise InvalidTeams(InvalidTeams.title, faults)
    return register


def place_of(loc: Path) -> Path:
    """Where in the document a fault is, without the kinds that a value was tried as (a capacity may be a number or several)."""
    return tuple(s for s in loc if s != "constrained-int" and not str(s).startswith("dict["))


def check(document: str) -> list[Fault]:
    """Every fault of a register; an empty list is one that can be imported."""
    try:
        register = read_register(document)
    except InvalidTeams as invalid:
        return list(invalid.faults)
    return list(out_of_reach(register, document))


def out_of_reach(register: Register, document: str) -> Iterator[Fault]:
    """Teams that are never at work, or that hear nothing of what they leave untouched but themselves. No fault of one that is
    in force already: it must stay readable."""
    _, places = read_yaml(document)
    for code, team in register.teams.items():
        here: Path = ("teams", code)
        if team.hours and not team.hours.ever:
            says = f"{code} would never be at work: name a day, and an opening before the closing."
            yield fault(places, (*here, "hours"), "never-open", says)
        if team.escalates_to == code:
            says = f"{code} would be told by itself of what it leaves untouched: name another team, or none."
            yield fault(places, (*here, "escalates_to"), "itself", says)


def _faults(register: Register, places: Places) -> Iterator[Fault]:
    for path, says in _unknown(register):
        yield fault(places, path, "unknown", says)
    for side in SIDES:
        doors = [code for code, team in register.teams.items() if team.front_door == side]
        if len(doors) != 1:
            says = f"One team is the front door for {side}: here are {len(doors)}."
            yield fault(places, ("teams",), "front-door", says)


def _unknown(register: Register) -> Iterator[tuple[Path, str]]:
    """Names that nothing has: teams, rows and localities."""
    known = set(register.localities.names) if register.localities else None
    for code, team in register.teams.items():
        here: Path = ("teams", code)
        if code not in vocabulary().teams:
            yield here, f"{code} is no team of the vocabulary."
        for member in ("without_locality", "escalates_to"):
            named = getattr(team, member)
            if named is not None and named not in register.teams:
                yield (*here, member), f"There is no team {named!r} in this register."
        if team.localities and team.without_locality is None:
            yield (
                here,
                f"{code} has localities and needs `without_locality`: who takes it where none is known.",
            )
        for row in set(team.accepts) - {*ALL_ROWS, "F1"}:
            yield (*here, "accepts"), f"There is no row {row}."
        yield from _unknown_places(here, team, known)
    yield from _unknown_of_homes(register)


def _unknown_places(
    here: Path, team: TeamRecord, known: set[int] | None
) -> Iterator[tuple[Path, str]]:
    for place in team.localities:
        if known is not None and place not in known:
            yield (*here, "localities"), f"There is no locality {place}."
    if isinstance(team.capacity, Mapping):
        for place in set(team.capacity) - set(team.localities):
            yield (*here, "capacity", place), f"The team has no locality {place}."


def _unknown_of_homes(register: Register) -> Iterator[tuple[Path, str]]:
    homes = register.localities
    if homes is None:
        return
    for kind in ("postcodes", "wards"):
        for name, number in getattr(homes, kind).items():
            if number not in homes.names:
                yield ("localities", kind, name), f"There is no locality {number}."
    for uprn in homes.uprns:
        if Uprn.parse(str(uprn)) is None:
            yield ("localities", "uprns", uprn), f"{uprn} is no UPRN."
