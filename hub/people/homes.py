"""A home as said, and the names it is known by: its UPRN, its address with postcode, its postcode."""

import re
from dataclasses import dataclass
from functools import lru_cache

from events.content import Address
from hub.people.names import bounded, plain
from hub.people.placeholders import NO_ADDRESS
from hub.values import Postcode, Uprn

_WORDS = {
    "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close", "ct": "court",
    "dr": "drive", "gdns": "gardens", "gdn": "gardens", "pl": "place", "sq": "square", "cres": "crescent", "tce": "terrace",
    "ter": "terrace", "terr": "terrace", "gr": "grove", "hse": "house", "apt": "flat", "apartment": "flat",
}  # fmt: skip
_PART_OF_A_HOUSE = frozenset(
    {"flat", "unit", "room", "floor", "block", "no", "number", "the", "ground", "first", "top"}
)
_APART = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True)
class HomeSaid:
    """A home as one mention gives it. `names` are what it can be recognised by, the surest first.

    `u:` UPRN; `a:` address with postcode; `l:` address without one; `p:` postcode alone
    """

    names: tuple[str, ...]
    lines: tuple[str, ...]
    postcode: str | None
    uprn: str | None

    @property
    def key(self) -> str:
        """Its surest name."""
        return self.names[0]


def read_home(address: Address | None) -> HomeSaid | None:
    """The home behind an address; None where it names no place (no fixed abode, `unknown`, ZZ99)."""
    return home_at(address.lines, address.postcode, address.uprn) if address else None


def home_of_any_country(
    lines: tuple[str, ...], postcode_said: str | None, uprn_said: str | None
) -> HomeSaid | None:
    """The home behind the parts of an address whose postcode may be of another country."""
    if not postcode_said or Postcode.parse(postcode_said):
        return home_at(lines, postcode_said, uprn_said)
    postcode = bounded(letters_and_figures(postcode_said))
    if not postcode or set(postcode) == {"0"}:
        return home_at(lines, None, uprn_said)
    at = home_at(lines, None, uprn_said)
    named = [name for name in (at.names if at else ()) if name.startswith("u:")]
    house = house_in(lines)
    names = (*named, *((f"a:{postcode} {house}",) if house else ()), f"p:{postcode}")
    return HomeSaid(names, lines, postcode, at.uprn if at else None)


@lru_cache(maxsize=1 << 16)
def letters_and_figures(postcode: str) -> str:
    """A postcode of whatever country in capitals, without spaces and signs."""
    return "".join(c for c in postcode.upper() if c.isalnum())


@lru_cache(maxsize=4096)
def home_at(
    lines: tuple[str, ...], postcode_said: str | None, uprn_said: str | None
) -> HomeSaid | None:
    """The home behind the parts of an address. One contact's addresses are asked for by linking, deriving and routing."""
    postcode = Postcode.parse(postcode_said or "")
    uprn = Uprn.parse(uprn_said or "")
    if postcode is not None and postcode.pseudo:
        return None
    house = house_in(lines)
    names = (
        *((f"u:{uprn}",) if uprn else ()),
        *((f"a:{postcode} {house}",) if postcode and house else ()),
        *((f"l:{house}",) if house and not postcode and town_named(lines) else ()),
        *((f"p:{postcode}",) if postcode else ()),
    )
    return HomeSaid(names, lines, postcode and str(postcode), uprn and str(uprn)) if names else None


def house_in(lines: tuple[str, ...]) -> str:
    """The words that tell one home from the next: down to the first line with a number and a street or house, in no order.

    What follows, the town and county, is told by the postcode and is left out by half of all senders.
    """
    words: list[str] = []
    for number, part in enumerate(parts_of(lines)):
        words += part
        numbered = any(w[0].isdigit() for w in words)
        if numbered and any(
            w[0].isalpha() and w not in _PART_OF_A_HOUSE and len(w) > 1 for w in words
        ):
            break
        if not numbered and number == 1:
            break
    return bounded(" ".join(sorted(words)))


def parts_of(lines: tuple[str, ...]) -> list[list[str]]:
    """The lines of an address, divided at commas, as plain words with abbreviations written out."""
    parts = [plain(part) for line in lines for part in _APART.split(line)]
    return [
        [_WORDS.get(w, w) for w in p.split()]
        for p in parts
        if p and p.replace(" ", "") not in NO_ADDRESS
    ]


def town_named(lines: tuple[str, ...]) -> bool:
    """Whether an address without postcode says more than a street, which every town may have."""
    return len(parts_of(lines)) > 1


def is_a_dwelling(key: str) -> bool:
    """Whether the key names one home; a postcode alone names about fifteen."""
    return not key.startswith("p:")
