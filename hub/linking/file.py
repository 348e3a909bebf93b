"""Links a file of people, in file order, with the code of the engine: what `hub link` does."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite

from hub.linking.contact import TOO_LITTLE, candidates_of
from hub.linking.judge import Judgement, judge
from hub.linking.model import Model
from hub.linking.records import Record
from hub.people.learning import learn_mention
from hub.people.said import Said
from hub.people.state import TABLES, number_of, person_id
from projections.table import MemoryTables, TableDef, Tables

RECORD = TableDef("record_of_person", {"person": "text", "record_id": "text"}, ("person",))
FILE_TABLES = (*TABLES, RECORD)
OUT = ("record_id", "person", "outcome", "bits", "candidate", "because")


@dataclass(slots=True)
class FileLinker:
    """Takes rows one after another. `against` people who are known beforehand it judges each row alone; else each row is known to
    those after it.
    """

    model: Model
    against: bool = False
    tables: Tables = field(default_factory=lambda: MemoryTables(FILE_TABLES))
    last: int = 0

    def know(self, records: Iterable[Record]) -> None:
        """People known beforehand, one a row."""
        for record in records:
            self.meet(record.said)

    def meet(self, said: Said) -> str:
        """A person met for the first time, named by this record's id."""
        self.last += 1
        person = person_id(self.last)
        self.tables.put("record_of_person", {"person": person, "record_id": said.evidence.ref})
        learn_mention(self.tables, person, said, self.last)
        return person

    def look_ahead(self, records: Iterable[Record]) -> None:
        """Fetch what linking these will read. Only ever a matter of speed."""
        candidates_of(self.tables, [record.said for record in records])

    def link(self, record: Record) -> dict[str, str]:
        """The answer for one row, as `hub link` writes it."""
        said = record.said
        if not said.evidence.sufficient:
            return self.answer(record, "insufficient", None, Judgement(None, None, TOO_LITTLE))
        found = judge(
            self.model, said.evidence, *candidates_of(self.tables, [said])[said.evidence.ref]
        )
        outcome = "link" if found.person else "review" if found.candidate else "new"
        if self.against:
            return self.answer(record, outcome, found.person, found)
        if found.person:
            learn_mention(self.tables, found.person, said, number_of(found.person))
        return self.answer(record, outcome, found.person or self.meet(said), found)

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
