"""Decisions of a long log decided again in processes of their own, beside the walk that checks how it is stored."""

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from typing import Any, Self

import msgspec

from adapters.postgres.rows import stored
from events.contact_corrected import ContactCorrected
from events.contact_reconsidered import ContactReconsidered
from hub.verify import ARRIVES, DECIDES, DecisionFault, Redecider, correction

ALONE = 1_000  # decisions: so many are made in the time that a process takes to start
EACH_WAITS = (
    3  # batches handed to a process and not answered yet: what is held does not grow with the log
)

Row = tuple[Any, ...]


class Contact(msgspec.Struct, frozen=True):
    """Of an event about a contact, which, and what it was decided for."""

    contact: str
    input_position: int = 0


CONTACT = msgspec.json.Decoder(Contact)


OF_A_CONTACT = (*ARRIVES, *DECIDES)


def decided_in(row: Row) -> str | None:
    """The contact, or the correction of one, that an event brings or decides; None where it cannot be read, which is for
    Redecider to say."""
    try:
        found = CONTACT.decode(row[6])
    except msgspec.ValidationError:
        return None
    if row[4] == ContactCorrected.TYPE:
        return correction(found.contact, row[0])
    if row[4] == ContactReconsidered.TYPE:
        return correction(found.contact, found.input_position)
    return found.contact


@dataclass(frozen=True, slots=True)
class Judged:
    """How many decisions were made again, and the first that came out otherwise."""

    decisions: int
    fault: DecisionFault | None


def judge(rows: Sequence[Row], arrived: dict[str, datetime]) -> Judged:
    """What becomes of the decisions among rows that hold, before them, every policy and calendar they may name."""
    redecider = Redecider(policies={}, calendars={}, arrived=arrived)
    fault = next(redecider.faults(map(stored, rows)), None)
    return Judged(redecider.decisions, fault)


class Redeciding:
    """Takes the rows of a log in order. The first decisions are made here, more of them in as many processes as there are
    processors: each batch with the times of receipt and the policies that came before it. Use it as a context."""

    def __init__(self, processes: int = os.cpu_count() or 1, alone: int = ALONE) -> None:
        self.decisions = 0
        self.fault: DecisionFault | None = None
        self._processes, self._alone = processes, alone
        self._pool: ProcessPoolExecutor | None = None
        self._waiting: deque[Future[Judged]] = deque()
        self._rules: list[Row] = []  # policies and calendars
        self._arrived: dict[str, datetime] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def take(self, rows: Sequence[Row]) -> None:
        """The next rows of the types that Redecider reads; some of them may be judged later. Nothing after the first fault."""
        before, asked, arrived = tuple(self._rules), [], {}
        for row in rows:
            contact = decided_in(row) if row[4] in OF_A_CONTACT else None
            if row[4] in ARRIVES and contact:
                self._arrived[contact] = row[7]
                continue
            asked.append(row)
            if row[4] not in OF_A_CONTACT:
                self._rules.append(row)
            elif contact and (at := self._arrived.pop(contact, None)):
                arrived[contact] = at
        if asked and self.fault is None:
            self._hand((*before, *asked), arrived)

    def end(self) -> None:
        """Wait for all that was taken."""
        while self._waiting:
            self._hear()

    def _hand(self, rows: Sequence[Row], arrived: dict[str, datetime]) -> None:
        if self._processes < 2 or self.decisions < self._alone:
            self._count(judge(rows, arrived))
            return
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._processes, get_context("spawn"))
        self._waiting.append(self._pool.submit(judge, rows, arrived))
        while self._waiting and (
            self._waiting[0].done() or len(self._waiting) > EACH_WAITS * self._processes
        ):
            self._hear()

    def _hear(self) -> None:
        self._count(self._waiting.popleft().result())

    def _count(self, judged: Judged) -> None:
        """In the order of the log, so that the first fault is the first."""
        if self.fault is None:
            self.decisions += judged.decisions
            self.fault = judged.fault
