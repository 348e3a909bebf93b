"""What was looked for, kept a while under a word that tells nothing: a page of what was found has an address to come back to, and no
name stands in it."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

KEPT = 3600.0  # seconds
MOST = 10_000


class Question(NamedTuple):
    """Words somebody looked for, as at a moment or by now (None)."""

    asked: str
    as_at: datetime | None


class Questions:
    """The questions of the last hour, in the memory of the process that was asked; each is read by whoever asked it alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[str, float, Question]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, who: str, question: Question) -> str:
        """Keep a question, and say the word that it goes by."""
        now = self._clock()
        while self._kept and (len(self._kept) >= MOST or self._is_over(next(iter(self._kept)))):
            self._kept.popitem(last=False)
        word = secrets.token_urlsafe(12)
        self._kept[word] = (who, now + KEPT, question)
        return word

    def of(self, who: str, word: str) -> Question | None:
        """The question that goes by a word, where it is `who`'s and still kept."""
        if word not in self._kept or self._is_over(word):
            return None
        asker, _, question = self._kept[word]
        return question if asker == who else None

    def _is_over(self, word: str) -> bool:
        return self._kept[word][1] <= self._clock()
