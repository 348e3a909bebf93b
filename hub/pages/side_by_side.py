"""Two people as the rows of a table: what was said of each, and how far it agrees in words with its weight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from events.nhs_numbers import is_nhs
from hub.pages.words import born_on, plain, said_at, sentence_case, team_said, weight_said
from hub.review_page_reading import Beside, ReviewPage
from projections.family_view import PersonShown

NAMED = 5  # contacts of each that a row shows
NAMES = ("forename", "middle", "surname", "order")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: its words, where they lead, what goes before them and what more there is to say."""

    text: str
    href: str | None = None
    more: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a field agrees, with its bits against a stranger and against a house-mate; None for what is not weighed."""

    words: str
    stranger: float | None = None
    mate: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, what is known of each, how far that agrees."""

    what: str
    one: tuple[Cell, ...]
    other: tuple[Cell, ...]
    agrees: tuple[Agreement, ...]


def lines_of(shown: ReviewPage) -> list[Line]:
    """Every row that says something of either."""
    one, other = shown.comparison.compared.one, shown.comparison.compared.other
    both = (one, other)
    rows = [
        weighed(shown, "Names", [words(p.names) for p in both], *NAMES),
        weighed(shown, "Born", [words(map(born_on, p.births)) for p in both], "birth"),
        unweighed("Expected", [words(map(born_on, p.expected)) for p in both]),
        weighed(shown, "Sex", [words(map(sentence_case, p.sexes)) for p in both], "sex"),
        weighed(shown, "NHS number", [words(p.nhs_numbers) for p in both], "nhs"),
        weighed(shown, "Other numbers", [words(numbers_of(p)) for p in both], "local"),
        weighed(shown, "Home", [words(homes_of(p)) for p in both], "home"),
        weighed(shown, "Telephone, e-mail", [words((*p.phones, *p.emails)) for p in both], "reach"),
        unweighed("School", [words(p.schools) for p in both]),
        unweighed("Practice", [words(p.gps) for p in both]),
        unweighed("Marked", [words(map(plain, p.flags)) for p in both]),
        Line("Related", related(shown.beside[0]), related(shown.beside[1]), ()),
        Line("Named in", named_in(one), named_in(other), ()),
        Line("Open work", asked(shown.beside[0]), asked(shown.beside[1]), ()),
    ]
    return [row for row in rows if row.one or row.other]


def weighed(shown: ReviewPage, what: str, cells: Sequence[tuple[Cell, ...]], *fields: str) -> Line:
    """A row of which the hub weighs how far it agrees."""
    found = {w.field: w for w in shown.comparison.fields}
    agrees = [
        Agreement(weight_said(found[f]), found[f].stranger, found[f].mate)
        for f in fields
        if f in found
    ]
    if not agrees and shown.comparison.fields:
        agrees = [nothing_to_compare(*cells)]
    one, other = cells
    return Line(what, one, other, tuple(agrees))


def nothing_to_compare(one: Sequence[Cell], other: Sequence[Cell]) -> Agreement:
    """Why a field was not weighed."""
    if one and other:
        return Agreement("Says nothing either way")
    return Agreement("Said of one alone")


def unweighed(what: str, cells: Sequence[tuple[Cell, ...]]) -> Line:
    """A row that a person reads and the hub does not weigh."""
    one, other = cells
    if not (one and other):
        return Line(what, one, other, ())
    same = {c.text.casefold() for c in one} & {c.text.casefold() for c in other}
    return Line(what, one, other, (Agreement("The same, not weighed" if same else "Not weighed"),))


def words(said: Iterable[str]) -> tuple[Cell, ...]:
    """Values as they were said, newest first."""
    return tuple(Cell(each) for each in said if each)


def homes_of(person: PersonShown) -> list[str]:
    """Every home on a line of its own."""
    return [", ".join(filter(None, (*home.lines, home.postcode))) for home in person.homes]


def numbers_of(person: PersonShown) -> list[str]:
    """Numbers in the systems of those who reported."""
    return list(
        person.newest(
            lambda m: [
                f"{sentence_case(plain(i.system))} {i.value}" for i in m.ids if not is_nhs(i.system)
            ]
        )
    )  # fmt: skip


def related(beside: Beside) -> tuple[Cell, ...]:
    """Whom somebody is related to."""
    return tuple(
        Cell(r.name or r.person, f"/people/{r.person}", lead=sentence_case(r.words))
        for r in beside.related
    )


def named_in(person: PersonShown) -> tuple[Cell, ...]:
    """The newest contacts that name somebody, each with who said it and when; then how many more there are."""
    newest = [s for s in reversed(person.said) if s.contact]
    cells = [
        Cell(s.contact, f"/contacts/{s.contact}", ", ".join(filter(None, (said_at(s.at), s.organisation))))
        for s in newest[:NAMED]
    ]  # fmt: skip
    rest = len(newest) - NAMED
    more = [Cell(f"and {rest} more", f"/people/{person.person}")] if rest > 0 else []
    return (*cells, *more)


def asked(beside: Beside) -> tuple[Cell, ...]:
    """What teams are asked for somebody."""
    return tuple(
        Cell(team_said(r.team), f"/contacts/{r.contact}", r.pathway or r.rule) for r in beside.asks
    )
