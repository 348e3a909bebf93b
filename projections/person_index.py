"""Who it could be: people by name, NHS number or date of birth."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.mentions_amended import MentionsAmended
from events.mentions_linked import MentionsLinked
from events.nhs_numbers import nhs_numbers
from projections import editions, moves
from projections.rows import Shown, by_key, row_of
from projections.table import Lookup, Row, TableDef, Tables

NAME = "person_index"
VERSION = 6
SHORTEST = 3  # letters of a name that are enough to look for
MOST = 2000  # entries that one word may lead to: what more fit finds nobody by itself

PENDING = TableDef("index_pending", {"contact": "text", "said": "json"}, ("contact",))
AMENDING = TableDef(
    "index_amending", {"contact": "text", "edition": "int", "said": "json"}, ("contact", "edition")
)
SAID = TableDef(
    "index_said",
    {
        "person": "text", "contact": "text", "ref": "text", "edition": "int", "position": "int", "name": "text", "birth": "text",
        "nhs_number": "text", "words": "texts", "nhs_numbers": "texts", "births": "texts",
    },
    ("person", "contact", "ref", "edition"),
    (("words",), ("nhs_numbers",), ("births",), ("person",)),
    written_once=True,
)  # fmt: skip
MOVES = moves.moves_table("index_moves")
EDITIONS = editions.editions_table("index_editions")
TABLES = (PENDING, AMENDING, SAID, MOVES, EDITIONS)
EVENTS = (ContactReceived, MentionsLinked, *moves.EVENTS, *editions.EVENTS)


class Hit(Shown):
    """Somebody who may be meant, as one contact named them."""

    person: str
    contact: str
    position: int
    name: str | None
    birth: str | None
    nhs_number: str | None


class TooCommon(Exception):
    """Every word that was asked for fits more people than can be looked through: another word is needed."""


def search(
    tables: Tables,
    asked: str,
    may_see: Callable[[Hit], bool] = lambda _hit: True,
    prepare: Callable[[Collection[Hit]], object] = lambda _hits: None,
    until: int | None = None,
) -> list[Hit]:
    """Whoever fits every word asked for: a name or its beginning, an NHS number, a date of birth; newest said first.

    A word that more than MOST entries hold only narrows what the others found; raises TooCommon where all are such words.
    What may not be seen is left out before the words are put together: it must not even help to find somebody. `prepare` hears
    first of all that it will be asked about, so that it is fetched at once. `until`: by what contacts said at a place in the log.
    """
    words = asked_words(asked)
    if not words:
        return []
    rows = rows_of_all(tables, words, until)
    anybody = set.intersection(*({row["person"] for row in own} for own in rows))
    hits_of = [[hit_of(row) for row in own if row["person"] in anybody] for own in rows]
    prepare({hit for own in hits_of for hit in own})
    found = [[hit for hit in own if may_see(hit)] for own in hits_of]
    people = set.intersection(*({hit.person for hit in hits} for hits in found))
    hits = dict.fromkeys(hit for hits in found for hit in hits if hit.person in people)
    return sorted(hits, key=lambda h: (h.person, -h.position))


def hit_of(row: Row) -> Hit:
    """A row as it is shown."""
    return Hit(**{name: row[name] for name in Hit.model_fields})


def rows_of_all(
    tables: Tables, words: Sequence[tuple[str, str]], until: int | None
) -> list[list[Row]]:
    """What was said with each of these words, numbers or dates in it; of common ones what was said of whom the others fit."""
    found = [tables.some("index_said", MOST + 1, **{column: value}) for column, value in words]
    few = [row for rows in found if len(rows) <= MOST for row in rows]
    tables.load(
        [
            by_key("index_editions", "contact", list(dict.fromkeys(row["contact"] for row in few))),
            by_key("index_moves", "first", list(dict.fromkeys(row["person"] for row in few))),
        ]
    )
    rare = [as_meant(tables, rows, until) for rows in found if len(rows) <= MOST]
    if not rare:
        raise TooCommon
    if len(rare) == len(found):
        return rare
    people = set.intersection(*({row["person"] for row in rows} for rows in rare))
    tables.load([by_key("index_said", "person", people), *moves.lookups("index_moves", people)])
    waiting = iter(rare)
    return [
        next(waiting) if len(rows) <= MOST else said_with(tables, people, *word, until)
        for rows, word in zip(found, words, strict=True)
    ]


def as_meant(tables: Tables, rows: Sequence[Row], until: int | None = None) -> list[Row]:
    """The rows that count, under whom each is about, as is known now."""
    rows = editions.current(tables, "index_editions", rows, until)
    tables.load([by_key("index_moves", "first", (row["person"] for row in rows))])
    gone = {
        (move["contact"], move["ref"]): move["person"]
        for first in {row["person"] for row in rows}
        for move in tables.find("index_moves", first=first)
    }
    return [
        {**row, "person": gone.get((row["contact"], row["ref"]), row["person"])} for row in rows
    ]


def said_with(
    tables: Tables, people: Iterable[str], column: str, value: str, until: int | None
) -> list[Row]:
    """What was said of these people with this word in it."""
    said = (
        row
        for p in people
        for row in moves.rows_of(tables, "index_moves", "index_said", "index_editions", p, until)
    )
    return [row for row in said if value in row[column]]


def asked_words(asked: str) -> list[tuple[str, str]]:
    """The parts of what was asked for, each with the column it is looked up in."""
    date = re.search(r"\b(\d{4})-(\d\d)-(\d\d)\b", asked) or re.search(
        r"\b(\d\d)/(\d\d)/(\d{4})\b", asked
    )
    words: list[tuple[str, str]] = []
    if date:
        one, two, three = date.groups()
        words.append(
            ("births", f"{one}-{two}-{three}" if len(one) == 4 else f"{three}-{two}-{one}")
        )
        asked = asked.replace(date.group(), " ")
    number = re.search(r"\d[\d -]{8,}\d", asked)
    if number:
        words.append(("nhs_numbers", re.sub(r"\D", "", number.group())))
        asked = asked.replace(number.group(), " ")
    return [*words, *(("words", word) for word in name_words(asked) if len(word) > 1)]


def name_words(text: str) -> list[str]:
    """The words of a name without accents, in small letters."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.findall(r"[^\W_]+", re.sub(r"['’]", "", letters))


def needs(events: Iterable[RecordedEvent]) -> Iterable[Lookup]:
    """The people waiting to be linked, and those who were linked to somebody else."""
    events = list(events)
    linked = (e.light.contact for e in events if e.type == MentionsLinked.TYPE)
    gone = [m.contact for moved in moves.moved_in(events) for m in moved.mentions]
    amended = [e.contact for e in editions.amended_in(events)]
    return (
        by_key("index_pending", "contact", linked),
        by_key("index_moves", "contact", [*gone, *amended]),
        editions.waiting("index_amending", events),
    )


def apply(tables: Tables, event: RecordedEvent) -> None:
    """A person can be found by everything any contact called them, once it is known who was meant."""
    match event.type:
        case ContactReceived.TYPE:
            tables.put("index_pending", {"contact": event.light.contact, "said": said_in(event)})
        case MentionsLinked.TYPE:
            linked = event.light
            said = row_of(tables, "index_pending", linked.contact)["said"]
            settle(tables, linked, said, edition=0, position=event.position)
            tables.delete("index_pending", linked.contact)
        case ContactCorrected.TYPE:
            waiting = {"contact": event.light.contact, "edition": event.position}
            tables.put("index_amending", {**waiting, "said": said_in(event)})
        case MentionsAmended.TYPE:
            settle_anew(tables, event.light)
        case type_ if type_ in moves.TYPES:
            moves.note(tables, "index_moves", event.light)


def settle_anew(tables: Tables, amended: Any) -> None:
    """Whom a contact names is found by what it calls them now, and no longer by what it called them before."""
    moves.begin_anew(tables, "index_moves", amended.contact)
    editions.note(tables, "index_editions", amended)
    if not amended.withdrawn:
        key = (amended.contact, amended.input_position)
        said = row_of(tables, "index_amending", *key)["said"]
        settle(tables, amended, said, edition=key[1], position=amended.first_position)
        tables.delete("index_amending", *key)


def settle(tables: Tables, linked: Any, said: Row, *, edition: int, position: int) -> None:
    """What each was called stands under the person."""
    for mention in linked.mentions:
        if mention.person:
            named = {"person": mention.person, "contact": linked.contact, "ref": mention.ref}
            at = {"edition": edition, "position": position}
            tables.put("index_said", {**named, **at, **said[mention.ref]})


def said_in(event: RecordedEvent) -> Row:
    """By the contact's own words for them, what its people can be found by."""
    return {p.ref: said_of(p) for p in event.light.content.people}


def said_of(said: Any) -> Row:
    """What a person can be found by, in the words of one contact."""
    parts = (
        (*said.name.given, *((said.name.family,) if said.name.family else ())) if said.name else ()
    )
    words = name_words(" ".join(parts))
    numbers = [re.sub(r"\D", "", number) for number in nhs_numbers(said.ids)]
    return {
        "name": " ".join(parts) or None, "birth": said.dob, "nhs_number": next(iter(numbers), None), "words": beginnings(words),
        "nhs_numbers": [n for n in numbers if n], "births": [said.dob] if said.dob else [],
    }  # fmt: skip


def beginnings(words: Iterable[str]) -> list[str]:
    """Each word with its beginnings, so that a name can be found before it is written out."""
    return list(
        dict.fromkeys(
            word[:n] for word in words for n in range(min(SHORTEST, len(word)), len(word) + 1)
        )
    )
