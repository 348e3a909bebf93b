"""Finds rules that nothing can set off, and rows that ask one team twice for the same thing, by trying them on made-up people."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import cel

from events.message_refused import Fault
from hub.policies.document import Policy, conditions, fault
from hub.policies.probes import Probe, Words, probes
from hub.policies.row import Row, TeamsByAge, Trigger
from hub.policies.vocabulary import CARRIED, Vocabulary
from hub.policies.yaml import Path, Places
from hub.routing.rows import Conditions

UNREACHABLE = "Nothing that a contact can say makes this true."
MEND_UNREACHABLE = "Mend the condition or the ages of the row, or take it out."


def unreachable(policy: Policy, places: Places, words: Vocabulary) -> Iterator[Fault]:
    """Conditions of rows that hold for nobody of whom the row could be: tried on people of every age and relation."""
    for row_id, row in policy.rows.items():
        if row.at_capacity:
            continue  # set off by a queue, not by what a contact says
        for at, trigger in enumerate(row.triggers):
            if not _reached(row, trigger, words):
                path: Path = ("rows", row_id, "triggers", at, "when")
                yield fault(places, path, "unreachable", f"{UNREACHABLE} {MEND_UNREACHABLE}")
    for path, condition in conditions(policy):
        row = policy.rows[str(path[1])]
        if "triggers" not in path and not _ever_true(condition, row, words):
            yield fault(places, path, "unreachable", f"{UNREACHABLE} {MEND_UNREACHABLE}")


def overlapping(policy: Policy, places: Places, words: Vocabulary) -> Iterator[Fault]:
    """Rows of one team and pathway of which one is never set off without the other: the team would be asked twice."""
    asked = {i: r for i, r in policy.rows.items() if r.team and not r.out_of_hours}
    for (one, a), (other, b) in combinations(asked.items(), 2):
        if not (_teams(a) & _teams(b)) or a.pathway != b.pathway:
            continue
        for inner, outer in ((one, other), (other, one)):
            if _within(asked[inner], asked[outer], words):
                says = f"{inner} is never set off without {outer}, and both ask {' and '.join(sorted(_teams(a) & _teams(b)))}."
                mend = "Make one row of them, or give them pathways of their own."
                yield fault(places, ("rows", inner), "overlapping", f"{says} {mend}")
                break


def _teams(row: Row) -> set[str]:
    if isinstance(row.team, TeamsByAge):
        return {row.team.child, row.team.adult}
    return {row.team} if row.team else set()


def _words_of(said: frozenset[str], text: str, words: Vocabulary) -> Words:
    return Words(
        concerns=tuple(sorted(said & set(words.concerns))),
        flags=tuple(
            sorted({*(said & set(words.flags)), *({"unborn"} if "unborn" in text else ())})
        ),
        marks=tuple(sorted(said & set(CARRIED))),
        facts=tuple(sorted(name for name in words.facts if f"c.facts.{name}" in text)),
    )


def _words_in(triggers: Sequence[Trigger], words: Vocabulary) -> Words:
    said = frozenset[str]().union(*(t.words for t in triggers))
    return _words_of(said, " ".join(t.when for t in triggers), words)


def _reached(row: Row, trigger: Trigger, words: Vocabulary) -> bool:
    found = _words_in([trigger], words)
    dead = Words(found.concerns, tuple({*found.flags, "deceased"}), found.marks, found.facts)
    return any(
        _sets_off(row, [trigger], probe) for probe in probes(dead if row.of_the_dead else found)
    )


def _sets_off(row: Row, triggers: Sequence[Trigger], probe: Probe) -> bool:
    asked = Conditions(probe.circle)
    if probe.person.at < 0:
        return any(asked.sets_off(t, probe.circle.whole) for t in triggers)
    if row.of_the_dead != probe.person.dead or probe.person.fits(row.ages) == "no":
        return False
    return any(asked.sets_off(t, probe.person) for t in triggers if not t.whole)


def _ever_true(condition: str, row: Row, words: Vocabulary) -> bool:
    """Whether a condition of a clock, a duty or a notice holds anywhere that the row's own words are said."""
    program = cel.compile(condition)
    said = _words_in([Trigger(when=condition, because="-"), *row.triggers], words)
    return any(Conditions(p.circle).holds(program, p.person) for p in probes(said))


def _within(inner: Row, outer: Row, words: Vocabulary) -> bool:
    """Whether the inner row is set off somewhere, and nowhere without the outer one."""
    reached = False
    for probe in probes(_words_in([*inner.triggers, *outer.triggers], words)):
        if _sets_off(inner, inner.triggers, probe):
            reached = True
            if not _sets_off(outer, outer.triggers, probe):
                return False
    return reached
