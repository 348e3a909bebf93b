"""A hard case as a row: what was told before, the contact, and what may come of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import yaml

FOLDER = Path(__file__).parent
OUTCOMES = frozenset({"link", "new", "review", "insufficient", "sealed"})
Said: TypeAlias = Mapping[str, Any]
Tie: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One contact: its people by label or ref, how they are tied, and concerns such as a death. `on` is the day it came.

    A mention is written as `{name: Grace Okoro, dob: 1981-06-12, home: "12 High Street, Grays, RM17 6XX", nhs: …}`; a name that is
    not given names and one family name is written `{given: [Ana], family: de Sousa}`. What else is there is kept as the contract has it.
    """

    people: Mapping[str, Said]
    relations: tuple[Tie, ...] = ()
    deaths: tuple[str, ...] = ()
    on: str = "2026-03-02"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something other than a contact that happened before, such as a never-link: `of` are labels."""

    event: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a viewer must and must not read: on the page of a person, or in answer to a search for words."""

    to: str
    page_of: str = ""
    search: str = ""
    must_show: tuple[str, ...] = ()
    must_not_show: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A case.

    before         what was told or happened, in order; it was linked as it is true, whatever any linker would have made of it
    who            by ref of the contact, the labels that are this person: one known, or another ref of the contact
    expected       by ref, every outcome that is right: `link LABEL`, `new`, `review`, `review LABEL`, `insufficient`, `sealed`
    never_link     labels to whom nobody of the contact may be linked by itself
    no_candidate   labels that must not even be offered
    aside          refs whom the case is not about: what comes of them must fit, and counts in no other share
    together       pairs that must be shown as one family after it; `apart` those that must not
    """

    name: str
    category: str
    before: tuple[Told | Happened, ...]
    contact: Told
    expected: Mapping[str, tuple[str, ...]]
    who: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never_link: tuple[str, ...] = ()
    no_candidate: tuple[str, ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    shown: tuple[Shown, ...] = ()
    aside: tuple[str, ...] = ("m",)

    def labels(self) -> set[str]:
        """Everybody told of before."""
        return {label for told in self.before if isinstance(told, Told) for label in told.people}

    def faults(self) -> Iterator[str]:
        """What is wrong with the row itself."""
        refs, labels = set(self.contact.people), self.labels()
        if refs & labels:
            yield f"{sorted(refs & labels)} are both labels and refs"
        if set(self.expected) != refs:
            yield "not every person of the contact has an expected outcome"
        for ref, outcomes in self.expected.items():
            for outcome in outcomes:
                word, _, label = outcome.partition(" ")
                if word not in OUTCOMES or (label and label not in labels | refs):
                    yield f"{outcome} is no outcome"
                if word == "link" and label not in self.who.get(ref, ()):
                    yield f"{ref} may be linked to {label}, who is somebody else"
        known = {label for them in self.who.values() for label in them}
        named = {
            *known,
            *self.never_link,
            *self.no_candidate,
            *(p for pair in (*self.together, *self.apart) for p in pair),
        }
        if named - labels - refs:
            yield f"{sorted(named - labels - refs)} are nobody"
        if known & set(self.never_link):
            yield "somebody may and must not be linked"


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of hard case.

    source   where the expectation is from
    shares   at least so many of the mentions: `fits` an expected outcome, `linked` where known, `new` where unknown, `review`
    crowd    played among thousands of strangers too
    """

    name: str
    says: str
    source: str
    shares: dict[str, float]
    crowd: bool = True


@cache
def categories() -> tuple[Category, ...]:
    """All of them, in the order of the issue."""
    return tuple(Category(**said) for said in _read("categories"))


def category(name: str) -> Category:
    """The one of that name."""
    return next(c for c in categories() if c.name == name)


@cache
def by_hand() -> tuple[Row, ...]:
    """The rows that were written by hand."""
    return tuple(read_row(said) for said in _read("by_hand"))


def _read(name: str) -> Any:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


def read_row(said: Mapping[str, Any]) -> Row:
    """A row as YAML has it."""
    rest = {**said}
    before = tuple(read_before(b) for b in rest.pop("before", ()))
    contact = read_told({"on": "2026-11-02", **rest.pop("contact")})
    return Row(
        before=before,
        contact=contact,
        expected={ref: _words(e) for ref, e in rest.pop("expected").items()},
        who={ref: _words(w) for ref, w in rest.pop("who", {}).items()},
        together=_pairs(rest.pop("together", ())),
        apart=_pairs(rest.pop("apart", ())),
        shown=tuple(
            Shown(
                s["to"],
                s.get("page_of", ""),
                s.get("search", ""),
                tuple(s.get("must_show", ())),
                tuple(s.get("must_not_show", ())),
            )
            for s in rest.pop("shown", ())
        ),
        never_link=tuple(rest.pop("never_link", ())),
        aside=tuple(rest.pop("aside", ("m",))),
        no_candidate=tuple(rest.pop("no_candidate", ())),
        **rest,
    )


def read_before(said: Mapping[str, Any]) -> Told | Happened:
    """A contact, or another thing that happened."""
    return Happened(said["event"], tuple(said["of"])) if "event" in said else read_told(said)


def read_told(said: Mapping[str, Any]) -> Told:
    """A contact as YAML has it."""
    relations = tuple((r[0], r[1], r[2]) for r in said.get("relations", ()))
    return Told(
        said["people"], relations, tuple(said.get("deaths", ())), str(said.get("on", "2026-03-02"))
    )


def _words(said: str | Sequence[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _pairs(said: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in said)
