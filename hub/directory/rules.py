"""What the council says of its directory of services, read from policies/directory.yaml."""

from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hub.policies.vocabulary import vocabulary
from hub.policies.yaml import read_yaml
from projections.services import plain_term

DIRECTORY_FILE = Path(__file__).parents[2] / "policies" / "directory.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Need(_Part):
    """A concern in words, with the words of a taxonomy that meet it."""

    say: str
    terms: tuple[str, ...]


class Here(_Part):
    """How an entry says that it is for everybody of this council."""

    names: tuple[str, ...]
    uris: tuple[str, ...] = ()


class DirectoryRules(_Part):
    """What of a directory can be relied on, and which needs its words meet. See policies/directory.yaml."""

    stale_after_days: int = Field(ge=1)
    room_after_days: int = Field(ge=1)
    suggest_most: int = Field(ge=1, le=50)
    shown_to: tuple[str, ...]
    beside: tuple[str, ...]
    here: Here
    everywhere: tuple[str, ...]
    needs: dict[str, Need]

    def terms_of(self, need: str) -> frozenset[str]:
        """The words that meet a need, in small letters; none where the directory has nothing for it."""
        return self._terms.get(need, frozenset())

    @cached_property
    def _terms(self) -> Mapping[str, frozenset[str]]:
        return {n: frozenset(map(plain_term, of.terms)) for n, of in self.needs.items()}


class UnknownWord(Exception):
    """The file names a concern that is none of the vocabulary's."""


def read_rules(document: str) -> DirectoryRules:
    """The rules of a document of that form; raises UnknownWord, or what pydantic raises."""
    said, _ = read_yaml(document)
    rules = DirectoryRules.model_validate(said)
    for word in rules.needs:
        if word not in vocabulary().concerns:
            raise UnknownWord(word)
    return rules


@cache
def directory_rules() -> DirectoryRules:
    """The rules that the hub is shipped with."""
    return read_rules(DIRECTORY_FILE.read_text(encoding="utf-8"))
