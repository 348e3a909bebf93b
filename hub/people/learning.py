"""What one mention adds to the tables of people: to the person, to the keys they are found by, to homes and relations."""

from collections.abc import Iterable

from events.content import Relationship
from hub.people.homes import HomeSaid, is_a_dwelling
from hub.people.names import bounded
from hub.people.person import FOUND_BY, current_home, keys_of, learn, unknown_person
from hub.people.said import Said
from projections.table import Lookup, Row, TableDef, Tables

RELATION = TableDef(
    "person_relation",
    {
        "from_person": "text", "type": "text", "to_person": "text", "since": "text", "until": "text",
        "hours_per_week": "float", "position": "int", "from_sealed": "bool", "to_sealed": "bool",
    },
    ("from_person", "type", "to_person"),
    (("from_person",), ("to_person",)),
)  # fmt: skip
HOME_NAME = TableDef("home_name", {"name": "text", "home": "text", "uprn": "text"}, ("name",))
HOME = TableDef("home", {"home": "text", "heads": "int"}, ("home",))
LIVES_AT = TableDef(
    "lives_at", {"home": "text", "person": "text"}, ("home", "person"), (("home",),)
)


def learn_mention(tables: Tables, person: str, said: Said, position: int) -> None:
    """Add what a mention says of a person, to the person, the keys and the home."""
    before = tables.get("known_person", person)
    row = before or unknown_person(person, position)
    home = said.evidence.home
    after = learn(row, said.evidence, settle_home(tables, home) if home else None, position)
    if before is not None and after is row:
        return
    tables.put("known_person", after)
    for found_by in sorted(new_keys(before, after, said)):
        tables.put("person_key", {"key": found_by, "person": person})
    move(tables, person, current_home(row), current_home(after))


def new_keys(before: Row | None, after: Row, said: Said) -> Iterable[int]:
    """The keys that a mention adds: all of its own to somebody met for the first time."""
    if before is None:
        return said.known
    if all(after[column] is before[column] for column in FOUND_BY):
        return ()
    return keys_of(after) - keys_of(before)


def settle_home(tables: Tables, home: HomeSaid) -> str:
    """The key of a home: the one it was first met under, by whichever of its names.

    A flat whose sender leaves the number of the flat out shares its written address with its neighbours: such a name,
    under which a second UPRN turns up, no longer says which home is meant, and stands for itself alone.
    """
    named = {name: tables.get("home_name", name) for name in home.names if is_a_dwelling(name)}
    key = (
        next((row["home"] for row in named.values() if row and _agrees(row, home)), None)
        or home.key
    )
    if named and key in named and not any(named.values()):  # met for the first time
        alone = ((key,),)
        tables.nothing_under(
            [Lookup("home", ("home",), alone), Lookup("lives_at", ("home",), alone)]
        )
    for name, row in named.items():
        if row is None:
            tables.put("home_name", {"name": name, "home": key, "uprn": home.uprn})
        elif not _agrees(row, home) and row["home"] != name:
            tables.put("home_name", {"name": name, "home": name, "uprn": None})
        elif row["uprn"] is None and home.uprn and row["home"] == key:
            tables.put("home_name", {**row, "uprn": home.uprn})
    return key


def _agrees(row: Row, home: HomeSaid) -> bool:
    return row["uprn"] is None or home.uprn is None or row["uprn"] == home.uprn


def move(tables: Tables, person: str, old: Row | None, new: Row | None) -> None:
    """A person lives where the latest contact says; the home before has one head fewer."""
    gone = old["key"] if old and is_a_dwelling(old["key"]) else None
    come = new["key"] if new and is_a_dwelling(new["key"]) else None
    if gone == come:
        return
    if gone:
        tables.delete("lives_at", gone, person)
        count_heads(tables, gone, -1)
    if come:
        tables.put("lives_at", {"home": come, "person": person})
        count_heads(tables, come, 1)


def count_heads(tables: Tables, home: str, more: int) -> None:
    """Keep count of the people of a home: a home of very many is none."""
    row = tables.get("home", home)
    tables.put("home", {"home": home, "heads": (row["heads"] if row else 0) + more})


def relate(
    tables: Tables, said: Relationship, person_of: dict[str, str], sealed: set[str], position: int
) -> None:
    """Keep a relation as last stated; since when it holds is not forgotten by a contact that does not say it again."""
    key = (person_of[said.from_ref], bounded(said.type), person_of[said.to_ref])
    if key[0] == key[2]:
        return
    before = tables.get("person_relation", *key) or {}
    tables.put(
        "person_relation",
        {
            "from_person": key[0], "type": key[1], "to_person": key[2],
            "since": said.since or before.get("since"), "until": said.until,
            "hours_per_week": said.hours_per_week if said.hours_per_week is not None else before.get("hours_per_week"),
            "position": position,
            "from_sealed": said.from_ref in sealed or before.get("from_sealed", False),
            "to_sealed": said.to_ref in sealed or before.get("to_sealed", False),
        },
    )  # fmt: skip
