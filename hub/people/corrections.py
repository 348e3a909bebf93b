"""A link that was wrong, mended: what was said of one person is said of another, and both are known anew by what is left of each.

The ids of people are stable. The id of somebody who was merged into another leads to that one (`person_alias`), and comes back to
life where the merge is undone. Two whom a person has told apart are kept apart for good (`kept_apart`).
"""

from collections.abc import Iterable

from events.mention_at import Moved
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from hub.people import told
from hub.people.homes import is_a_dwelling
from hub.people.learning import count_heads, learn_mention, relate
from hub.people.person import current_home, keys_of
from projections import moves
from projections.table import Row, TableDef, Tables

ALIAS = TableDef("person_alias", {"person": "text", "now": "text"}, ("person",))
APART = TableDef(
    "kept_apart", {"one": "text", "other": "text"}, ("one", "other"), (("one",), ("other",))
)
MERGED = TableDef(
    "merged",
    {"from_person": "text", "to_person": "text", "correction": "text", "mentions": "json"},
    ("from_person",),
)
PROPOSED = TableDef("proposed", {"one": "text", "other": "text"}, ("one", "other"))
TABLES = (ALIAS, APART, MERGED, PROPOSED)


def pair(one: str, other: str) -> tuple[str, str]:
    """Two people, the lower number first."""
    return (one, other) if int(one[2:]) < int(other[2:]) else (other, one)


def now(tables: Tables, person: str) -> str:
    """Who somebody is by now: their own id, or that of whoever they were merged into."""
    return moves.now(tables, ALIAS.name, person)


def are_apart(tables: Tables, one: str, other: str) -> bool:
    """Whether somebody said that these are two people."""
    return tables.get("kept_apart", *pair(one, other)) is not None


def apart_from(tables: Tables, person: str) -> set[str]:
    """Whom somebody said that this person is not."""
    ones = (row["other"] for row in tables.find("kept_apart", one=person))
    others = (row["one"] for row in tables.find("kept_apart", other=person))
    return {*ones, *others}


def fold_judged(tables: Tables, judged: PeopleJudged) -> None:
    """Two who were told apart are kept apart, until that is taken back. That they are one takes effect when the engine has merged them.

    Both the ids that were named and those they go by now are noted: the engine may have merged one of them meanwhile.
    """
    one, other = judged.one, judged.other
    for two in ((one, other), (now(tables, one), now(tables, other))):
        if judged.answer == "different":
            keep_apart(tables, *two)
        elif judged.answer in ("same", "taken-back"):
            tables.delete("kept_apart", *pair(*two))
        for person in two:
            note_apart(tables, person)


def fold_proposed(tables: Tables, proposed: PeopleProposed) -> None:
    """What was found once is not found again: it is for people to answer."""
    tables.put("proposed", {"one": proposed.one, "other": proposed.other})


def keep_apart(tables: Tables, one: str, other: str) -> None:
    """These are two people, whatever is said later."""
    if one != other:
        one, other = pair(one, other)
        tables.put("kept_apart", {"one": one, "other": other})


def note_apart(tables: Tables, person: str) -> None:
    """Whom somebody is kept apart from stands with them, where every comparison looks."""
    row = tables.get("known_person", person)
    apart = sorted(apart_from(tables, person))
    if row is not None and row["apart"] != apart:
        tables.put("known_person", {**row, "apart": apart})


def fold_moved(tables: Tables, moved: Moved) -> None:
    """Mentions went from one person to another: both are known anew, each by all that is said of them now."""
    one, other = moved.from_person, moved.to_person
    before = [row for p in (one, other) if (row := tables.get("known_person", p))]
    told.say_otherwise(tables, ((m.contact, m.ref) for m in moved.mentions), other)
    for row in before:
        forget(tables, row)
    know_anew(tables, one, other)
    move_referrals(tables, moved)
    if isinstance(moved, PeopleMerged):
        stays_merged(tables, moved)
    elif isinstance(moved, PersonSplit):
        stays_split(tables, moved)
    for person in sorted({one, other, *apart_from(tables, one), *apart_from(tables, other)}):
        note_apart(tables, person)


def stays_merged(tables: Tables, merged: PeopleMerged) -> None:
    """The id that went on leads to the one that stays; whoever was kept apart from the one is kept apart from the other."""
    one, other = merged.from_person, merged.to_person
    tables.put("person_alias", {"person": one, "now": other})
    for apart in sorted(apart_from(tables, one)):
        keep_apart(tables, other, apart)
    tables.put(
        "merged",
        {
            "from_person": one, "to_person": other, "correction": merged.correction,
            "mentions": [[m.contact, m.ref] for m in merged.mentions],
        },
    )  # fmt: skip


def stays_split(tables: Tables, split: PersonSplit) -> None:
    """Whoever was told apart is kept apart; a merge that is undone gives the id back and says no more than was said before."""
    tables.delete("person_alias", split.to_person)
    if split.undoes:
        tables.delete("merged", split.to_person)
    else:
        keep_apart(tables, split.from_person, split.to_person)


def forget(tables: Tables, row: Row) -> None:
    """Take out all that was learnt of a person."""
    person = row["person"]
    for key in sorted(keys_of(row)):
        tables.delete("person_key", key, person)
    home = current_home(row)
    if home and is_a_dwelling(home["key"]):
        tables.delete("lives_at", home["key"], person)
        count_heads(tables, home["key"], -1)
    related = [
        *tables.find("person_relation", from_person=person),
        *tables.find("person_relation", to_person=person),
    ]
    for relation in related:
        tables.delete(
            "person_relation", relation["from_person"], relation["type"], relation["to_person"]
        )
    tables.delete("known_person", person)


def know_anew(tables: Tables, *people: str) -> None:
    """Learn again all that contacts say of these people, in the order they were received."""
    for each in told.of_person(tables, *people):
        meant = dict(each.people)
        for said in each.said():
            if meant[said.evidence.ref] in people:
                learn_mention(tables, meant[said.evidence.ref], said, each.position)
        for relation in each.content.relationships:
            ends = (meant.get(relation.from_ref), meant.get(relation.to_ref))
            if None not in ends and any(end in people for end in ends):
                relate(tables, relation, meant, each.sealed(), each.position)


def move_referrals(tables: Tables, moved: Moved) -> None:
    """What teams were asked for a person goes where the mention went that it was asked for."""
    for row in tables.find("asked_referral", person=moved.from_person):
        if moves.goes_along(moved.TYPE, moved, row["contact"], row["about"]):
            tables.put("asked_referral", {**row, "person": moved.to_person})


def asked_of(tables: Tables, contact: str, about: str | None, person: str) -> str:
    """Whom an ask is for by now: whoever the contact's own word means, else whoever that person is."""
    row = tables.get("told", contact)
    meant: str | None = row["people"].get(about) if row else None
    return meant or now(tables, person)


def led_to(tables: Tables, people: Iterable[str]) -> list[Row]:
    """What teams were asked for these people and did not pass on."""
    return [row for p in people for row in tables.find("asked_referral", person=p)]
