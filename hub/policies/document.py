"""The routing policy as a document: one YAML file, read strictly, known by the hash of its bytes."""

import re
from collections.abc import Container, Iterator, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Self

import cel
from pydantic import Field, ValidationError, model_validator

from events.decision import PolicyPin
from events.message_refused import Fault
from hub.clocks import Clock, OpeningTimes
from hub.errors import InvalidCommand
from hub.policies.by_concern import RowsByConcern
from hub.policies.clock import ClockRules
from hub.policies.hours import FrontDoors, Localities, TeamRules
from hub.policies.paging import Paging
from hub.policies.part import Code, Part, Sentence
from hub.policies.row import Row, TeamsByAge
from hub.policies.row_id import ALL_ROWS, RowId
from hub.policies.timekeeping import PauseRule, Timekeeping
from hub.policies.whole_family import WholeFamily
from hub.policies.yaml import NotYaml, Path, Places, line_of, read_yaml


class InvalidPolicy(InvalidCommand):
    """The document is not a policy: each fault names its place in it, and the line."""

    slug, title = "invalid-policy", "The document is not a routing policy."


class Policy(Part):
    """A routing policy. Everything a decision needs besides the facts and the bank holidays is in it.

    rank               rows in tiers, the highest first; `rest` is where all others stand, by due time
    hidden_by_concern  concerns after which nothing is sent to the family as a whole (F14)
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")
    version: str = Field(pattern=r"^[0-9A-Za-z.-]{1,40}$")
    about: Sentence
    front_doors: FrontDoors
    teams: Mapping[Code, TeamRules]
    localities: Localities
    clocks: Mapping[str, ClockRules]
    rank: tuple[tuple[str, ...], ...]
    hidden_by_concern: tuple[str, ...]
    whole_family: WholeFamily
    rows: Mapping[RowId, Row]
    timekeeping: Timekeeping = Timekeeping()
    pauses: Mapping[str, PauseRule] = {}
    paging: Paging | None = None
    document_hash: str = Field(default="", exclude=True)

    @model_validator(mode="after")
    def _says_how_it_pages(self) -> Self:
        if self.paging is None and any(row.pages for row in self.rows.values()):
            raise ValueError("a policy whose rows page people needs `paging`: how often, how long")
        return self

    @property
    def pin(self) -> PolicyPin:
        """What a decision keeps of the policy it was made under."""
        return PolicyPin(name=self.name, version=self.version, hash=self.document_hash)

    @cached_property
    def tiers(self) -> Mapping[str, int]:
        """The tier of each row, 0 the highest."""
        named = {row: tier for tier, rows in enumerate(self.rank) for row in rows if row != "rest"}
        rest = next((tier for tier, rows in enumerate(self.rank) if "rest" in rows), len(self.rank))
        return {row: named.get(row, rest) for row in (*self.rows, "F1")}

    @cached_property
    def rows_by_concern(self) -> RowsByConcern[Row]:
        """The rows, chosen by what is said of somebody."""
        return RowsByConcern(self.rows)

    @cached_property
    def where_no_room(self) -> "tuple[str, Row] | None":
        """The row that is owed where a queue is full (R30); None where the policy has none."""
        return next(((row_id, row) for row_id, row in self.rows.items() if row.at_capacity), None)

    def locality(self, sector: str | None) -> int | None:
        """The locality of a home, by its sector, else its district; None where the council has it in none."""
        if sector is None:
            return None
        found = self.localities.postcodes.get(sector)
        return (
            found if found is not None else self.localities.postcodes.get(sector.rpartition(" ")[0])
        )

    def queue(self, team: Code, sector: str | None) -> Code:
        """The queue of a team for a home: `CLS-2`; the team that stands in where the locality is not known."""
        rules = self.teams[team]
        if not rules.localities:
            return team
        place = self.locality(sector)
        if place in rules.localities:
            return f"{team}-{place}"
        return rules.without_locality or team

    def hours(self, queue: Code) -> OpeningTimes:
        """When the team behind a queue is at work."""
        rules = self.teams.get(queue.partition("-")[0])
        return rules.hours.times if rules else OpeningTimes()

    def clock(self, name: str | None) -> Clock | None:
        """The clock by its name in the document."""
        return self.clocks[name].clock if name else None

    @cached_property
    def clocks_as_shown(self) -> Mapping[str, ClockRules]:
        """The clocks by how they are shown: `decision within 1 working day (law)`."""
        return {rules.clock.name: rules for rules in self.clocks.values()}

    def may_pause(self, rule: str, rules: ClockRules) -> bool:
        """Whether a rule may stop a clock: one that it names, else any of local practice; what is due at once never."""
        named = {self.clocks[name].clock.name for name in self.pauses[rule].clocks}
        allowed = rules.clock.name in named if named else rules.basis == "practice"
        return allowed and not rules.immediate

    def pauses_of(self, clock: str | None) -> dict[str, str]:
        """The rules by which a clock, by how it is shown, may stand still, in words."""
        rules = self.clocks_as_shown.get(clock or "")
        if rules is None:
            return {}
        return {name: rule.say for name, rule in self.pauses.items() if self.may_pause(name, rules)}


@lru_cache(maxsize=16)
def read_policy(document: str) -> Policy:
    """The policy a document says; raises InvalidPolicy, which names each fault by place and line."""
    try:
        said, places = read_yaml(document)
    except NotYaml as error:
        raise InvalidPolicy(
            error.says, [fault({}, (), "not-yaml", error.says, error.line)]
        ) from error
    try:
        policy = Policy.model_validate(
            {**said, "document_hash": document_hash(document)} if isinstance(said, dict) else said
        )
    except ValidationError as error:
        faults = [fault(places, tuple(e["loc"]), e["type"], e["msg"]) for e in error.errors()]
        raise InvalidPolicy(InvalidPolicy.title, faults) from error
    faults = [*_unknown_names(policy, places), *_bad_conditions(policy, places)]
    if faults:
        raise InvalidPolicy(InvalidPolicy.title, faults)
    return policy


def document_hash(document: str) -> str:
    """The SHA-256 (hex) of the document's bytes."""
    return sha256(document.encode()).hexdigest()


def fault(places: Places, path: Path, code: str, says: str, line: int | None = None) -> Fault:
    """A fault with its place as a JSON pointer and, where known, the line it stands on."""
    at = line_of(places, path) if line is None else line
    return Fault(pointer=pointer(path), code=code, says=f"Line {at}: {says}" if at else says)


def pointer(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def conditions(policy: Policy) -> Iterator[tuple[Path, str]]:
    """Every CEL expression of the policy, with its place."""
    for row_id, row in policy.rows.items():
        for part in ("triggers", "tell", "duties", "further_clocks"):
            for at, says in enumerate(getattr(row, part)):
                if says.when is not None:
                    yield ("rows", row_id, part, at, "when"), says.when
        if row.sooner:
            yield ("rows", row_id, "sooner", "when"), row.sooner.when


def _bad_conditions(policy: Policy, places: Places) -> Iterator[Fault]:
    for path, condition in conditions(policy):
        try:
            program = cel.compile(condition)
        except ValueError as error:
            problem = next((line for line in str(error).splitlines()), "it cannot be read")
            yield fault(places, path, "not-cel", f"The condition is not CEL: {problem}")
            continue
        for name in set(program.variables()) - {"p", "c"}:
            if not re.search(
                rf"\b(?:exists|all|map|filter|exists_one)\(\s*{re.escape(name)}\s*,", condition
            ):
                yield fault(
                    places,
                    path,
                    "unknown-word",
                    f"A condition reads `p` and `c`; there is no `{name}`.",
                )


def _unknown_names(policy: Policy, places: Places) -> Iterator[Fault]:
    """Clocks and teams that are named and not there, and rows that no table has: a policy may leave a row out."""
    for path, kind, name, known in _names(policy):
        if name is not None and name not in known:
            yield fault(
                places, path, f"unknown-{kind}", f"There is no {kind} {name!r} in this policy."
            )


def _names(policy: Policy) -> Iterator[tuple[Path, str, str | None, Container[str]]]:
    teams, clocks = policy.teams, policy.clocks
    yield ("front_doors", "children"), "team", policy.front_doors.children, teams
    yield ("front_doors", "adults"), "team", policy.front_doors.adults, teams
    yield ("front_doors", "clock"), "clock", policy.front_doors.clock, clocks
    for code, rules in policy.teams.items():
        yield ("teams", code, "without_locality"), "team", rules.without_locality, teams
    keeping = policy.timekeeping
    yield ("timekeeping", "moved_on"), "clock", keeping.moved_on, clocks
    yield ("timekeeping", "out_of_hours"), "team", keeping.out_of_hours, teams
    if keeping.settle:
        yield ("timekeeping", "settle", "clock"), "clock", keeping.settle.clock, clocks
    for name, pause in policy.pauses.items():
        for place, clock in enumerate(pause.clocks):
            yield ("pauses", name, "clocks", place), "clock", clock, clocks
    for at, tier in enumerate(policy.rank):
        for place, named_row in enumerate(tier):
            yield ("rank", at, place), "row", named_row, {*ALL_ROWS, "rest"}
    for row_id, row in policy.rows.items():
        here: Path = ("rows", row_id)
        named = (
            (row.team.child, row.team.adult) if isinstance(row.team, TeamsByAge) else (row.team,)
        )
        yield from (((*here, "team"), "team", team, teams) for team in named)
        yield (*here, "clock"), "clock", row.clock, clocks
        if row.sooner:
            yield (*here, "sooner", "clock"), "clock", row.sooner.clock, clocks
        yield from (((*here, "yields_to"), "row", other, ALL_ROWS) for other in row.yields_to)
        for part in ("duties", "further_clocks"):
            for at, duty in enumerate(getattr(row, part)):
                yield (*here, part, at, "clock"), "clock", duty.clock, clocks
                yield (*here, part, at, "row"), "row", duty.row, ALL_ROWS
