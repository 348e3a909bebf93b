"""What one contact says of each of its people, in one form that can be compared."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from events.content import ContactContent, Mention
from events.nhs_numbers import is_nhs, is_replaced
from hub.people.homes import HomeSaid, read_home
from hub.people.names import bounded, family_name, given_names, is_newborn
from hub.people.placeholders import EARLIEST_YEAR, NO_BIRTH
from hub.values import NhsNumber, PartialDate

SEALED = "adoptive_placement"
DECEASED = "deceased"
UNBORN = "unborn"
SEVERAL = 12
"""As many telephones, e-mail addresses or numbers of one person are looked at."""
_DIGITS = re.compile(r"([0-9]+)")
_SEX = {"male": "male", "m": "male", "1": "male", "female": "female", "f": "female", "2": "female"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A mention with placeholders taken out: what is left is evidence, and what is not there is unknown.

    superseded   NHS numbers that the person had before, as the sender says
    reach     telephone numbers and e-mail addresses
    local     numbers of other systems, as `system|value`
    newborn   `baby` or the like stands for the given name
    tied      a relation of the contact ties this person to another of its people
    """

    ref: str
    nhs: str | None
    superseded: tuple[str, ...]
    family: str
    given: tuple[str, ...]
    birth: PartialDate | None
    expected: str | None
    sex: str | None
    home: HomeSaid | None
    reach: tuple[str, ...]
    local: tuple[str, ...]
    flags: tuple[str, ...]
    newborn: bool
    tied: bool

    @property
    def sealed(self) -> bool:
        """Whether this is said of a child in an adoptive placement."""
        return SEALED in self.flags

    @property
    def dead(self) -> bool:
        """Whether the contact says that this person has died."""
        return DECEASED in self.flags

    @property
    def unborn(self) -> bool:
        """Whether the contact says that this child is not born yet."""
        return UNBORN in self.flags and self.birth is None

    @property
    def sufficient(self) -> bool:
        """Whether there is enough to know the person by, should they be named again.

        Two names; or one with a date, a home, a number or a relation beside it; or an NHS or other system's number; or a
        child without a name yet who is tied to somebody named and has a birth date, or is not born yet.
        """
        if self.nhs or self.superseded or self.local:
            return True
        beside = self.birth is not None or self.home is not None or bool(self.reach) or self.tied
        if self.family and self.given:
            return True
        if self.family or self.given:
            return beside
        if self.unborn:
            return self.tied or self.expected is not None
        return self.tied and self.birth is not None and self.birth.full is not None


def read_contact(content: ContactContent) -> tuple[Evidence, ...]:
    """The evidence of each mention, in order. Who is said to live with somebody has that person's home, if no other."""
    tied = {ref for r in content.relationships for ref in (r.from_ref, r.to_ref)}
    died = {c.about for c in content.concerns if c.code == "death"}
    said = [read_mention(m, tied=m.ref in tied, died=m.ref in died) for m in content.people]
    homes = {e.ref: e.home for e in said if e.home}
    together: dict[str, list[str]] = {}
    for r in content.relationships:
        if r.type == "lives-with" and not r.until:
            together.setdefault(r.from_ref, []).append(r.to_ref)
            together.setdefault(r.to_ref, []).append(r.from_ref)
    return tuple(_with_shared_home(e, together, homes.get) for e in said)


def _with_shared_home(
    said: Evidence, together: dict[str, list[str]], home_of: Callable[[str], HomeSaid | None]
) -> Evidence:
    if said.home is not None or said.ref not in together:
        return said
    shared = {home.key: home for mate in together[said.ref] if (home := home_of(mate))}
    return replace(said, home=next(iter(shared.values()))) if len(shared) == 1 else said


def read_mention(mention: Mention, *, tied: bool = False, died: bool = False) -> Evidence:
    """The evidence in one mention."""
    flags = (*mention.flags, *((DECEASED,) if died else ()))
    return Evidence(
        ref=mention.ref,
        nhs=nhs_number(mention),
        superseded=superseded_numbers(mention),
        family=family_name(mention.name),
        given=given_names(mention.name),
        birth=birth(mention.dob),
        expected=mention.expected_dob,
        sex=sex(mention.sex),
        home=read_home(mention.address),
        reach=reach(mention),
        local=local_numbers(mention),
        flags=tuple(dict.fromkeys(flags)),
        newborn=is_newborn(mention.name),
        tied=tied,
    )


def birth(said: str | None) -> PartialDate | None:
    """The date of birth, where one was said that is no placeholder."""
    return unless_placeholder(PartialDate.parse(said or ""))


def unless_placeholder(read: PartialDate | None) -> PartialDate | None:
    """The date, unless it is one that people type who do not know."""
    return read if read and str(read) not in NO_BIRTH and read.year >= EARLIEST_YEAR else None


def sex(said: str | None) -> str | None:
    """`male` or `female`; nothing else tells two people apart."""
    return _SEX.get((said or "").strip().casefold())


def nhs_number(mention: Mention) -> str | None:
    """The NHS number, where a valid one was given that is not superseded; two different ones are none."""
    read = {
        NhsNumber.parse(i.value) for i in mention.ids if is_nhs(i.system) and not is_replaced(i)
    }
    read -= {None}
    return str(read.pop()) if len(read) == 1 else None


def superseded_numbers(mention: Mention) -> tuple[str, ...]:
    """The valid NHS numbers that the sender says were replaced by another."""
    said = (
        NhsNumber.parse(i.value)
        for i in mention.ids[:SEVERAL]
        if is_nhs(i.system) and is_replaced(i)
    )
    return tuple(dict.fromkeys(str(number) for number in said if number))


def local_numbers(mention: Mention) -> tuple[str, ...]:
    """The numbers that other systems know the person by."""
    ids = mention.ids[:SEVERAL]
    pairs = (
        (i.system.strip().casefold(), i.value.strip().casefold())
        for i in ids
        if not is_nhs(i.system)
    )
    return tuple(
        dict.fromkeys(
            bounded(f"{system}|{value}") for system, value in pairs if len(set(value)) > 2
        )
    )


def reach(mention: Mention) -> tuple[str, ...]:
    """The telephone numbers and e-mail addresses of a person."""
    return reached_by(mention.phones[:SEVERAL], mention.emails[:SEVERAL])


def reached_by(phones: Iterable[str], emails: Iterable[str]) -> tuple[str, ...]:
    """Telephone numbers and e-mail addresses in their one form; what is too short or one figure over and over is none."""
    said = (*map(phone, phones), *map(email, emails))
    return tuple(
        dict.fromkeys(bounded(word) for word in said if len(word) > 5 and len(set(word)) > 2)
    )


def phone(said: str) -> str:
    """A telephone number as digits, the country code of the United Kingdom written as 0."""
    digits = "".join(c for c in said if c.isdigit())
    return (
        "0" + digits.removeprefix("44") if digits.startswith("44") and len(digits) == 12 else digits
    )


def email(said: str) -> str:
    """An e-mail address in small letters."""
    return said.strip().casefold()


@lru_cache(maxsize=4096)
def in_order_of_refs(ref: str) -> tuple[tuple[int, str], ...]:
    """A key to sort refs by: p2 before p10, however the contact lists them."""
    parts = ((part, part.lstrip("0")) for part in _DIGITS.split(ref))
    return (
        *((len(digits), digits) if part.isdecimal() else (-1, part) for part, digits in parts),
        (-1, ref),
    )
