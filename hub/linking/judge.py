"""One mention among everybody it might be: linked, to be looked at, or new. Thresholds are the model's (linking.md, Decision)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub.linking.model import Model
from hub.linking.profile import Profile, profile_of_mention, profile_of_person, together
from hub.linking.veto import ANOTHER_NAME, AT_HOME, BY_ADDRESS, Veto
from hub.linking.weigh import Weighed, bits_of, measured, vetoed, weigh
from hub.linking.words import because
from hub.people.evidence import Evidence
from hub.people.person import is_dead, is_sealed
from hub.people.state import number_of
from projections.table import Row

NEW = "Nobody like this is known."
COMMON_NAME = "More than one known person has this name, and nothing else is said to tell by."
NOT_AHEAD = "More than one known person is as like."
ELSEWHERE = "The same name and date of birth, which two people may share, and nothing else agrees."
ANOTHERS_NUMBER = "Name and date are of one known person, the NHS number of another."
KEPT_APART = "Somebody has said that two people who are both like this are two."
TO_SAY = "Much agrees, and it is for a person to say."
UNNAMED = "No name and no number was compared: whoever lives there may be born on that day."
UNDATED = "The same name, but no date of birth to tell a parent from a child of one name."
WORTH_KEEPING = -10.0  # bits
OWN_BITS = 3.0
"""From so many bits on a second name tells something of its own, and does not only follow from the first; and from as many more as
another home takes."""
PERHAPS_A_TWINS = ("near", "initial")
"""As far as a forename agrees where a twin's may."""
BESIDE_A_NAME = ("middle", "sex")
"""What people of one name often share besides."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found for one mention: whom it is (`person`), or who it may be (`candidate`), and who else was weighed."""

    person: str | None
    candidate: str | None
    because: str
    weighed: tuple[tuple[str, Weighed], ...] = ()

    @property
    def best(self) -> Weighed | None:
        """What speaks for the one who is named."""
        return self.weighed[0][1] if self.weighed else None

    @property
    def bits(self) -> float:
        """How much speaks for the one who is named; nothing where nobody is."""
        return self.best.bits if self.best else float("-inf")


def judge(
    model: Model, said: Evidence, known: Mapping[str, Row], generic: frozenset[str] = frozenset()
) -> Judgement:
    """A mention beside everybody who shares a key with it. `generic` are telephones that very many share."""
    mention = profile_of_mention(said, generic)
    weighed: list[tuple[str, Weighed]] = []
    holders: list[str] = []
    for person, row in known.items():
        across = said.sealed != is_sealed(row)
        profile = profile_of_person(row)
        found = measured(model, mention, profile)
        if not across and found.level("nhs") == "exact":
            holders.append(person)
            found = found._replace(bits=max(found.bits, model.thresholds.review))
        if found.bits < WORTH_KEEPING:
            continue
        found = found._replace(veto=vetoed(model, mention, profile, found))
        if across and not found_across_a_seal(said, row, found):
            continue
        if found.level("nhs") == "other" and found.level("forename") in ANOTHER_NAME:
            continue  # two people by number and by name
        weighed.append((person, found._replace(veto=found.veto or _veto(said, row, found))))
    weighed.sort(key=lambda each: (-each[1].bits, number_of(each[0])))
    judged = decide(model, without_doubles(model, mention, known, weighed))
    judged = replace(judged, weighed=tuple(weighed))
    if not said.sealed and (behind := behind_a_seal(known, weighed)):
        judged = rather_behind_the_seal(model, judged, behind)
    if judged.person and is_like_another(model, known[judged.person], weighed):
        return doubted(judged, KEPT_APART)
    if judged.person and disputed(model, judged, holders, known):
        return doubted(judged, ANOTHERS_NUMBER)
    return judged


def behind_a_seal(
    known: Mapping[str, Row], weighed: Sequence[tuple[str, Weighed]]
) -> list[tuple[str, Weighed]]:
    """The adopted children among those weighed."""
    return [(person, found) for person, found in weighed if is_sealed(known[person])]


def rather_behind_the_seal(
    model: Model, judged: Judgement, behind: Sequence[tuple[str, Weighed]]
) -> Judgement:
    """Who names an adopted child by the new name, date and home means that child and nobody else: whoever is like it outside is
    perhaps who the child was, and is no candidate. A link only where it would have been one beside them too."""
    among = decide(model, behind)
    return doubted(among, TO_SAY) if among.person and among.person != judged.person else among


def disputed(
    model: Model, judged: Judgement, holders: Sequence[str], known: Mapping[str, Row]
) -> bool:
    """Whether the NHS number is another's too: then it proves nothing, and the link stands on what else agrees, if the number is
    the person's own, or else on the holder perhaps being the same person."""
    person, best = judged.person, judged.best
    assert person is not None and best is not None
    others = [holder for holder in holders if holder != person]
    if all(may_be_one(model, known[person], known[holder]) for holder in others):
        return False
    rest = tuple(part for part in best.parts if part.field != "nhs")
    alone = best._replace(bits=bits_of(model, rest), parts=rest)
    return person not in holders or decide(model, [(person, alone)]).person is None


def is_like_another(model: Model, known: Row, weighed: Sequence[tuple[str, Weighed]]) -> bool:
    """Whether somebody whom a person has told apart from the likeliest may be meant as well: unless the forename is the likeliest
    one's in full and not theirs, and the number is not theirs, it is for a person to say."""
    best = weighed[0][1]
    return any(
        person in known["apart"]
        and found.bits >= model.thresholds.review
        and (
            best.level("forename") != "exact"
            or found.level("forename") not in ANOTHER_NAME
            or found.level("nhs") == "exact"
        )
        for person, found in weighed
    )


def without_doubles(
    model: Model, mention: Profile, known: Mapping[str, Row], weighed: Sequence[tuple[str, Weighed]]
) -> list[tuple[str, Weighed]]:
    """Those weighed, without whoever is as like as the likeliest because they are one person who is known twice."""
    if not weighed:
        return []
    first, best = weighed[0]
    return [
        (person, found)
        for person, found in weighed
        if person == first
        or best.bits - found.bits >= model.thresholds.ahead
        or not (
            are_one(model, known[first], known[person])
            or bridged(model, mention, known[first], known[person])
        )
    ]


def are_one(model: Model, one: Row, other: Row) -> bool:
    """Whether two known people would be linked by themselves, were the one a mention and the other known."""
    if never_one(one, other):
        return False
    return would_link(model, profile_of_person(one), profile_of_person(other))


def bridged(model: Model, mention: Profile, one: Row, other: Row) -> bool:
    """Whether a mention proves two known people to be one: with what it says added to either, that one would be linked to the other."""
    if never_one(one, other):
        return False
    known, there = profile_of_person(one), profile_of_person(other)
    return would_link(model, together(known, mention), there) and would_link(
        model, together(there, mention), known
    )


def would_link(model: Model, one: Profile, other: Profile) -> bool:
    """Whether the evidence links two, nobody else being like them."""
    return decide(model, [("P-1", weigh(model, one, other))]).person is not None


def may_be_one(model: Model, one: Row, other: Row) -> bool:
    """Whether nothing known of two people says that they are two, and much that they are one."""
    if never_one(one, other):
        return False
    found = weigh(model, profile_of_person(one), profile_of_person(other))
    return not found.veto and found.bits >= model.thresholds.automatic


def never_one(one: Row, other: Row) -> bool:
    """Whether two known people must not be told of together: a seal stands between them, one has died, or somebody has said that
    they are two."""
    if other["person"] in one["apart"]:
        return True
    return is_sealed(one) != is_sealed(other) or is_dead(one) or is_dead(other)


def _veto(said: Evidence, known: Row, found: Weighed) -> Veto:
    """The vetoes that are not of the comparison."""
    if is_dead(known) and not said.dead:
        return "dead"
    if (said.newborn or said.unborn) and known["births"] and not found.level("birth"):
        return "not born"
    return ""


def decide(model: Model, weighed: Sequence[tuple[str, Weighed]]) -> Judgement:
    """What follows from the bits of everybody weighed, the likeliest first."""
    kept = tuple(weighed)
    at = model.thresholds
    if not weighed or weighed[0][1].bits < at.review:
        return Judgement(None, None, NEW, kept)
    person, best = weighed[0]
    if best.veto == "twin" and twin_is_known(weighed, at.ahead):
        best = best._replace(veto="")
    if len(weighed) > 1 and best.bits - weighed[1][1].bits < at.ahead:
        if not anchored(best) and not best.level("birth"):
            return Judgement(None, None, COMMON_NAME, kept)
        return Judgement(None, person, NOT_AHEAD, kept)
    if best.veto or best.bits < at.automatic:
        return Judgement(None, person, because(best), kept)
    if not named(best) and not numbered(best):
        return Judgement(None, person, UNNAMED, kept)
    if not best.level("birth") and not numbered(best) and best.bits < at.undated:
        return Judgement(None, person, UNDATED, kept)
    if not anchored(best) and not is_rare_enough(model, best):
        return Judgement(None, person, ELSEWHERE, kept)
    return Judgement(person, None, because(best), kept)


def twin_is_known(weighed: Sequence[tuple[str, Weighed]], ahead: float) -> bool:
    """Whether a name that is nearly the likeliest one's, or its initial, is no unknown twin's: the other twin is known, and is less
    like."""
    best, others = weighed[0][1], weighed[1:]
    twins = (o for _, o in others if o.level("birth") == "exact" and o.level("home") in AT_HOME)
    return best.level("forename") in PERHAPS_A_TWINS and any(
        best.bits - o.bits >= ahead for o in twins
    )


def named(found: Weighed) -> bool:
    """Whether a forename or a family name was compared that may be one person's."""
    return any(found.level(name) not in ("", *ANOTHER_NAME) for name in ("forename", "surname"))


def anchored(found: Weighed) -> bool:
    """Whether something beside name and date agrees: the home, unless many share it, a number, or who is named with them; a telephone
    or a middle name beside the whole name."""
    at_home = found.level("home") in BY_ADDRESS and not found.communal
    if at_home or found.level("beside") or numbered(found):
        return True
    against = sum(part.stranger for part in found.parts if part.field == "home")
    middle = any(
        (part.field, part.level) == ("middle", "exact") and part.stranger >= OWN_BITS - against
        for part in found.parts
    )
    beside = middle or found.level("reach") == "exact"
    return beside and found.level("surname") not in ("", *ANOTHER_NAME)


def is_rare_enough(model: Model, found: Weighed) -> bool:
    """Whether so few bear the name that nobody else of that date is met: by the name itself, or with what little else agrees, of
    which a commoner name may need more, and which makes no very common name rare. Never where two names that are each somebody's are
    only nearly one, as Kumar and Kamara are."""
    if any(found.level(name) == "near" for name in ("forename", "surname")):
        return False
    at = model.thresholds
    enough = at.elsewhere if found.level("home") else at.unplaced
    alone = [p for p in found.parts if p.field not in BESIDE_A_NAME or p.stranger < 0]
    by_itself = bits_of(model, alone)
    if by_itself >= enough:
        return True
    return by_itself >= enough - at.ahead and found.bits >= enough + at.commoner


def numbered(found: Weighed) -> bool:
    """Whether an NHS number or a number of the sender's system agrees."""
    return found.level("nhs") == "exact" or found.level("local") == "exact"


def doubted(judged: Judgement, reason: str) -> Judgement:
    """The same, but a person must look."""
    return replace(judged, person=None, candidate=judged.person or judged.candidate, because=reason)


def found_across_a_seal(said: Evidence, known: Row, found: Weighed) -> bool:
    """The new identity of an adopted child is never a candidate for the old one, nor the old one for the new: not a hint.

    Only one who names the child by the new name, date and home, which the family of birth does not know, has found them, if with
    the NHS number of the time before.
    """
    if said.sealed or found.veto not in ("", "numbers differ") or found.level("sex") == "other":
        return False
    at_new_home = said.home is not None and any(
        home["sealed"] and not set(home["names"]).isdisjoint(said.home.names)
        for home in known["homes"]
    )
    exact = found.level("forename") == found.level("surname") == found.level("birth") == "exact"
    return exact and at_new_home
