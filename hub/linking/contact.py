"""Who the people of one contact are: each judged among those who share a key with it, then all of them together.

Two people of a contact are never one known person, unless all that is said of both says that it names one person twice.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from events.contact_received import ContactReceived
from events.content import ContactContent
from events.envelope import RecordedEvent
from events.mentions_linked import Considered, LinkedMention
from hub.linking.beside import told_by_each_other
from hub.linking.judge import Judgement, decide, doubted, judge
from hub.linking.model import Model, shipped
from hub.linking.profile import profile_of_mention, profile_of_person
from hub.linking.veto import SAME_FORENAME, WORDS
from hub.linking.weigh import Weighed, weigh, weights_told
from hub.people.corrections import apart_from
from hub.people.evidence import Evidence, in_order_of_refs
from hub.people.person import is_dead, is_sealed, nearest, reach_key
from hub.people.said import Said, read_people
from hub.people.state import holders_of, holders_under, last_number, number_of, person_id
from hub.values import PartialDate
from projections.kin import HOUSEHOLD
from projections.table import Lookup, Row, Tables

TOO_LITTLE = "Too little is said to know a person by."
TWICE = "The contact names one person twice: the same proof stands in both places."
SHARED_PROOF = "Two different people of this contact point at one known person."
BORN = "A relative of a known person was not born yet when last told of, and may be this one."
NOBODY_ELSE = "Nobody else like this is known."
NOT_AGREED = "What the contact says of this person in one place points at another person than what it says in the next."
KIN = "A relative of a known person has this forename, and nothing tells them apart."
TOLD_ANEW = "The same person as before, by the contact's own word for them."
MAY_BE = "What is said of them now may be of somebody else who is known."
NOBODY: Mapping[str, str] = MappingProxyType({})
SHOWN = 3
"""So many of those compared are kept with an answer."""
NEARLY = 0.0
"""Bits from which two mentions of one contact, who are two people by all custom, may yet be one."""
ABOUT_THE_DAY = 120
"""So many days before or after the expected one may a child be born, the day being a reckoning."""


@dataclass(frozen=True)
class PeopleLinker:
    """Links by weight of evidence against a stranger and against a house-mate."""

    parameters: Model = field(default_factory=shipped)

    @property
    def model(self) -> str:
        """The name of the parameters."""
        return self.parameters.name

    def link(self, tables: Tables, received: RecordedEvent) -> tuple[LinkedMention, ...]:
        """Who the people of the contact are, in the order of the contact; in which order it names them makes no difference.

        Reads the tables of hub.people.state, writes none.
        """
        contact = received.event
        assert isinstance(contact, ContactReceived)
        return self.link_said(tables, contact.content)

    def link_said(
        self, tables: Tables, content: ContactContent, held: Mapping[str, str] = NOBODY
    ) -> tuple[LinkedMention, ...]:
        """The same of what a contact says. `held`: who it is known already that some of its words mean; nobody else is meant by
        the others."""
        said = read_people(content)
        enough = sorted(
            (s for s in said if s.evidence.sufficient and s.evidence.ref not in held),
            key=lambda s: in_order_of_refs(s.evidence.ref),
        )
        groups = one_person_each(self.parameters, enough)
        near = but_for(candidates_of(tables, enough), held.values())
        found = [judge_group(self.parameters, group, near) for group in groups]
        rows = [near[group[0].evidence.ref].rows for group in groups]
        found = told_by_each_other(self.parameters, tables, groups, rows, found)
        found = none_taken(self.parameters, none_shared(found))
        found = told_by_relations(self.parameters, tables, content, groups, found, held)
        answers = number(self.parameters, groups, found, last_number(tables))
        answers |= self.held(tables, [s for s in said if s.evidence.ref in held], held)
        return tuple(answers.get(s.evidence.ref) or insufficient(s.evidence.ref) for s in said)

    def held(
        self, tables: Tables, said: Sequence[Said], held: Mapping[str, str]
    ) -> dict[str, LinkedMention]:
        """The answers for those who are known already, with whoever else they may be."""
        near = candidates_of(tables, said)
        answers: dict[str, LinkedMention] = {}
        for s in said:
            ref, person = s.evidence.ref, held[s.evidence.ref]
            apart = {person, *held.values(), *apart_from(tables, person)}
            rows = {p: row for p, row in near[ref].rows.items() if p not in apart}
            judged = judge(self.parameters, s.evidence, rows, near[ref].generic)
            other = judged.person or judged.candidate
            answers[ref] = LinkedMention(
                ref=ref, outcome="review" if other else "link", person=person, candidate=other,
                bits=round(judged.bits, 1) if other else None,
                because=f"{TOLD_ANEW} {MAY_BE}" if other else TOLD_ANEW,
                considered=considered(judged) if other else (),
            )  # fmt: skip
        return answers


def number(
    model: Model, groups: Sequence[list[Said]], found: Sequence[Judgement], last: int
) -> dict[str, LinkedMention]:
    """The answers, with the next numbers for people met for the first time."""
    answers: dict[str, LinkedMention] = {}
    made: list[tuple[Said, str]] = []
    for group, judgement in zip(groups, found, strict=True):
        judged, person = judgement, judgement.person
        if person is None:
            last += 1
            person = person_id(last)
            judged = beside_the_new(model, judgement, group[0], made)
            made.append((group[0], person))
        for place, s in enumerate(group):
            answers[s.evidence.ref] = answer(s.evidence.ref, judged, person, place)
    return answers


def beside_the_new(
    model: Model, judged: Judgement, said: Said, made: Sequence[tuple[Said, str]]
) -> Judgement:
    """Somebody new who is nearly proven to be another new person of the same contact."""
    if judged.candidate:
        return judged
    for other, person in made:
        if said.keys.isdisjoint(other.keys):
            continue
        among = judge(model, said.evidence, {person: other.alone})
        best = among.best
        if best and (best.level("nhs") == "exact" or (best.bits >= NEARLY and best.veto != "twin")):
            return doubted(among, among.because if among.candidate else TWICE)
    return judged


def answer(ref: str, judged: Judgement, person: str, place: int) -> LinkedMention:
    """The answer for one mention; of several that name one new person, the first brings the person."""
    bits = round(judged.bits, 1) if judged.weighed else None
    compared = considered(judged)
    if judged.person:
        because = judged.because if place == 0 else f"{judged.because} {TWICE}"
        return LinkedMention(
            ref=ref, outcome="link", person=person, bits=bits, because=because, considered=compared
        )
    if place > 0:
        return LinkedMention(ref=ref, outcome="link", person=person, because=TWICE)
    if judged.candidate:
        return LinkedMention(
            ref=ref, outcome="review", person=person, candidate=judged.candidate, bits=bits,
            because=judged.because, considered=compared,
        )  # fmt: skip
    return LinkedMention(
        ref=ref, outcome="new", person=person, because=judged.because, considered=compared
    )


def considered(judged: Judgement) -> tuple[Considered, ...]:
    """The likeliest of those compared, each with its weights."""
    return tuple(
        Considered(
            person=person,
            bits=round(found.bits, 1),
            weights=weights_told(found),
            veto=WORDS[found.veto] if found.veto else None,
        )
        for person, found in judged.weighed[:SHOWN]
    )


def insufficient(ref: str) -> LinkedMention:
    """Nobody is made of a placeholder."""
    return LinkedMention(ref=ref, outcome="insufficient", person=None, because=TOO_LITTLE)


def one_person_each(model: Model, said: Sequence[Said]) -> list[list[Said]]:
    """The mentions in groups, each of one person: together where each proves to be the same as every other of the group."""
    same = {
        (i, j)
        for i, one in enumerate(said)
        for j, other in enumerate(said)
        if i != j and _proven(model, one, other)
    }
    groups: list[list[Said]] = []
    placed: set[int] = set()
    for i in range(len(said)):
        mates = {i, *(j for j in range(len(said)) if (i, j) in same)}
        all_alike = all((a, b) in same for a in mates for b in mates if a != b)
        if i not in placed:
            members = sorted(mates - placed) if all_alike else [i]
            groups.append([said[j] for j in members])
            placed.update(members)
    return groups


def _proven(model: Model, one: Said, other: Said) -> bool:
    a, b = one.evidence, other.evidence
    another_name = bool(a.given and b.given) and a.given[0] != b.given[0]
    if another_name or one.keys.isdisjoint(other.keys):
        return False
    judged = judge(model, one.evidence, {"P-1": other.alone})
    return bool(judged.person and judged.best and judged.best.level("forename") in ("", "exact"))


def judge_group(model: Model, group: Sequence[Said], near: Mapping[str, "Near"]) -> Judgement:
    """What all mentions of one person come to together: a link only if none of them says otherwise."""
    judged = [judge(model, s.evidence, *near[s.evidence.ref]) for s in group]
    linked = {j.person for j in judged if j.person}
    named = linked | {j.candidate for j in judged if j.candidate}
    vetoed = any(j.candidate and j.best and j.best.veto for j in judged)
    if len(linked) == 1 and named == linked and not vetoed:
        return next(j for j in judged if j.person)
    if not named:
        return judged[0]
    first = next((j for j in judged if j.candidate), judged[0])
    return first if first.candidate else doubted(first, NOT_AGREED)


class Near(NamedTuple):
    """Who shares a key with a mention, and which of its telephones and e-mail addresses so many share that they tell nothing."""

    rows: dict[str, Row]
    generic: frozenset[str]


def candidates_of(tables: Tables, said: Sequence[Said]) -> dict[str, Near]:
    """By ref, everybody found under a key of the mention, but for keys that a crowd shares; two round trips for all of them.

    What the batch fetched already costs nothing here.
    """
    holders = holders_of(tables, said)
    near = {s.evidence.ref: nearest(sorted(s.keys), holders) for s in said}
    people = sorted({person for found in near.values() for person in found})
    tables.load([Lookup("known_person", ("person",), tuple((person,) for person in people))])
    return {
        s.evidence.ref: Near(
            {p: row for p in near[s.evidence.ref] if (row := tables.get("known_person", p))},
            frozenset(
                r for r in s.evidence.reach if len(holders.get(reach_key(r), ())) > HOUSEHOLD
            ),
        )
        for s in said
    }


def but_for(near: Mapping[str, "Near"], taken: Iterable[str]) -> dict[str, "Near"]:
    """The same without these people."""
    gone = set(taken)
    return {
        ref: each._replace(rows={p: row for p, row in each.rows.items() if p not in gone})
        for ref, each in near.items()
    }


def people_under(tables: Tables, keys: Sequence[int]) -> dict[str, Row]:
    """Everybody found under these keys."""
    holders = holders_under(tables, keys)
    people = sorted(nearest(keys, holders))
    tables.load([Lookup("known_person", ("person",), tuple((person,) for person in people))])
    return {p: row for p in people if (row := tables.get("known_person", p))}


def none_shared(found: Sequence[Judgement]) -> list[Judgement]:
    """Two different people of one contact are not one known person: the link stands for whom all that agrees of the other agrees
    too, and more."""
    answers = list(found)
    for place, judged in enumerate(found):
        rivals = [
            other for i, other in enumerate(found) if i != place and other.person == judged.person
        ]
        if judged.person and not all(agrees(judged) > agrees(rival) for rival in rivals):
            answers[place] = doubted(judged, SHARED_PROOF)
    return answers


def none_taken(model: Model, found: Sequence[Judgement]) -> list[Judgement]:
    """Whoever one of a contact's people was found to be, the next one is not."""
    taken = {j.person for j in found if j.person}
    return [j if j.person or j.candidate not in taken else without(model, j, taken) for j in found]


def without(model: Model, judged: Judgement, taken: Set[str]) -> Judgement:
    """The judgement had these people not been weighed: a link only where it would have been one beside them too."""
    again = decide(model, [(p, w) for p, w in judged.weighed if p not in taken])
    if again.person:
        return doubted(again, judged.because)
    return again if again.candidate else replace(again, because=NOBODY_ELSE)


def agrees(judged: Judgement) -> frozenset[tuple[str, str]]:
    """The fields that agree in full with the person who is named."""
    parts = judged.best.parts if judged.best else ()
    return frozenset((part.field, part.level) for part in parts if part.level == "exact")


def told_by_relations(
    model: Model,
    tables: Tables,
    content: ContactContent,
    groups: Sequence[list[Said]],
    found: Sequence[Judgement],
    held: Mapping[str, str] = NOBODY,
) -> list[Judgement]:
    """Somebody new who is said to be of a known person's family, and has the name of one who is, may be that one."""
    person_of = {s.evidence.ref: j.person for g, j in zip(groups, found, strict=True) for s in g}
    person_of |= held
    beside: dict[str, set[str]] = {}
    for r in content.relationships:
        for one, other in ((r.from_ref, r.to_ref), (r.to_ref, r.from_ref)):
            known = person_of.get(other)
            if known and person_of.get(one) is None:
                beside.setdefault(one, set()).update(relatives(tables, known))
    taken = {*held.values(), *(j.person for j in found if j.person)}
    return [
        told_by_kin(model, tables, g, j, beside, taken) for g, j in zip(groups, found, strict=True)
    ]


def told_by_kin(
    model: Model,
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
            if row and (found := perhaps_kin(model, s, row)):
                because = KIN if found.level("forename") else BORN
                return Judgement(None, person, because, ((person, found),))
    return judged


def perhaps_kin(model: Model, said: Said, known: Row) -> Weighed | None:
    """The comparison with a relative known before who bears this forename, where nothing tells the two apart; else None."""
    if said.evidence.sealed != is_sealed(known):
        return None
    found = weigh(model, profile_of_mention(said.evidence), profile_of_person(known))
    alike = found.level("forename") in SAME_FORENAME or may_be_born(said.evidence, known)
    lives = said.evidence.dead or not is_dead(known)
    return found if alike and lives and not tells_apart(found) else None


def tells_apart(found: Weighed) -> bool:
    """Whether a number, a date of birth or the sex says that these are two people."""
    return found.veto in ("numbers differ", "births differ") or found.level("sex") == "other"


def may_be_born(said: Evidence, known: Row) -> bool:
    """Whether a known unborn child may be the one that is not born yet, or was born about the expected day."""
    expected = PartialDate.parse(known["expected"] or "")
    if expected is None or known["births"]:
        return False
    day = said.birth or (PartialDate.parse(said.expected or "") if said.unborn else None)
    if day is None:
        return said.unborn
    days = (
        (day.earliest() - expected.latest()).days,
        (day.latest() - expected.earliest()).days,
    )
    return days[0] <= ABOUT_THE_DAY and days[1] >= -ABOUT_THE_DAY


def relatives(tables: Tables, person: str) -> Iterable[str]:
    """Whom relations tie to a person."""
    yield from (row["to_person"] for row in tables.find("person_relation", from_person=person))
    yield from (row["from_person"] for row in tables.find("person_relation", to_person=person))
