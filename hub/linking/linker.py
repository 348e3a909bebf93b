"""What the engine asks of a linker, whichever model judges behind it."""

from typing import Protocol

from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention
from projections.table import Tables


class Linker(Protocol):
    """Works out who the people of a contact are, from the contact and what is known before it.

    model   the name and version of the judgement, kept with every answer
    """

    @property
    def model(self) -> str:
        """The name and version of the judgement."""

    def link(self, tables: Tables, received: RecordedEvent) -> tuple[LinkedMention, ...]:
        """One answer a mention, in the order of the contact. Reads the tables of hub.people.state, writes none."""
