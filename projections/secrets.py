"""What is hidden now: what must be kept about a person and a contact, by which hub/access judges every answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from projections.hidden_people import RESTRICTED
from projections.rows import by_key
from projections.table import Lookup, Row, Tables


@dataclass(frozen=True, slots=True)
class PersonSecrets:
    """What is to be kept about one person.

    hidden      shielded, in an adoptive placement, or the subject of R14's or R6's concern
    sheltered   where they are must not be told: hidden themselves, of the family of one who is, sharing a home or a
                telephone with one, or named beside one in a contact; whoever may be the same person as one is as they are
    placed      in an adoptive placement
    with_placed of the family (by any link ever stated) of one in an adoptive placement
    """

    hidden: bool
    sheltered: bool
    placed: bool
    with_placed: bool


@dataclass(frozen=True, slots=True)
class ContactSecrets:
    """What is to be kept about one contact.

    known     whether the hidden-people tables have folded it; where not, nothing of it may be told
    streams   the restricted streams (R14, R15, R16) it belongs to, or may belong to until it is decided
    shield    it carries a shield, or speaks of somebody sheltered
    placed    it speaks of somebody in an adoptive placement
    tied      it speaks of somebody whose family, by any link ever stated, has a child in an adoptive placement
    alleged   it says that somebody harmed somebody
    """

    known: bool
    streams: frozenset[str]
    shield: bool
    placed: bool
    tied: bool
    alleged: bool
    people: tuple[str, ...] = ()
    partner: str | None = None


UNKNOWN_PERSON = PersonSecrets(hidden=True, sheltered=True, placed=True, with_placed=True)
UNKNOWN_CONTACT = ContactSecrets(
    known=False, streams=RESTRICTED, shield=True, placed=True, tied=True, alleged=True
)


@dataclass(slots=True)
class Hidden:
    """What is hidden *now*, read from the live tables; whoever or whatever is not known there is taken as hidden."""

    tables: Tables
    _people: dict[str, PersonSecrets] = field(default_factory=dict)
    _contacts: dict[str, ContactSecrets] = field(default_factory=dict)

    def prepare(self, people: Iterable[str] = (), contacts: Iterable[str] = ()) -> None:
        """Fetch what is going to be asked, in two round trips however many there are, or three."""
        contacts = list(contacts)
        self.tables.load([by_key("hidden_contacts", "contact", contacts)])
        rows = [row for c in contacts if (row := self.tables.get("hidden_contacts", c))]
        everybody = [*people, *(p for row in rows for p in row["people"])]
        likely = by_key(
            "hidden_kin", "kin", everybody
        )  # a circle has the name of one of its people
        self.tables.load([by_key("hidden_people", "person", everybody), likely])
        kin = [row["kin"] for p in everybody if (row := self.tables.get("hidden_people", p))]
        self.tables.load([by_key("hidden_kin", "kin", kin)])

    def person(self, person: str) -> PersonSecrets:
        """What is to be kept about a person."""
        if person not in self._people:
            self._people[person] = person_secrets(self.tables, person)
        return self._people[person]

    def contact(self, contact: str) -> ContactSecrets:
        """What is to be kept about a contact."""
        if contact not in self._contacts:
            row = self.tables.get("hidden_contacts", contact)
            self._contacts[contact] = self._secrets(row) if row else UNKNOWN_CONTACT
        return self._contacts[contact]

    def _secrets(self, row: Row) -> ContactSecrets:
        people = [self.person(p) for p in row["people"]]
        return ContactSecrets(
            known=True,
            streams=streams_of(row),
            shield=not row["linked"] or row["shield"] or any(p.sheltered for p in people),
            placed=not row["linked"] or row["placed"] or any(p.placed for p in people),
            tied=not row["linked"] or row["placed"] or any(p.with_placed for p in people),
            alleged=row["alleged"],
            people=tuple(row["people"]),
            partner=row["partner"],
        )

    def streams(self, contacts: Iterable[str]) -> dict[str, frozenset[str]]:
        """The streams of these contacts alone, in one round trip; all of them, where a contact is not known."""
        named = list(dict.fromkeys(contacts))
        self.tables.load([by_key("hidden_contacts", "contact", named)])
        rows = ((contact, self.tables.get("hidden_contacts", contact)) for contact in named)
        return {c: streams_of(row) if row else UNKNOWN_CONTACT.streams for c, row in rows}

    def passed(self, position: int) -> bool:
        """Whether everything hidden up to this position is known here."""
        return passed(self.tables, position)


def streams_of(row: Row) -> frozenset[str]:
    """The restricted streams that a contact belongs to, or may until it is decided."""
    return frozenset((*row["streams"], *row["undecided"]))


def passed(tables: Tables, position: int) -> bool:
    """Whether these tables have folded the log as far as `position`: only then may what was said there be shown."""
    row = tables.get("hidden_reach", 1)
    return (row["position"] if row else 0) >= position


def lookups(contact: str) -> Sequence[Lookup]:
    """What tells of a contact what is to be kept, as far as its number alone leads to it."""
    reached = Lookup("hidden_reach", ("one",), ((1,),))
    return [by_key("hidden_contacts", "contact", [contact]), reached]


def person_secrets(tables: Tables, person: str) -> PersonSecrets:
    """What is to be kept about one person; everything, where they are not known."""
    row = tables.get("hidden_people", person)
    kin = tables.get("hidden_kin", row["kin"]) if row else None
    if row is None or kin is None:
        return UNKNOWN_PERSON
    return PersonSecrets(
        hidden=row["shielded"] or row["placed"],
        sheltered=kin["core"] or kin["near"],
        placed=row["placed"],
        with_placed=kin["placed"],
    )
