"""The facts a routing decision was made from, pinned in the decision so that it can be made again."""

from datetime import UTC, datetime
from typing import Self

from events.base import Fact
from events.content import Agreement, ContactFacts


class PinnedReferral(Fact):
    """A referral that was open for a person at that moment. `row` is the row it was made for."""

    referral: str
    row: str
    team: str


class PinnedPerson(Fact):
    """One person as the decision saw them; no name, no address.

    about        the contact's own ref, where `named`, else the person id
    person       the person id; None where too little was said to know them by
    births       every date of birth said of them, as said; may be partial, may be none
    born_from    the first day they may have been born on; None where it cannot be told at all
    youngest     the lowest age in whole years they may have had on the London day of receipt
    oldest       the highest; None where it cannot be told. Both are the same where the age is known
    sector       the postcode sector of the home they are routed by, such as `RM17 6`
    ward         its ward, where the register of teams lists the property
    homes        numbers of the homes they share with others of these people
    positions    the log positions of the contacts that told of them
    """

    about: str
    person: str | None
    named: bool
    births: tuple[str, ...] = ()
    born_from: str | None = None
    youngest: int = 0
    oldest: int | None = None
    unborn: bool = False
    flags: tuple[str, ...] = ()
    gp: str | None = None
    sector: str | None = None
    ward: str | None = None
    homes: tuple[int, ...] = ()
    open: tuple[PinnedReferral, ...] = ()
    positions: tuple[int, ...] = ()


class PinnedRelation(Fact):
    """A relation that held on the day of receipt: `a` is TYPE `b`, by their places among the people."""

    a: int
    type: str
    b: int
    position: int


class PinnedConcern(Fact):
    """A concern. `about` is a place among the people, None for the contact as a whole; `carries` what stood beside it."""

    code: str
    about: int | None = None
    carries: dict[str, int | bool | str] = {}


class PinnedFacts(Fact):
    """Everything `hub.routing.decide` reads of the contact, its people and their family, and nothing else.

    position    the contact's own place in the log
    people      those the contact names first, then their family, then people beyond it that a relation leads to
    full        of the queues that the decision sends to, those with as many open referrals as the register gives them room for
    """

    received_at: datetime
    position: int
    people: tuple[PinnedPerson, ...] = ()
    relations: tuple[PinnedRelation, ...] = ()
    concerns: tuple[PinnedConcern, ...] = ()
    facts: ContactFacts = ContactFacts()
    agreement: Agreement | None = None
    full: tuple[str, ...] = ()

    @classmethod
    def example(cls) -> Self:
        """A boy of 14 who cares for his mother."""
        return cls(
            received_at=datetime(2026, 3, 4, 10, 15, tzinfo=UTC),
            position=7,
            people=(
                PinnedPerson(
                    about="p1", person="P-000001", named=True, births=("1981-06-12",), born_from="1981-06-12",
                    youngest=44, oldest=44, sector="RM17 6", positions=(7,),
                ),
                PinnedPerson(
                    about="p2", person="P-000002", named=True, births=("2012-02-03",), born_from="2012-02-03",
                    youngest=14, oldest=14, positions=(7,),
                ),
            ),
            relations=(PinnedRelation(a=1, type="cares-for", b=0, position=7),),
            concerns=(PinnedConcern(code="young-carer", about=1),),
            agreement="given",
        )  # fmt: skip
