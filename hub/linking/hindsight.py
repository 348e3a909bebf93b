"""Who of those whom a file keeps apart is one person after all, now that all of it was read.

The comparison, its vetoes and its thresholds are those of every row. What has come to be known is how often each is told of, and that
whoever else might be meant, a twin, a child of one name, a namesake, is told of nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import log2

from hub.linking.judge import WORTH_KEEPING, decide
from hub.linking.model import Model
from hub.linking.profile import profile_of_person
from hub.linking.proven import compared
from hub.linking.veto import A_TWINS_DAY, ANOTHER_DAY, ANOTHER_NAME, BY_ADDRESS
from hub.linking.weigh import AS_BORNE, NAMES, Weighed, vetoed
from hub.people.state import number_of
from projections.table import Row

NEVER = 1e-9
UNTOLD = ("", "initial")
"""The levels of a forename that is left out, or of which no more than the initial is told."""
CALLED = "middle"
"""The level of a forename by which a person may be called."""
NEARLY = ("near", "distant")
"""The levels of a forename that may be a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What is known at the end of a file.

    model   the parameters as they are then (`in_the_end`)
    times   how often each was told of
    again   how often somebody told of is told of again, in the mean
    """

    model: Model
    times: Mapping[str, int]
    again: float

    def found(self, row: Row, known: Mapping[str, Row]) -> str | None:
        """Whom of those known somebody is proven to be; None where that is not proven.

        That a house-mate or a stranger of the same name is told of nowhere else has become a likelihood: of one person told of as
        often as these two together, each time may be the one that stands apart. So a namesake is a rival as any other, and as far
        behind as one must be.
        """
        at = self.model.thresholds
        weighed = [
            (other, found)
            for other, their in known.items()
            for found in [self.compared(row, their)]
            if found is not None and found.bits >= WORTH_KEEPING
        ]
        if not weighed:
            return None
        weighed.sort(key=lambda each: (-each[1].bits, number_of(each[0])))
        first, best = weighed[0]
        oftener = self.oftener(row, known[first])
        return self.decided(
            (other, found._replace(bits=found.bits + oftener))
            for other, found in weighed
            if other == first
            or best.bits - found.bits >= at.ahead
            or not self.are_one(known[first], known[other])
        )

    def may_be_another(self, row: Row, first: Row, known: Mapping[str, Row]) -> bool:
        """Whether somebody of whom less is told than of the first may as well be a third, who is not the first."""
        best = self.compared(row, first)
        assert best is not None
        likely = best.bits - self.model.thresholds.ahead
        return any(
            self.are_two(first, third)
            for person, third in known.items()
            if person != first["person"]
            for found in [self.compared(row, third)]
            if found is not None and found.bits > likely
        )

    def are_two(self, one: Row, other: Row) -> bool:
        """Whether two known people are told apart by name or date."""
        found = self.compared(one, other)
        if found is None:
            return True
        return found.level("forename") in ANOTHER_NAME or found.level("birth") in ANOTHER_DAY

    def are_one(self, one: Row, other: Row) -> bool:
        """Whether two known people are proven to be one."""
        found = self.compared(one, other)
        if found is None:
            return False
        oftener = self.oftener(one, other)
        return self.decided([("P-1", found._replace(bits=found.bits + oftener))]) is not None

    def decided(self, weighed: Iterable[tuple[str, Weighed]]) -> str | None:
        """Who is meant."""
        return decide(self.model, list(weighed)).person

    def oftener(self, one: Row, other: Row) -> float:
        """In bits, so many times likelier as before is it that the two are one."""
        return log2(max(self.again * self.told_of(one, other), NEVER))

    def told_of(self, one: Row, other: Row) -> int:
        """How often the two were told of."""
        return self.times[one["person"]] + self.times[other["person"]]

    def compared(self, one: Row, other: Row) -> Weighed | None:
        """Two known people beside each other, with the veto that is left: none where it warns of a twin by words that tell of no
        other forename, or of another sex told of once. Two NHS numbers, and two dates, are two people's until somebody has looked."""
        found = compared(self.model, one, other)
        if found is None:
            return None
        if not found.veto:
            return found._replace(veto="twin" if is_a_twins(one, other, found) else "")
        once = 1 in (self.times[one["person"]], self.times[other["person"]])
        match found.veto:
            case "twin" if self.tells_of_nobody_else(one, other, found, once=once):
                said, known = profile_of_person(one), profile_of_person(other)
                veto = vetoed(self.model, said, known, slip_of_forename(found), no_twin=True)
                return found._replace(veto=veto)
            case "sexes differ" if (
                once and found.level("home") in BY_ADDRESS and is_one_name(found)
            ):
                return found._replace(veto="")
            case _:
                return found

    def tells_of_nobody_else(self, one: Row, other: Row, found: Weighed, *, once: bool) -> bool:
        """Whether a forename tells of no twin: it is left out, or an initial, or a slip of the pen, or another name of this one's."""
        level = found.level("forename")
        if found.level("order") and not found.level("surname"):
            return True  # a lone name may be the family's
        if level in UNTOLD:
            return True
        if level == CALLED:
            return once or in_another_order(one, other)
        return once and level in NEARLY and self.is_slip(one, other)

    def is_slip(self, one: Row, other: Row) -> bool:
        """Whether of two forenames one is nobody's, or as rare beside the other as its slips are."""
        told, known = (
            {word.partition("|")[2].split()[0] for word in row["names"] if word[-1] != "|"}
            for row in sorted((one, other), key=lambda row: self.times[row["person"]])
        )
        slips = self.model.chances["forename"]["slip"].same
        share = partial(self.model.share, "forename")
        return all(
            not self.model.is_a_name(name)
            or share(name) <= slips * max(map(share, known), default=0.0)
            for name in told
        )


def in_the_end(model: Model) -> Model:
    """The parameters once all was read. Without a date no more is asked for than to be ahead: a parent of the same name would be a
    rival."""
    at = model.thresholds
    return model.with_(thresholds=replace(at, undated=at.automatic + at.ahead))


def in_another_order(one: Row, other: Row) -> bool:
    """Whether both were told of by the same given names, all of them, in whatever order."""
    given = [
        {frozenset(named.given) for named in profile_of_person(row).names if len(named.given) > 1}
        for row in (one, other)
    ]
    return not given[0].isdisjoint(given[1])


def is_a_twins(one: Row, other: Row, found: Weighed) -> bool:
    """Whether another forename may be a twin's although of one of the two no more of the home is told than its postcode."""
    agree = found.level("birth") in A_TWINS_DAY and found.level("home") in BY_ADDRESS
    dwell = any(place.names for row in (one, other) for place in profile_of_person(row).places)
    untold = found.level("nhs") != "exact" and found.level("forename") in ANOTHER_NAME
    return agree and dwell and untold


def slip_of_forename(found: Weighed) -> Weighed:
    """The comparison with a forename that nearly agrees taken for a slip of the pen."""
    return found._replace(
        parts=tuple(
            p._replace(level="slip") if p.field == "forename" and p.level in NEARLY else p
            for p in found.parts
        )
    )


def is_one_name(found: Weighed) -> bool:
    """Whether forename and family name are as one person bears them, of one sex: a short form may be another's too."""
    forename, surname = (found.level(name) for name in NAMES)
    return forename in ("exact", "slip") and surname in AS_BORNE
