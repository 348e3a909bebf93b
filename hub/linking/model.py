"""The parameters of the comparison: how likely each level of agreement is among mentions of one person, house-mates, strangers.

Before anything was learnt they are those of `policies/linking.yaml`; what is learnt (hub.linking.train) is kept as JSON.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from math import log2
from pathlib import Path
from typing import Any, NamedTuple, Self

import rfc8785
import yaml

from hub.linking.levels import FIELDS
from hub.people.alike import groups_of

FILE = Path(__file__).parents[2] / "policies" / "linking.yaml"
VALUED = ("forename", "surname", "name", "given", "birth", "home", "reach")
"""What is counted by value: its agreement weighs as much as it is rare. `name` is forename and surname together, `given` two given
names: Xin is often followed by Yi, and Mary by Jane."""
ATTESTED = 2
"""So many people who bear a name make it one: below, it may be a slip of the pen."""


class Chances(NamedTuple):
    """How likely a level is among mentions of one person, of two house-mates, of two strangers. Each between 0 and 1."""

    same: float
    mate: float
    stranger: float


class Part(NamedTuple):
    """What one field says: its level, and its bits against a stranger and against a house-mate."""

    field: str
    level: str
    stranger: float
    mate: float


@dataclass(frozen=True)
class Thresholds:
    """When a link is automatic: at `automatic` bits, `ahead` bits before the next person; at `review` bits a person looks.

    Where no date of birth was compared the link needs `undated` bits: a parent and a child may bear one name in one home.
    Where nothing but name and date agrees, two people may share both: it needs `elsewhere` bits where the homes differ, and
    `unplaced` bits where no home was compared, and `commoner` bits more where the name is not so rare by itself. `contradicted` bits
    outweigh another date of birth.
    """

    automatic: float
    ahead: float
    review: float
    undated: float
    elsewhere: float
    unplaced: float
    commoner: float
    contradicted: float


@dataclass(frozen=True)
class Model:
    """One version of the parameters.

    population  among so many strangers a person is looked for
    mates       so many unknown house-mates of the known person might be meant instead
    namesakes   the share of those who bear one forename at home who bear the same second names too
    twins_since  whoever was born before this year hardly has a twin at home; 0 where that was not counted
    chances     by field and level
    shares      by field, the share of people who have a value, where that is more than `rare`
    rare        by field, the share of a value that is not listed
    tied        so many times likelier than by chance is a pair of names, since both come from one language
    learnt      the thresholds that change once people were counted
    names       how many people bear each name, as far as more than one does; None where nothing was counted
    """

    name: str
    population: float
    mates: float
    namesakes: float
    twins_since: int
    chances: Mapping[str, Mapping[str, Chances]]
    shares: Mapping[str, Mapping[str, float]]
    rare: Mapping[str, float]
    tied: float
    names: frozenset[str] | None
    thresholds: Thresholds
    learnt: Mapping[str, float]

    @cached_property
    def parts(self) -> dict[str, dict[str, Part]]:
        """By field and level what it says, whatever the value."""
        return {
            name: {
                level: Part(name, level, log2(c.same / c.stranger), log2(c.same / c.mate))
                for level, c in levels.items()
            }
            for name, levels in self.chances.items()
        }

    @cached_property
    def kin_shares(self) -> dict[str, dict[str, float]]:
        """The share of people who bear a name or another form of it."""
        found: dict[str, dict[str, float]] = {}
        for name in ("forename", "surname"):
            groups: dict[str, float] = {}
            for word, share in self.shares.get(name, {}).items():
                for group in groups_of(word):
                    groups[group] = groups.get(group, 0.0) + share
            found[name] = groups
        return found

    @cached_property
    def stayed(self) -> float:
        """The chance that a mention gives the home that is known."""
        home = self.chances["home"]
        return sum(home[level].same for level in ("exact", "house", "postcode", "slip"))

    def share(self, name: str, value: str) -> float:
        """The share of people with this value of a field."""
        return self.shares.get(name, {}).get(value, self.rare[name])

    def share_of_name(self, forename: str, surname: str) -> float:
        """The share of people with this forename and surname together."""
        counted = self.shares.get("name", {}).get(f"{forename} {surname}", 0.0)
        return max(
            counted, self.tied * self.share("forename", forename) * self.share("surname", surname)
        )

    def share_after(self, given: str) -> float:
        """The share of those who bear the first of two given names who bear the second too; 0 where hardly anybody was told to."""
        both = self.shares.get("given", {}).get(given, 0.0)
        return min(both / self.share("forename", given.split(maxsplit=1)[0]), 1.0)

    def share_of_forms(self, name: str, value: str) -> float:
        """The share of people who bear this name in any of its forms."""
        groups = self.kin_shares[name]
        return max((groups.get(g, 0.0) for g in groups_of(value)), default=0.0) or self.rare[name]

    def is_a_name(self, word: str) -> bool:
        """Whether this is known to be a name that people bear: then it is nobody's slip of the pen."""
        return self.names is None or word in self.names

    @cached_property
    def hash(self) -> str:
        """SHA-256 of its parameters."""
        return hashlib.sha256(rfc8785.dumps(self.as_json())).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """What `read` takes."""
        written = asdict(self)
        written["names"] = sorted(self.names) if self.names is not None else None
        document: dict[str, Any] = json.loads(json.dumps(written))
        return document

    def as_text(self) -> str:
        """The document as it is kept in the log."""
        return rfc8785.dumps(self.as_json()).decode()

    @classmethod
    def from_text(cls, document: str) -> Self:
        """The model behind a kept document; what was added since is as it is shipped."""
        kept, now = json.loads(document), shipped().as_json()
        return cls.read(
            {**kept, **{part: {**now[part], **kept[part]} for part in ("chances", "thresholds")}}
        )

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """The model of a document; raises KeyError or TypeError where it is none."""
        names = document.get("names")
        return cls(
            name=document["name"],
            population=float(document["population"]),
            mates=float(document["mates"]),
            namesakes=float(document["namesakes"]),
            twins_since=int(document.get("twins_since", 0)),
            chances=_chances(document["chances"]),
            shares={name: dict(values) for name, values in document.get("shares", {}).items()},
            rare={name: float(share) for name, share in document["rare"].items()},
            tied=float(document["tied"]),
            names=frozenset(names) if names is not None else None,
            thresholds=Thresholds(**{k: float(v) for k, v in document["thresholds"].items()}),
            learnt={name: float(bits) for name, bits in document["learnt"].items()},
        )

    def with_(self, **changed: Any) -> "Model":
        """This one with other parameters."""
        return replace(self, **changed)


def _chances(document: Mapping[str, Any]) -> dict[str, dict[str, Chances]]:
    chances = {
        name: {level: Chances(*map(float, said)) for level, said in document[name].items()}
        for name in FIELDS
    }
    for name, levels in FIELDS.items():
        if set(chances[name]) != set(levels):
            raise KeyError(f"{name}: {', '.join(sorted(set(chances[name]) ^ set(levels)))}")
    return chances


@cache
def shipped() -> Model:
    """The parameters before anything was learnt."""
    return Model.read(yaml.safe_load(FILE.read_text(encoding="utf-8")))
