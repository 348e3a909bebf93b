"""The first, careful model: links on proof alone, sends what is near to a person, and makes a new person otherwise.

Proof is the exact NHS number with nothing that contradicts it, or the exact name with the full date of birth and the home.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from events.contact_received import ContactReceived
from events.content import ContactContent
from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention
from hub.linking.compare import NOBODY, Finding, Likenesses, compare
from hub.people.evidence import Evidence, in_order_of_refs
from hub.people.person import is_sealed, tells
from hub.people.said import Said, read_people
from hub.people.state import last_number, number_of, person_id
from hub.values import PartialDate
from projections.table import Lookup, Row, Tables

NEW = "Nobody like this is known."
TOO_LITTLE = "Too little is said to know a person by."
TWICE = "The contact names one person twice: the same proof stands in both places."
SHARED_PROOF = "Two different people of this contact point at one known person."
ABOUT_THE_DAY = 120
"""So many days before or after the expected one may a child be born, the day being a reckoning."""
NEARLY_PROOF = 60
"""The rank from which two mentions of one contact, who are two people by all custom, may yet be one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found for one mention: whom it is (`person`), or who it may be (`candidate`)."""

    person: str | None
    candidate: str | None
    because: str
    agrees: frozenset[str] = frozenset()
    against: bool = False


class ExactLinker:
    """Links on the exact NHS number, or on exact name, full date of birth and home."""

    model: ClassVar[str] = "exact-1"

    def link(self, tables: Tables, received: RecordedEvent) -> tuple[LinkedMention, ...]:
        """Who the people of the contact are. The order in which it names them makes no difference."""
        contact = received.event
        assert isinstance(contact, ContactReceived)
        said = read_people(contact.content)
        enough = sorted(
            (s for s in said if s.evidence.sufficient),
            key=lambda s: in_order_of_refs(s.evidence.ref),
        )
        groups = one_person_each(enough)
        near = candidates_of(tables, enough)
        found = [judge_group(tables, group, near) for group in groups]
        found = none_shared(found)
        found = told_by_relations(tables, contact.content, groups, found)
        answers = number(groups, found, last_number(tables))
        return tuple(answers.get(s.evidence.ref) or insufficient(s.evidence.ref) for s in said)


def number(
    groups: Sequence[list[Said]], found: Sequence[Judgement], last: int
) -> dict[str, LinkedMention]:
    """The answers, with the next numbers for people met for the first time."""
    answers: dict[str, LinkedMention] = {}
    made: list[tuple[Said, str]] = []
    for group, judgement in zip(groups, found, strict=True):
        judged, person = judgement, judgement.person
        if person is None:
            last += 1
            person = person_id(last)
            judged = beside_the_new(judgement, group[0], made)
            made.append((group[0], person))
        for place, s in enumerate(group):
            answers[s.evidence.ref] = answer(s.evidence.ref, judged, person, place)
    return answers


def beside_the_new(judged: Judgement, said: Said, made: Sequence[tuple[Said, str]]) -> Judgement:
    """Somebody new who is nearly proven to be another new person of the same contact."""
    if judged.candidate:
        return judged
    for other, person in made:
        if said.keys.isdisjoint(other.keys):
            continue
        finding = compare(said.evidence, other.alone)
        nearly = finding.rank >= NEARLY_PROOF or "nhs" in finding.agrees
        if finding.kind == "review" and nearly:
            return Judgement(None, person, finding.because)
    return judged


def answer(ref: str, judged: Judgement, person: str, place: int) -> LinkedMention:
    """The answer for one mention; of several that name one new person, the first brings the person."""
    if judged.person:
        because = judged.because if place == 0 else f"{judged.because} {TWICE}"
        return LinkedMention(ref=ref, outcome="link", person=person, because=because)
    if place > 0:
        return LinkedMention(ref=ref, outcome="link", person=person, because=TWICE)
    outcome = "review" if judged.candidate else "new"
    return LinkedMention.model_validate(
        {
            "ref": ref,
            "outcome": outcome,
            "person": person,
            "candidate": judged.candidate,
            "because": judged.because,
        }
    )


def insufficient(ref: str) -> LinkedMention:
    """Nobody is made of a placeholder."""
    return LinkedMention(ref=ref, outcome="insufficient", person=None, because=TOO_LITTLE)


def one_person_each(said: Sequence[Said]) -> list[list[Said]]:
    """The mentions in groups, each of one person: together where each proves to be the same as every other of the group."""
    same = {
        (i, j)
        for i, one in enumerate(said)
        for j, other in enumerate(said)
        if i != j and _proven(one, other)
    }
    groups: list[list[Said]] = []
    placed: set[int] = set()
    for i in range(len(said)):
        mates = {i, *(j for j in range(len(said)) if (i, j) in same)}
        alike = all((a, b) in same for a in mates for b in mates if a != b)
        if i not in placed:
            members = sorted(mates - placed) if alike else [i]
            groups.append([said[j] for j in members])
            placed.update(members)
    return groups


def _proven(one: Said, other: Said) -> bool:
    if one.keys.isdisjoint(other.keys):
        return False
    there = compare(one.evidence, other.alone)
    back = compare(other.evidence, one.alone)
    return there.kind == back.kind == "link"


def judge_group(tables: Tables, group: Sequence[Said], near: Mapping[str, list[str]]) -> Judgement:
    """What all mentions of one person come to together: a link only if none of them says otherwise."""
    judged = [judge(tables, s, near[s.evidence.ref]) for s in group]
    linked = {j.person for j in judged if j.person}
    doubted = [j for j in judged if j.candidate]
    if len(linked) == 1 and all(j.candidate in linked and not j.against for j in doubted):
        return next(j for j in judged if j.person)
    candidates = sorted((*linked, *(j.candidate for j in doubted if j.candidate)), key=number_of)
    if candidates:
        because = doubted[0].because if doubted else SHARED_PROOF
        return Judgement(None, candidates[0], because)
    return judged[0]


def judge(tables: Tables, said: Said, near: Sequence[str]) -> Judgement:
    """One mention beside everybody who shares a key with it."""
    findings = {
        person: finding
        for person in near
        if (row := tables.get("known_person", person))
        and (finding := compare(said.evidence, row)) is not NOBODY
    }
    findings = without_common_names(findings)
    holders = {p: f for p, f in findings.items() if "nhs" in f.agrees}
    proven = {p: f for p, f in findings.items() if f.kind == "link"}
    if len(holders) > 1:  # the number is in dispute: it proves nothing without name and date
        proven = {p: f for p, f in proven.items() if {"name", "birth"} <= f.agrees}
        proven = {p: f for p, f in proven.items() if p in holders} or proven
    by_number = {p: f for p, f in proven.items() if p in holders}
    chosen = by_number or ({} if holders else proven)
    if len(chosen) == 1:
        person, finding = next(iter(chosen.items()))
        return Judgement(person, None, finding.because, finding.agrees)
    if not findings:
        return Judgement(None, None, NEW)
    candidate = max(findings, key=lambda p: (p in proven, findings[p].rank, -number_of(p)))
    because = why_not(findings, candidate, proven, holders)
    return Judgement(None, candidate, because, against=findings[candidate].against)


def why_not(
    findings: dict[str, Finding],
    candidate: str,
    proven: dict[str, Finding],
    holders: dict[str, Finding],
) -> str:
    """Why a person must look."""
    if len(proven) > 1:
        return "More than one known person has the same proof."
    if candidate in proven and holders:
        return "Name, date of birth and home are of one known person, the NHS number of another."
    if findings[candidate].kind == "link":
        return "The same NHS number, which more than one known person was given."
    return findings[candidate].because


def candidates_of(tables: Tables, said: Sequence[Said]) -> dict[str, list[str]]:
    """By ref, everybody found under a key of the mention, but for keys that a crowd shares; two round trips for all of them.

    What the batch fetched already costs nothing here.
    """
    every = sorted({key for s in said for key in s.keys})
    tables.load([Lookup("person_key", ("key",), tuple((key,) for key in every))])
    holders = {key: [row["person"] for row in tables.find("person_key", key=key)] for key in every}
    telling = {key: people for key, people in holders.items() if tells(key, len(people))}
    people = sorted({person for found in telling.values() for person in found})
    tables.load([Lookup("known_person", ("person",), tuple((person,) for person in people))])
    return {
        s.evidence.ref: sorted({p for key in s.keys for p in telling.get(key, ())}) for s in said
    }


def without_common_names(findings: dict[str, Finding]) -> dict[str, Finding]:
    """A name that more than one person bears says nothing by itself."""
    by_name_alone = [p for p, f in findings.items() if f.kind == "review" and f.rank == 10]
    return (
        {p: f for p, f in findings.items() if p not in by_name_alone}
        if len(by_name_alone) > 1
        else findings
    )


def none_shared(found: Sequence[Judgement]) -> list[Judgement]:
    """Two different people of one contact are not one known person: the link stands for whoever has all the proof of the other and more."""
    answers = list(found)
    for place, judged in enumerate(found):
        rivals = [
            other for i, other in enumerate(found) if i != place and other.person == judged.person
        ]
        if judged.person and rivals and not all(judged.agrees > rival.agrees for rival in rivals):
            answers[place] = Judgement(None, judged.person, SHARED_PROOF)
    return answers


def told_by_relations(
    tables: Tables,
    content: ContactContent,
    groups: Sequence[list[Said]],
    found: Sequence[Judgement],
) -> list[Judgement]:
    """Somebody new who is said to be of a known person's family, and has the name of one who is, may be that one."""
    person_of = {s.evidence.ref: j.person for g, j in zip(groups, found, strict=True) for s in g}
    beside: dict[str, set[str]] = {}
    for r in content.relationships:
        for one, other in ((r.from_ref, r.to_ref), (r.to_ref, r.from_ref)):
            known = person_of.get(other)
            if known and person_of.get(one) is None:
                beside.setdefault(one, set()).update(relatives(tables, known))
    taken = {j.person for j in found if j.person}
    return [_perhaps_kin(tables, g, j, beside, taken) for g, j in zip(groups, found, strict=True)]


def _perhaps_kin(
    tables: Tables,
    group: Sequence[Said],
    judged: Judgement,
    beside: dict[str, set[str]],
    taken: set[str],
) -> Judgement:
    if judged.person or judged.candidate:
        return judged
    for s in group:
        kin = sorted(beside.get(s.evidence.ref, set()) - taken, key=number_of)
        for person in kin:
            row = tables.get("known_person", person)
            if row and may_be_kin(s, row):
                return Judgement(
                    None,
                    person,
                    "A relative of a known person has this forename, and nothing tells them apart.",
                )
    return judged


def may_be_kin(said: Said, known: Row) -> bool:
    """Whether a relative known before bears this forename and nothing tells the two apart."""
    seen = Likenesses(said.evidence, known)
    alike = seen.forename in ("same", "compatible") or may_be_born(said.evidence, known)
    apart = seen.nhs == "other" or seen.births_apart or seen.sex == "other" or seen.dead
    return alike and not apart and said.evidence.sealed == is_sealed(known)


def may_be_born(said: Evidence, known: Row) -> bool:
    """Whether a known unborn child may be the one that is not born yet, or was born about the expected day."""
    expected = PartialDate.parse(known["expected"] or "")
    if expected is None or known["births"]:
        return False
    if said.birth is None:
        return said.unborn
    days = (
        (said.birth.earliest() - expected.latest()).days,
        (said.birth.latest() - expected.earliest()).days,
    )
    return days[0] <= ABOUT_THE_DAY and days[1] >= -ABOUT_THE_DAY


def relatives(tables: Tables, person: str) -> Iterable[str]:
    """Whom relations tie to a person."""
    yield from (row["to_person"] for row in tables.find("person_relation", from_person=person))
    yield from (row["from_person"] for row in tables.find("person_relation", to_person=person))
