"""The two base classes of everything that is written down: a frozen fact, and an event made of facts."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Fact(BaseModel):
    """An immutable value inside an event. Unknown members are an error, never dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Fact):
    """Something that happened. A subclass is one file, with its stable stored type, an example and a sentence.

    TYPE      the stored name, `subject.past_verb`; never changed once released
    VERSION   the schema version of the stored payload, from 1
    STREAM    the kind of stream it is written to: contact, amendment, reconsideration, person, pair, correction, referral,
              obligation, clock, refusal, partner, policy, team, staff, need, notice, page, service,
              directory, action, surge or log
    UPCASTS   from an older version n to n + 1: a function from stored members to stored members
    """

    TYPE: ClassVar[str]
    VERSION: ClassVar[int] = 1
    STREAM: ClassVar[str]
    UPCASTS: ClassVar[Mapping[int, Upcast]] = {}

    def stream_id(self) -> str:
        """The id of the subject whose stream this belongs to; the stream's name is `STREAM:id`."""
        raise NotImplementedError

    def tags(self) -> tuple[str, ...]:
        """What the event concerns, as `kind:id` words that as-at reads and auditors look up by."""
        return ()

    def sentence(self) -> str:
        """One plain sentence for a person. It names nobody: ids and codes only."""
        raise NotImplementedError

    @classmethod
    def example(cls) -> Self:
        """A valid instance with made-up data, used by the guards, the docs and the golden files."""
        raise NotImplementedError
