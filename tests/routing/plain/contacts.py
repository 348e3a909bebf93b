"""Made-up contacts, seeded: every concern, relation, fact, flag and door, ages around birthdays, odd hours.

No two contacts share a name, a birthday at one address or a phone, so that each is a family that nobody knows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.routing.plain.clocks import months_after
from tests.routing.plain.days import BANK_HOLIDAYS, LONDON, london_day
from tests.routing.plain.words import CODES

DOORS = (
    "adult-services", "childrens-services", "health", "voluntary-sector", "school", "police", "housing", "resident",
)  # fmt: skip
FACTS = (
    "children_in_household", "child_providing_care", "immediate_danger", "family_may_be_informed", "safe_to_call",
    "out_of_hours_cannot_wait",
)  # fmt: skip
POSTCODES = (
    "RM15 5", "RM19 1", "RM16 2", "RM17 6", "RM20 3", "RM16 4", "RM18 8", "RM16 3", "RM14 3", "SS17 0", "RM14 1",
    "CM13 3",
)  # fmt: skip
CHILDS = [
    "child-harm",
    "child-need",
    "child-disability",
    "early-help",
    "no-one-to-care",
    "homeless-16-17",
    "missing-child",
    "exploitation",
    "private-fostering",
    "young-carer",
    "transition",
    "equipment-adaptation",
    "capacity-doubt",
    "mental-health-crisis",
    "radicalisation",
]
ADULTS = [
    *sorted(set(CODES) - set(CHILDS) - {"feedback", "death", "unborn-risk"}),
    "equipment-adaptation", "capacity-doubt", "mental-health-crisis", "exploitation", "radicalisation",
]  # fmt: skip
RAISING = (
    "parent-of", "step-parent-of", "guardian-of", "foster-carer-of", "grandparent-of", "other-relative-of",
)  # fmt: skip
CONSONANTS, VOWELS = "bcdfghjklmnprstvwz", "aeiou"

Said = dict[str, Any]


def contacts(seed: int, count: int) -> Iterator[tuple[Said, datetime]]:
    """So many contacts with the moments at which they are received."""
    chance = random.Random(seed)
    for number in range(count):
        yield Maker(chance, number).contact()


def word(number: int, least: int = 3) -> str:
    """A made-up name, one for each number."""
    syllables = []
    while number or len(syllables) < least:
        number, rest = divmod(number, 90)
        syllables.append(CONSONANTS[rest // 5] + VOWELS[rest % 5])
    return "".join(reversed(syllables)).capitalize()


class Maker:
    """Makes one contact."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self.chance, self.number = chance, number
        self.received = self.moment()
        self.day = london_day(self.received)
        self.people: list[Said] = []
        self.roles: dict[str, str] = {}
        self.relations: list[Said] = []
        self.born: dict[str, date] = {}

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    def moment(self) -> datetime:
        """Any hour of any day, and the hours around nine, five, seven, midnight and the holidays."""
        day = date(2025, 1, 2) + timedelta(days=self.chance.randrange(1000))
        if self.often(0.15):
            ahead = self.chance.choice(sorted(d for d in BANK_HOLIDAYS if 2025 <= d.year < 2028))
            day = max(date(2025, 1, 2), ahead - timedelta(days=self.chance.randrange(3)))
        if self.often(0.1):
            day = self.chance.choice([date(2025, 3, 30), date(2025, 10, 26), date(2026, 3, 29)])
            day -= timedelta(days=self.chance.randrange(2))
        hour = self.chance.choice([self.chance.randrange(24), 0, 6, 8, 9, 12, 16, 17, 19, 23])
        minute, second = self.chance.choice([(0, 1), (59, 59), (30, 0), (1, 0)])
        local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LONDON)
        return local.astimezone(UTC)

    # people

    def contact(self) -> tuple[Said, datetime]:
        adults, children = self.chance.choice(
            [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (1, 2), (0, 1), (3, 2)]
        )
        for _ in range(adults):
            self.add("adult")
        for _ in range(children):
            self.add("child")
        if self.often(0.06):
            self.add("unborn")
        self.relate()
        data: Said = {
            "occurred_at": (self.received - timedelta(minutes=20)).isoformat(),
            "door": self.chance.choice(DOORS),
            "reporter": {"org": f"ORG{self.number % 7}", "role": "worker"},
            "people": self.people,
            "relationships": self.relations,
            "concerns": self.concerns(),
            "narrative": "Made up.",
        }
        facts = {fact: self.fact(fact) for fact in FACTS}
        data["facts"] = {fact: said for fact, said in facts.items() if said}
        agreement = self.chance.choice(
            ["given", "given", "given", "refused", "not-asked", "overridden", None]
        )
        if agreement:
            data["agreement"] = {"to_service": agreement}
            if agreement == "overridden":
                data["agreement"]["reason"] = "Cannot be asked."
        return data, self.received

    def fact(self, name: str) -> str | None:
        if name == "immediate_danger":
            return self.chance.choices(["yes", "no", "unknown", None], [1, 5, 3, 11])[0]
        return self.chance.choices(["yes", "no", "unknown", None], [4, 5, 3, 8])[0]

    def add(self, role: str) -> None:
        ref = f"p{len(self.people) + 1}"
        said: Said = {
            "ref": ref,
            "name": {
                "family": word(self.number * 7 + 1),
                "given": [word(self.number * 7 + len(ref) + len(self.people) * 811 + 40)],
            },
        }
        flags = []
        if role == "unborn":
            flags.append("unborn")
            said["expected_dob"] = (self.day + timedelta(days=90)).isoformat()
        else:
            dob = self.dob(role)
            if dob:
                said["dob"] = dob
        if role == "adult" and self.often(0.04):
            flags.append("works_with_children")
        if role != "unborn":
            flags += [flag for flag in ("shielded", "adoptive_placement") if self.often(0.02)]
            flags += ["deceased"] if self.often(0.01) else []
        if flags:
            said["flags"] = flags
        if self.often(0.5):
            said["address"] = self.address()
        self.people.append(said)
        self.roles[ref] = role

    def address(self) -> Said:
        """One of two addresses of the family."""
        other = self.often(0.2)
        choice = random.Random(self.number * 2 + other)
        street = word(self.number * 3 + other + 9)
        postcode = choice.choice(POSTCODES) + "".join(choice.choice("ABDEFGHJ") for _ in "xx")
        return {"lines": [f"{self.number % 97 + 1} {street} Road"], "postcode": postcode}

    def dob(self, role: str) -> str | None:
        """Whole, partial or absent; near the birthdays on which a row turns as often as not."""
        if role == "adult":
            born = self.day - timedelta(days=self.chance.randrange(18 * 366, 90 * 365))
            limits = (18,)
        else:
            born = self.day - timedelta(days=self.chance.randrange(30, 18 * 365))
            born = self.day - timedelta(days=40) if self.often(0.05) else born
            limits = (16, 17, 18)
        if self.often(0.25 if role == "adult" else 0.5):
            near = months_after(self.day, -12 * self.chance.choice(limits))
            born = near + timedelta(days=self.chance.choice([-2, -1, 0, 1, 2, -183, 183]))
        self.born[f"p{len(self.people) + 1}"] = born
        part = self.chance.choices([10, 7, 4, 0], [16, 1, 2, 1.5])[0]
        return born.isoformat()[:part] or None

    # relations

    def relate(self) -> None:
        """Who raises whom, who lives with whom, who is like whom, who cares for whom or is said to harm them."""
        self.raise_children()
        everyone = [ref for ref, role in self.roles.items() if role != "unborn"]
        for number, one in enumerate(everyone):
            for other in everyone[number + 1 :]:
                self.share(one, other)
        if len(everyone) > 1:
            for _ in range(self.chance.choice([0, 0, 1, 2])):
                one, other = self.chance.sample(everyone, 2)
                kind = self.chance.choices(["cares-for", "alleged-to-harm"], [4, 1])[0]
                self.relation(one, kind, other)

    def raise_children(self) -> None:
        """Nobody is raised by somebody less than fifteen years older; a child of a child's has grandparents."""
        adults = [ref for ref, role in self.roles.items() if role == "adult"]
        children = [ref for ref, role in self.roles.items() if role != "adult"]
        for child in children:
            mothers = [other for other in children if self.years_apart(other, child) >= 15]
            for adult in adults[:2]:
                apart = self.years_apart(adult, child)
                shares = [0 if mothers else 14, 1, 1, 1, 8 if mothers else 2 * (apart >= 30), 1]
                if self.often(0.7) and apart >= 15:
                    self.relation(adult, self.chance.choices(RAISING, shares)[0], child)
            for mother in mothers:
                if self.often(0.5):
                    self.relation(mother, "parent-of", child)

    def share(self, one: str, other: str) -> None:
        """A home, now and then also where one of the two has an address and the other none; or a parent, or a past."""
        alike = self.at(one) in (None, self.at(other))
        if (self.often(0.35) and alike) or (self.at(other) is None and self.often(0.2)):
            self.relation(one, "lives-with", other)
        near = abs(self.years_apart(one, other)) < 15 or self.roles[one] == "adult"
        if self.roles[one] == self.roles[other] and self.often(0.15) and near:
            self.relation(one, self.like(self.roles[one]), other)

    def years_apart(self, elder: str, younger: str) -> float:
        """How much older the one is."""
        born = self.born.get(younger, self.day)
        return (born - self.born.get(elder, self.day)).days / 365.25

    def like(self, role: str) -> str:
        if role == "child":
            return "sibling-of"
        return self.chance.choice(
            ["partner-of", "ex-partner-of", "sibling-of", "other-relative-of"]
        )

    def at(self, ref: str) -> str | None:
        said = next(p for p in self.people if p["ref"] == ref)
        return str(said["address"]) if "address" in said else None

    def relation(self, one: str, kind: str, other: str) -> None:
        said: Said = {"from": one, "type": kind, "to": other}
        if kind == "cares-for" and self.often(0.5):
            said["hours_per_week"] = self.chance.randrange(1, 80)
        if kind in ("cares-for", "lives-with") and self.often(0.1):
            said["since"] = (self.day - timedelta(days=800)).isoformat()
            if self.often(0.5):
                said["until"] = (self.day - timedelta(days=30)).isoformat()
        if (one, kind, other) not in {(r["from"], r["type"], r["to"]) for r in self.relations}:
            self.relations.append(said)

    # concerns

    def concerns(self) -> list[Said]:
        said: list[Said] = []
        for _ in range(self.chance.choice([1, 1, 2, 2, 3, 4])):
            concern = self.concern()
            if not any(
                (c["code"], c.get("about")) == (concern["code"], concern.get("about")) for c in said
            ):
                said.append(concern)
        return said

    def concern(self) -> Said:
        ref = self.chance.choice(list(self.roles))
        role = self.roles[ref]
        codes = {"adult": ADULTS, "child": CHILDS, "unborn": ["unborn-risk"]}[role]
        code = self.chance.choice(sorted(CODES) if self.often(0.06) else codes)
        code = "death" if self.often(0.01) else "feedback" if self.often(0.02) else code
        concern: Said = {"code": code, "about": ref}
        if self.often(0.03) or (code == "feedback" and self.often(0.7)):
            del concern["about"]
        concern |= self.carried(code)
        return concern

    def carried(self, code: str) -> Said:
        """What a concern may carry."""
        carried: Said = {}
        if code == "domestic-abuse":
            if self.often(0.6):
                carried["dash"] = self.chance.choice([0, 5, 12, 13, 14, 15, 24])
            for marker in ("escalating", "repeat_within_12_months", "professional_judgement"):
                if self.often(0.25):
                    carried[marker] = self.often(0.4)
        if code == "equipment-adaptation":
            carried = {
                m: self.often(0.5)
                for m in ("fall", "end_of_life", "carer_injury")
                if self.often(0.3)
            }
        if code == "hospital-discharge":
            if self.often(0.8):
                carried["date"] = (
                    self.day + timedelta(days=self.chance.choice([-2, -1, 0, 1, 5]))
                ).isoformat()
            if self.often(0.7):
                carried["pathway"] = self.chance.randrange(4)
        return carried
