"""Says what is wrong with a draft policy before it is published: its form, its words, its examples."""

import re
from collections.abc import Container, Iterator

from events.facts import PinnedFacts
from events.message_refused import Fault
from hub.clocks import Calendar, england
from hub.policies.document import InvalidPolicy, Policy, conditions, fault, read_policy
from hub.policies.examples import decide_example, unmet
from hub.policies.reach import overlapping, unreachable
from hub.policies.row import Row
from hub.policies.sends_to import teams_lacking
from hub.policies.total import may_break
from hub.policies.vocabulary import CARRIED, Vocabulary, vocabulary
from hub.policies.yaml import Path, Places, read_yaml
from hub.routing.people import Circle, as_seen
from hub.routing.rows import Conditions

ANSWERS = frozenset(
    {"yes", "no", "perhaps", "unknown", "given", "refused", "not-asked", "overridden", ""}
)
KINDS = ("hit", "boundary", "miss")
MAY_PAGE = ("R0", "R1")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_MEMBER = re.compile(r"\b([pc](?:\.facts)?)\.([A-Za-z_]+)")


def check(
    document: str,
    words: Vocabulary | None = None,
    calendar: Calendar | None = None,
    teams: Container[str] | None = None,
) -> list[Fault]:
    """Every fault of a policy document; an empty list is a policy that can be published.

    teams   those of the register that it is to be in force with; where none is given, it is checked by itself
    """
    try:
        policy = read_policy(document)
    except InvalidPolicy as invalid:
        return list(invalid.faults)
    _, places = read_yaml(document)
    words = words or vocabulary()
    faults = [
        *_unknown_words(policy, places, words),
        *_unknown_teams(policy, places, words),
        *_missing_examples(policy, places),
        *_wrongly_paging(policy, places),
        *(teams_lacking(policy, places, teams) if teams is not None else ()),
    ]
    return faults or [
        *unreachable(policy, places, words),
        *overlapping(policy, places, words),
        *_failing_examples(policy, places, calendar or england()),
    ]


def _unknown_words(policy: Policy, places: Places, words: Vocabulary) -> Iterator[Fault]:
    """Words of conditions, lists and examples that no contact can ever say."""
    known = {*words.concerns, *words.flags, *CARRIED, *ANSWERS}
    members = _members(words)
    for path, condition in conditions(policy):
        for match in _QUOTED.finditer(condition):
            word = match[1] if match[1] is not None else match[2]
            if word not in known:
                yield fault(places, path, "unknown-word", f"{word!r} is no word of the vocabulary.")
        for match in _MEMBER.finditer(condition):
            if match[2] not in members[match[1]]:
                says = f"There is no {match[0]}; there are {', '.join(sorted(members[match[1]]))}."
                yield fault(places, path, "unknown-word", says)
    yield from _conditions_that_fail(policy, places)
    for path, code in _listed_concerns(policy):
        if code not in words.concerns:
            yield fault(places, path, "unknown-word", f"{code!r} is no concern of the vocabulary.")
    yield from _unsayable_examples(policy, places, words)


def _members(words: Vocabulary) -> dict[str, set[str]]:
    circle = Circle.of(PinnedFacts.example())
    return {
        "p": set(as_seen(circle.whole, circle)),
        "c": {"facts", "concerns", "agreement", "full"},
        "c.facts": set(words.facts),
    }


def _conditions_that_fail(policy: Policy, places: Places) -> Iterator[Fault]:
    """Conditions that may break on what is known of somebody, or that give something other than true or false."""
    circle = Circle.of(PinnedFacts.example())
    tried = Conditions(circle)
    for path, condition in conditions(policy):
        if wrong := next(may_break(condition), None):
            yield fault(places, path, "bad-condition", wrong)
            continue
        for person in (*circle.people, circle.whole):
            problem = tried.problem(condition, person)
            if problem:
                yield fault(places, path, "bad-condition", problem)
                break


def _listed_concerns(policy: Policy) -> Iterator[tuple[Path, str]]:
    for at, code in enumerate(policy.hidden_by_concern):
        yield ("hidden_by_concern", at), code
    for at, code in enumerate(policy.whole_family.F2.concerns):
        yield ("whole_family", "F2", "concerns", at), code
    for row_id, row in policy.rows.items():
        for at, code in enumerate(row.except_children_with):
            yield ("rows", row_id, "except_children_with", at), code


def _unsayable_examples(policy: Policy, places: Places, words: Vocabulary) -> Iterator[Fault]:
    for row_id, row in policy.rows.items():
        for at, example in enumerate(row.examples):
            here: Path = ("rows", row_id, "examples", at)
            for said in example.concerns:
                code, _, about = said.partition(" ")
                if code not in words.concerns:
                    yield fault(
                        places, here, "unknown-word", f"{code!r} is no concern of the vocabulary."
                    )
                if about and about not in example.people:
                    yield fault(
                        places, here, "unknown-word", f"{about!r} is nobody of the example."
                    )
            for said in example.relations:
                parts = said.split()
                people = len(parts) == 3 and {parts[0], parts[2]} <= set(example.people)
                if not people or parts[1] not in words.relationships:
                    yield fault(
                        places,
                        here,
                        "unknown-word",
                        f"{said!r} is no relation of two people of the example.",
                    )
            for name in set(example.facts) - words.facts:
                yield fault(places, here, "unknown-word", f"{name!r} is no fact of the vocabulary.")


def _unknown_teams(policy: Policy, places: Places, words: Vocabulary) -> Iterator[Fault]:
    for code in policy.teams:
        if code not in words.teams:
            yield fault(
                places, ("teams", code), "unknown-team", f"{code} is no team of the vocabulary."
            )
        if not policy.teams[code].hours.ever:
            says = f"{code} would never be at work: name a day, and an opening before the closing."
            yield fault(places, ("teams", code, "hours"), "never-open", says)
    for place, number in policy.localities.postcodes.items():
        if number not in policy.localities.names:
            path: Path = ("localities", "postcodes", place)
            yield fault(places, path, "unknown-locality", f"There is no locality {number}.")


def _missing_examples(policy: Policy, places: Places) -> Iterator[Fault]:
    for row_id, row in policy.rows.items():
        for kind in _kinds_owed(row):
            if not any(example.kind == kind for example in row.examples):
                says = f"{row_id} has no example that is a {kind}."
                yield fault(places, ("rows", row_id), "missing-example", says)


def _wrongly_paging(policy: Policy, places: Places) -> Iterator[Fault]:
    """Rows that would wake people by themselves and may not (F15)."""
    for row_id, row in policy.rows.items():
        if row.pages and row_id not in MAY_PAGE:
            says = f"Only {' and '.join(MAY_PAGE)} page people themselves (F15), not {row_id}."
            yield fault(places, ("rows", row_id, "pages"), "may-not-page", says)


def _kinds_owed(row: Row) -> tuple[str, ...]:
    """A hit, a boundary and a miss; a shielded one where the row concerns hidden people."""
    return (*KINDS, "shielded") if row.hidden_people else KINDS


def _failing_examples(policy: Policy, places: Places, calendar: Calendar) -> Iterator[Fault]:
    for row_id, row in policy.rows.items():
        for at, example in enumerate(row.examples):
            for says in unmet(example, decide_example(example, policy, calendar)):
                path: Path = ("rows", row_id, "examples", at)
                yield fault(
                    places, path, "failing-example", f"{row_id}: {example.says} But {says}."
                )
