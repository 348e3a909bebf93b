"""A row of the routing table as data: what sets it off, who has it, by when, what else is owed, and its examples."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

import cel
from pydantic import Field

from events.need_unmet import WhyUnmet
from hub.policies.needs import Needs, needs_of
from hub.policies.part import Code, Part, Sentence
from hub.policies.row_id import RowId

Condition = Annotated[str, Field(min_length=1, max_length=1000)]
ADULT_AT = 18
Who = Literal[
    "self", "parents", "siblings", "children", "household", "carers", "cared-for-adults", "cared-for-children",
]  # fmt: skip


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
