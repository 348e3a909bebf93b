"""What follows when somebody said who people are: the engine merges, splits, or does nothing. Pure."""

from dataclasses import dataclass

from events.envelope import RecordedEvent
from events.mention_at import MentionAt, Moved
from events.mentions_unlinked import MentionsUnlinked
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_minted import PersonMinted
from events.person_split import PersonSplit
from hub.people import told
from hub.people.corrections import are_apart, now
from hub.people.person import is_sealed
from hub.people.state import last_number, number_of, person_id
from projections.table import Tables

SAID_ONE = "A member of staff said that they are one person."
FOUND_ONE = "All that is known of both was compared: it is of one person."
SAID_ANOTHER = "A member of staff said that it is another person."
TAKEN_BACK = "A member of staff said that they are not one person after all."


@dataclass(frozen=True, slots=True)
class Correction:
    """A link that is mended: the mentions that move, and the person who is made for it, where one is."""

    moved: Moved
    minted: PersonMinted | None = None


def follows(tables: Tables, recorded: RecordedEvent) -> Correction | None:
    """What an answer or an unlinking leads to, by what is known at that moment; None where nothing is to be done any more."""
    number = f"K-{recorded.position:06}"
    match recorded.event:
        case PeopleJudged(answer="same") as judged:
            return merge(tables, judged.one, judged.other, number, SAID_ONE)
        case PeopleProposed() as proposed:
            return merge_found(tables, proposed, number)
        case PeopleJudged(answer="taken-back" | "different") as judged:
            return undo(tables, judged, number)
        case MentionsUnlinked() as unlinked:
            return split(tables, unlinked, number)
        case _:
            return None


def merge_found(tables: Tables, proposed: PeopleProposed, number: str) -> Correction | None:
    """What the hub found by itself it does by itself only where no team is at work for both, and nobody has told the two apart."""
    one, other = now(tables, proposed.one), now(tables, proposed.other)
    if (
        not proposed.sure
        or are_apart(tables, one, other)
        or (at_work(tables, one) and at_work(tables, other))
    ):
        return None
    return merge(tables, one, other, number, FOUND_ONE)


def at_work(tables: Tables, person: str) -> bool:
    """Whether a team has been asked for a person and has not ended."""
    return any(row["open"] for row in tables.find("asked_referral", person=person))


def merge(tables: Tables, one: str, other: str, number: str, because: str) -> Correction | None:
    """The one known longer stays. A child's old and new identity are never one record: that is what the seal is for."""
    people = {now(tables, one), now(tables, other)}
    rows = [row for p in people if (row := tables.get("known_person", p))]
    if len(rows) != 2 or is_sealed(rows[0]) != is_sealed(rows[1]):
        return None
    stays, goes = sorted(rows, key=lambda row: (row["position"], number_of(row["person"])))
    return Correction(
        PeopleMerged(
            correction=number, from_person=goes["person"], to_person=stays["person"],
            mentions=at(told.mentions_of(tables, goes["person"])), because=because,
        )
    )  # fmt: skip


def undo(tables: Tables, judged: PeopleJudged, number: str) -> Correction | None:
    """The mentions that a merge moved go back, as far as they are still where it put them; the old id is theirs again."""
    merges = (tables.get("merged", person) for person in (judged.one, judged.other))
    merged = next((row for row in merges if row), None)
    if merged is None:
        return None
    if {judged.one, judged.other} != {merged["from_person"], merged["to_person"]}:
        return None
    holder = now(tables, merged["from_person"])
    held = set(told.mentions_of(tables, holder))
    back = [(contact, ref) for contact, ref in merged["mentions"] if (contact, ref) in held]
    if not back or len(back) == len(held):
        return None
    return Correction(
        PersonSplit(
            correction=number, from_person=holder, to_person=merged["from_person"], mentions=at(back),
            because=TAKEN_BACK, undoes=merged["correction"],
        )
    )  # fmt: skip


def split(tables: Tables, unlinked: MentionsUnlinked, number: str) -> Correction | None:
    """The mentions go to the person they are of, or to somebody new. Never all of them: somebody of whom nothing is left is nobody."""
    person = now(tables, unlinked.person)
    held = told.mentions_of(tables, person)
    wrong = {(m.contact, m.ref) for m in unlinked.mentions}
    gone = [mention for mention in held if mention in wrong]
    to = now(tables, unlinked.to) if unlinked.to else None
    if not gone or len(gone) == len(held) or to == person:
        return None
    if to is not None and tables.get("known_person", to) is None:
        return None
    new = to or person_id(last_number(tables) + 1)
    contact, ref = gone[0]
    minted = None if to else PersonMinted(person=new, contact=contact, ref=ref)
    return Correction(
        PersonSplit(
            correction=number, from_person=person, to_person=new, mentions=at(gone), because=SAID_ANOTHER
        ),
        minted,
    )  # fmt: skip


def at(mentions: list[tuple[str, str]]) -> tuple[MentionAt, ...]:
    """Mentions by contact and ref, as events have them."""
    return tuple(MentionAt(contact=contact, ref=ref) for contact, ref in mentions)
