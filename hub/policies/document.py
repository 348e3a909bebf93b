"""The routing policy as a document: one YAML file, read strictly, known by the hash of its bytes."""

import re
from collections.abc import Container, Iterator, Mapping
from datetime import time
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Annotated, Literal, Self

import cel
from pydantic import Field, ValidationError, model_validator

from events.decision import PolicyPin
from events.message_refused import Fault
from events.need_unmet import WhyUnmet
from hub.clocks import Basis, Clock, OpeningTimes, Span
from hub.errors import InvalidCommand
from hub.policies.by_concern import RowsByConcern
from hub.policies.needs import Needs, needs_of
from hub.policies.paging import Paging
from hub.policies.part import Code, Part, Sentence
from hub.policies.timekeeping import PauseRule, Timekeeping
from hub.policies.yaml import NotYaml, Path, Places, line_of, read_yaml

RowId = Annotated[str, Field(pattern=r"^(R[0-9]{1,2}|F1)$")]
Condition = Annotated[str, Field(min_length=1, max_length=1000)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ALL_ROWS = frozenset(f"R{number}" for number in range(33))
ADULT_AT = 18
WEEK: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
Who = Literal[
    "self", "parents", "siblings", "children", "household", "carers", "cared-for-adults", "cared-for-children",
]  # fmt: skip


class InvalidPolicy(InvalidCommand):
    """The document is not a policy: each fault names its place in it, and the line."""

    slug, title = "invalid-policy", "The document is not a routing policy."


class Hours(Part):
    """When a team is at work, where that is not Monday to Friday, nine to five."""

    days: tuple[Weekday, ...] = WEEK[:5]
    opens: str = Field(default="09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    closes: str = Field(default="17:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    bank_holidays: bool = False
    always: bool = False

    @cached_property
    def times(self) -> OpeningTimes:
        return OpeningTimes(
            days=frozenset(WEEK.index(day) for day in self.days),
            opens=time.fromisoformat(self.opens),
            closes=time.fromisoformat(self.closes),
            on_bank_holidays=self.bank_holidays,
            always=self.always,
        )


class TeamRules(Part):
    """What routing needs to know of a team: its localities, its hours, and who stands in where no locality is known."""

    localities: tuple[int, ...] = ()
    without_locality: Code | None = None
    hours: Hours = Hours()

    @model_validator(mode="after")
    def _stands_in(self) -> Self:
        if self.localities and self.without_locality is None:
            raise ValueError(
                "a team with localities needs `without_locality`: who takes it where none is known"
            )
        return self


class FrontDoors(Part):
    """Where a contact goes that is left without any team (F1)."""

    children: Code
    adults: Code
    pathway: str
    clock: str


class Localities(Part):
    """Which locality a home belongs to, by postcode sector (`RM16 4`) or, failing that, district (`RM16`)."""

    names: Mapping[int, str]
    postcodes: Mapping[str, int]


class ClockRules(Part):
    """One clock: for what, how long, and whether law or local practice says so.

    after            what starts it, where that is not the receipt: nothing is due until it has happened
    on_carried_date  it ends with the day that a concern names (a discharge), where that is still to come
    met_by           what meets it: the team's decision (accepted), or the work being done; done where it is not said
    grace_minutes    it counts as missed so long after it was due: what is due at once takes a while to read
    at_ages          it ends with the day on which the person reaches the next of these ages (`17y6`: 17 years and 6 months)
    """

    say: Sentence
    basis: Basis
    immediate: bool | None = None
    same_day: bool | None = None
    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    next_morning: bool | None = None
    after: str | None = None
    on_carried_date: bool = False
    met_by: Literal["accepted", "done"] = "done"
    grace_minutes: int | None = Field(default=None, ge=1, le=1440)
    at_ages: tuple[Annotated[str, Field(pattern=r"^[0-9]{1,2}y([0-9]|1[01])$")], ...] = ()

    @cached_property
    def months(self) -> list[int]:
        """The ages it is about in months, the lowest first."""
        ages = [age.split("y") for age in self.at_ages]
        return sorted(12 * int(years) + int(months) for years, months in ages)

    @model_validator(mode="after")
    def _one_span(self) -> Self:
        said = [
            self.immediate,
            self.same_day,
            self.hours,
            self.days,
            self.working_days,
            self.next_morning,
            self.at_ages or None,
        ]
        if sum(value is not None for value in said) > 1:
            raise ValueError(
                "a clock has one length: immediate, same_day, hours, days, working_days, next_morning or at_ages"
            )
        return self

    @cached_property
    def clock(self) -> Clock:
        return Clock(say=self.say, span=self._span(), basis=self.basis, after=self.after)

    def _span(self) -> Span | None:
        if self.immediate:
            return Span("immediate")
        if self.same_day:
            return Span("same-day")
        if self.next_morning:
            return Span("next-morning")
        if self.hours:
            return Span("hours", self.hours)
        if self.days:
            return Span("days", self.days)
        return Span("working-days", self.working_days) if self.working_days else None


class Ages(Part):
    """Whom a row is for, by age: from so many years, under so many years; whether only for those who are born."""

    from_: int | None = Field(default=None, alias="from", ge=0)
    under: int | None = Field(default=None, ge=1)
    born: bool = False


class Trigger(Part):
    """What sets a row off, and the sentence that says so.

    when      a CEL expression over the person `p` and the contact `c`
    because   `{who}` is the person ("A child of 14"), `{cared_for}` and `{carer}` those a caring relation leads to
    whole     it reads what is said of the contact as a whole, not of one person
    turns_on  those whose age it also turns on
    """

    when: Condition
    because: Sentence
    whole: bool = False
    turns_on: Literal["cared-for"] | None = None

    @cached_property
    def program(self) -> cel.Program:
        return cel.compile(self.when)

    @cached_property
    def needs(self) -> Needs | None:
        """What its condition cannot do without."""
        return needs_of(self.when)

    @cached_property
    def words(self) -> frozenset[str]:
        """The quoted words of its condition: a concern among them is understood when the trigger holds."""
        return frozenset(re.findall(r"'([a-z0-9_-]+)'", self.when))


class Told(Part):
    """Someone else who must be told. `when` is a CEL expression over `p` and `c`; without it, always."""

    to: str
    when: Condition | None = None
    because: Sentence

    @cached_property
    def program(self) -> cel.Program | None:
        return cel.compile(self.when) if self.when else None


class Duty(Part):
    """Something else that must be done, by the owner of the route.

    who      about whom: the person of the route (`self`), or those around them
    row      the row the duty asks about: it falls away where that person's own facts set the row, or one in `unless`, off
    clock    where it has a clock of its own
    by_its_team  it is owed by this row's own team, also where another team was asked about the same person (R28)
    """

    does: Sentence
    who: Who = "self"
    by_its_team: bool = False
    row: RowId | None = None
    unless: tuple[RowId, ...] = ()
    clock: str | None = None
    when: Condition | None = None
    because: Sentence | None = None

    @cached_property
    def program(self) -> cel.Program | None:
        return cel.compile(self.when) if self.when else None


class TeamsByAge(Part):
    """The team for a child and the team for an adult."""

    child: Code
    adult: Code


class Sooner(Part):
    """Another clock for the row, where the condition over `p` and `c` holds."""

    when: Condition
    clock: str

    @cached_property
    def program(self) -> cel.Program:
        return cel.compile(self.when)


class Example(Part):
    """A small made-up contact and what the policy must say of it.

    people      by ref: an age on the day, or `dob`, with flags, postcode, sex
    relations   such as `p2 cares-for p1`
    concerns    such as `young-carer p2`, or the code alone for the contact as a whole
    expect      routes there must be, such as `R8 p2 YC`, each part after the row optional
    never       rows that must not be among the routes
    owes        obligations there must be, such as `F3 p1`
    owes_not    obligations there must not be
    tells       notices there must be, such as `R0 999`
    tells_not   addressees that must not be told
    full        queues that have no room left
    """

    kind: Literal["hit", "boundary", "miss", "shielded"]
    says: Sentence
    received: str = "2026-03-04T10:15:00Z"
    people: Mapping[str, "ExamplePerson"] = {}
    relations: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    carries: Mapping[str, int | bool | str] = {}
    facts: Mapping[str, Literal["yes", "no", "unknown"]] = {}
    agreement: Literal["given", "refused", "not-asked", "overridden"] | None = None
    expect: tuple[str, ...] = ()
    never: tuple[RowId, ...] = ()
    owes: tuple[str, ...] = ()
    owes_not: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    tells_not: tuple[str, ...] = ()
    full: tuple[str, ...] = ()


class ExamplePerson(Part):
    """A person of an example, by age in whole years on the day, or by date of birth."""

    age: int | None = Field(default=None, ge=0, le=119)
    dob: str | None = None
    flags: tuple[str, ...] = ()
    postcode: str | None = None
    open: Mapping[RowId, str] = {}


class Row(Part):
    """One row of the routing table.

    ages          whom it is for; without it, everybody
    team          whose queue takes it; none where no queue does (R31)
    clock         the row's first clock in law, else its first default; none where neither sets a time
    cannot_wait   outside its team's hours the emergency duty team is asked as well (R28)
    needs_agreement  refused, not asked or unsaid blocks it (F8)
    asks_about_siblings  every other child of the home, the parents and the one alleged to harm is asked about (F4)
    except_children_with  concerns that make a parent's own child the one the row is about, not another (R10)
    yields_to     rows that are safer where an age cannot be told: where one of them is set off, this one is not
    hidden_people it concerns people who may be hidden: one of its examples must be a shielded one
    of_the_dead   it is about someone who has died: every other row stops
    out_of_hours  it is added beside what cannot wait for a team that is closed (R28)
    only_obligation  it is attached to whatever route there is, and is none of its own (R25)
    at_capacity   it is owed besides a route whose queue is full, or that a team says no to for want of room or of a service (R30)
    answers       why it is owed, by what such a team says
    pages         its team is woken by e-mail and webhook, without anybody having to look (R0 and R1 alone: F15)
    """

    title: Sentence
    source: Sentence
    ages: Ages = Ages()
    triggers: tuple[Trigger, ...] = Field(min_length=1)
    team: Code | TeamsByAge | None
    pathway: str
    clock: str | None
    sooner: Sooner | None = None
    further_clocks: tuple[Duty, ...] = ()
    duties: tuple[Duty, ...] = ()
    tell: tuple[Told, ...] = ()
    cannot_wait: bool = False
    needs_agreement: bool = False
    asks_about_siblings: bool = False
    except_children_with: tuple[str, ...] = ()
    yields_to: tuple[RowId, ...] = ()
    of_the_dead: bool = False
    hidden_people: bool = False
    out_of_hours: bool = False
    only_obligation: bool = False
    at_capacity: bool = False
    answers: Mapping[WhyUnmet, Sentence] = {}
    pages: bool = False
    examples: tuple[Example, ...] = ()

    @cached_property
    def own_triggers(self) -> tuple[Trigger, ...]:
        """Those that read what is said of one person."""
        return tuple(t for t in self.triggers if not t.whole)

    @cached_property
    def of_the_whole(self) -> bool:
        """Whether what is said of the contact as a whole, and of nobody in it, may set it off."""
        return len(self.own_triggers) < len(self.triggers)

    @cached_property
    def concerns_needed(self) -> frozenset[str] | None:
        """The concerns of a person without which none of their own triggers holds; None where one may."""
        each = [t.needs for t in self.own_triggers]
        known = [needs.concerns for needs in each if needs and not needs.others]
        return frozenset().union(*known) if len(known) == len(each) else None

    @property
    def for_children(self) -> bool:
        """Whether it is for children alone."""
        return self.ages.under is not None and self.ages.under <= ADULT_AT

    @property
    def turns_on_age(self) -> bool:
        """Whether its team or its being set off may hang on an age."""
        return self.ages != Ages() or isinstance(self.team, TeamsByAge)


class Words(Part):
    """What a whole-family rule asks for, and why."""

    does: Sentence
    because: Sentence


class AskTheQuestion(Part):
    """F2: which needs of an adult raise the questions about children, and what is asked."""

    concerns: tuple[str, ...]
    rows: tuple[RowId, ...]
    both: Sentence
    children: Sentence
    caring: Sentence
    because: Sentence


class Agreement(Part):
    """F8: what is said and owed where a row is blocked for want of agreement."""

    refused: Words
    unasked: Words


class Mirror(Part):
    """F3: for which rows whoever is cared for is offered an assessment too; and what is owed where nobody says who it is."""

    rows: tuple[RowId, ...]
    offer: Words
    find_out: Words


class Telling(Part):
    """F9: what parents and carers are told, and what is owed where a person must decide whether they may be."""

    tell: Sentence
    decide: Words


class WholeFamily(Part):
    """The words of the rules that hold for every contact. `{who}`, `{row}`, `{rows}` and `{other}` are filled in."""

    F1_front_door: Sentence
    F1_not_understood: Words
    F2: AskTheQuestion
    F3: Mirror
    F4: Words
    F7: Sentence
    F8: Agreement
    F9: Telling
    F10: Sentence
    date_of_birth: Words
    cannot_wait: Sentence
    calendar_ends: Sentence


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
