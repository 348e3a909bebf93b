"""Links a file of people, in file order, with the code of the engine: what `hub link` does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite

from hub.linking.contact import TOO_LITTLE, candidates_of, people_under
from hub.linking.hindsight import Hindsight, in_the_end
from hub.linking.judge import Judgement, judge
from hub.linking.model import Model
from hub.linking.proven import proven_to_be
from hub.linking.records import Record
from hub.people.learning import learn_mention, move
from hub.people.person import current_home, joined, keys_of, nearest
from hub.people.said import Said
from hub.people.state import TABLES, holders_under, number_of, person_id
from projections.table import Lookup, MemoryTables, Row, TableDef, Tables

RECORD = TableDef(
    "record_of_person",
    {"person": "text", "record_id": "text", "times": "int"},
    ("person",),
    (("record_id",),),
)
"""The record a person was first met in, and how often they were told of."""
STANDS_FOR = TableDef("stands_for", {"record_id": "text", "person": "text"}, ("record_id",))
"""Of a person who was proven to be an earlier one: the record first met in, and that of the earlier one."""
TOLD = TableDef("told_again", {"one": "int", "rows": "int", "people": "int"}, ("one",))
"""How many rows told of how many people, as far as that was known when the last was read."""
FILE_TABLES = (*TABLES, RECORD, STANDS_FOR, TOLD)
OUT = ("record_id", "person", "outcome", "bits", "candidate", "because")
MET = ("review", "new")
"""The outcomes of a row in which somebody was met for the first time."""
LATER = "Rows further down prove that this is one person."


@dataclass(slots=True)
class FileLinker:
    """Takes rows one after another. `against` people who are known beforehand it judges each row alone; else each row is known to
    those after it.
    """

    model: Model
    against: bool = False
    tables: Tables = field(default_factory=lambda: MemoryTables(FILE_TABLES))
    last: int = 0
    at_the_end: Model = field(init=False)

    def __post_init__(self) -> None:
        self.at_the_end = in_the_end(self.model)

    def know(self, records: Iterable[Record]) -> None:
        """People known beforehand, one a row."""
        for record in records:
            self.meet(record.said)

    def meet(self, said: Said) -> str:
        """A person met for the first time, named by this record's id."""
        self.last += 1
        person = person_id(self.last)
        self.count(person, said.evidence.ref, 1)
        self.tell(rows=1, people=1)
        learn_mention(self.tables, person, said, self.last)
        return person

    def count(self, person: str, record_id: str, times: int) -> None:
        """How often a person was told of."""
        row = {"person": person, "record_id": record_id, "times": times}
        self.tables.put("record_of_person", row)

    def tell(self, *, rows: int = 0, people: int = 0) -> None:
        """Of so many more people was told in so many more rows."""
        row = self.tables.get("told_again", 1) or {"one": 1, "rows": 0, "people": 0}
        self.tables.put(
            "told_again", {"one": 1, "rows": row["rows"] + rows, "people": row["people"] + people}
        )

    def look_ahead(self, records: Iterable[Record]) -> None:
        """Fetch what linking these will read. Only ever a matter of speed."""
        candidates_of(self.tables, [record.said for record in records])

    def link(self, record: Record) -> dict[str, str]:
        """The answer for one row, as `hub link` writes it."""
        said = record.said
        if not said.evidence.sufficient:
            return self.answer(record, "insufficient", None, Judgement(None, None, TOO_LITTLE))
        near = candidates_of(self.tables, [said])[said.evidence.ref]
        found = judge(self.model, said.evidence, *near)
        outcome = "link" if found.person else "review" if found.candidate else "new"
        if self.against:
            return self.answer(record, outcome, found.person, found)
        if not found.person:
            return self.answer(record, outcome, self.meet(said), found)
        learn_mention(self.tables, found.person, said, number_of(found.person))
        self.count(found.person, self.record_of(found.person), self.times_of(found.person) + 1)
        self.tell(rows=1)
        told = self.answer(record, outcome, found.person, found)
        self.join(found.person, found, near.rows)
        return told

    def join(self, person: str, found: Judgement, near: dict[str, Row]) -> None:
        """Make one of all who are now proven to be this person; the earliest of them stays."""
        now = self.tables.get("known_person", person)
        assert now is not None
        stays = person
        likely = [
            other
            for other, weighed in found.weighed
            if other != person and weighed.bits >= self.model.thresholds.review
        ]
        for other in proven_to_be(self.model, person, likely, {**near, person: now}):
            first, second = sorted((stays, other), key=number_of)
            self.join_two(first, second)
            self.tell(people=-1)
            stays = first

    def join_two(self, first: str, second: str) -> None:
        """All that is known of the second goes to the first."""
        one, other = (self.tables.get("known_person", person) for person in (first, second))
        assert one is not None and other is not None
        after = joined(one, other)
        move(self.tables, second, current_home(other), None)
        move(self.tables, first, current_home(one), current_home(after))
        for key in sorted(keys_of(other)):
            self.tables.delete("person_key", key, second)
        for key in sorted(keys_of(after) - keys_of(one)):
            self.tables.put("person_key", {"key": key, "person": first})
        self.tables.delete("known_person", second)
        self.tables.put("known_person", after)
        ids = self.record_of(first), self.record_of(second)
        self.tables.put("stands_for", {"record_id": ids[1], "person": ids[0]})
        self.count(first, ids[0], self.times_of(first) + self.times_of(second))

    def settle(self, answers: Iterable[dict[str, str]]) -> int:
        """Look once more at everybody who was met in these rows, now that all are read; how many were proven to be somebody else."""
        told = self.tables.get("told_again", 1)
        if self.against or told is None:
            return 0
        again = told["rows"] / told["people"] - 1
        met = [answer["person"] for answer in answers if answer["outcome"] in MET]
        self.look_back(met)
        return sum(self.settle_one(person, again) for person in self.still_apart(met))

    def look_back(self, met: Sequence[str]) -> None:
        """Fetch what settling these will read. Only ever a matter of speed."""
        ids = tuple((record_id,) for record_id in met)
        self.tables.load(
            [Lookup(name, ("record_id",), ids) for name in ("stands_for", RECORD.name)]
        )
        people = list(self.still_apart(met))
        self.tables.load([Lookup("known_person", ("person",), tuple((p,) for p in people))])
        keys = {
            p: sorted(keys_of(row)) for p in people if (row := self.tables.get("known_person", p))
        }
        holders = holders_under(
            self.tables, sorted({key for each in keys.values() for key in each})
        )
        near = sorted({p for each in keys.values() for p in nearest(each, holders)})
        each = tuple((person,) for person in near)
        self.tables.load(
            [Lookup(name, ("person",), each) for name in ("known_person", RECORD.name)]
        )

    def still_apart(self, met: Iterable[str]) -> Iterator[str]:
        """The people first met in these records, but for those who were proven to be somebody else."""
        for record_id in met:
            if not self.tables.get("stands_for", record_id):
                yield self.tables.find(RECORD.name, record_id=record_id)[0]["person"]

    def settle_one(self, person: str, again: float) -> bool:
        """Look once more at somebody; whether they are somebody else."""
        row, near, seen = self.seen_again(person, again)
        found = seen.found(row, near)
        if found is None:
            return False
        if self.times_of(person) >= self.times_of(found):
            other, beside, seen = self.seen_again(found, again)
            if seen.may_be_another(other, row, beside):
                return False
        self.join_two(*sorted((person, found), key=number_of))
        return True

    def seen_again(self, person: str, again: float) -> tuple[Row, dict[str, Row], Hindsight]:
        """Somebody, with all others who share a key, and what is known of how often they were told of."""
        row = self.tables.get("known_person", person)
        assert row is not None
        near = people_under(self.tables, sorted(keys_of(row)))
        near.pop(person, None)
        times = {other: self.times_of(other) for other in (person, *near)}
        return row, near, Hindsight(self.at_the_end, times, again)

    def restated(self, answers: Sequence[dict[str, str]]) -> list[dict[str, str]]:
        """The answers as they are once all rows are read: whoever was proven to be an earlier person goes by that one's id."""
        ids = sorted({told[name] for told in answers for name in ("person", "candidate")} - {""})
        self.tables.load([Lookup("stands_for", ("record_id",), tuple((i,) for i in ids))])
        return [self.restate(told) for told in answers]

    def restate(self, told: dict[str, str]) -> dict[str, str]:
        """One answer as it is at the end."""
        person, candidate = map(self.stands_now, (told["person"], told["candidate"]))
        if person == told["person"]:
            return {**told, "candidate": candidate}
        if told["outcome"] == "link":
            return {**told, "person": person}
        return {**told, "person": person, "outcome": "link", "candidate": "", "because": LATER}

    def times_of(self, person: str) -> int:
        """How often a person was told of."""
        row = self.tables.get("record_of_person", person)
        return int(row["times"]) if row else 0

    def stands_now(self, record_id: str) -> str:
        """The id that a person of this id goes by at the end."""
        while row := self.tables.get("stands_for", record_id):
            record_id = row["person"]
        return record_id

    def answer(
        self, record: Record, outcome: str, person: str | None, found: Judgement
    ) -> dict[str, str]:
        """A row of the answer."""
        return {
            "record_id": record.record_id,
            "person": self.record_of(person),
            "outcome": outcome,
            "bits": f"{found.bits:.1f}" if isfinite(found.bits) else "",
            "candidate": self.record_of(found.candidate),
            "because": found.because,
        }

    def record_of(self, person: str | None) -> str:
        """The id of the record that a person was first met in."""
        row = self.tables.get("record_of_person", person) if person else None
        return str(row["record_id"]) if row else ""
