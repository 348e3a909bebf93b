"""Which partners send, for which door, and who signs."""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from hub.demo.borough.population import Person
from hub.demo.borough.words import words


@dataclass(frozen=True, slots=True)
class Sender:
    """A partner as it signs a contact. `use` is the kind of sender that an episode names."""

    slug: str
    name: str
    source: str
    door: str
    org: str
    cin: str
    roles: tuple[str, ...]
    use: str
    phone: str

    def reporter(self, chance: Random) -> dict[str, Any]:
        """Who tells: an organisation, mostly a role and a name, seldom a number to ring."""
        said: dict[str, Any] = {"org": self.org, "role": chance.choice(self.roles), "cin_source": self.cin}  # fmt: skip
        if chance.random() < 0.8:
            said["name"] = chance.choice(words("places")["staff_names"])
        if chance.random() < 0.4:
            said["phone"] = self.phone
        if said.get("name") and chance.random() < 0.2:
            said["email"] = f"{said['name'].split()[0].lower()}@{self.slug}.example.org"
        return said


@cache
def senders() -> tuple[Sender, ...]:
    """Every partner of the borough, in the order that they are added."""
    places = words("places")
    said = [
        *(_surgery(place) for place in places["practices"]),
        *(_school(school) for school in places["schools"]),
        *({**one, "source": f"urn:{one['use'][0]}:{one['slug']}"} for one in places["partners"]),
    ]
    return tuple(_sender(one, f"01632 960{900 + n:03}") for n, one in enumerate(said))


def _surgery(said: Any) -> dict[str, Any]:
    source = f"urn:ods:{said['ods']}/systmone"
    roles = ["GP", "practice nurse"]
    return {**said, "source": source, "door": "health", "org": said["ods"], "cin": "3A", "roles": roles, "use": ["gp"]}  # fmt: skip


def _school(said: Any) -> dict[str, Any]:
    source, roles = f"urn:school:{said['slug']}", ["pastoral lead", "head of year", "teacher"]
    return {**said, "source": source, "door": "school", "org": said["slug"], "cin": "2A", "roles": roles, "use": ["school"]}  # fmt: skip


def _sender(said: Any, phone: str) -> Sender:
    return Sender(
        slug=said["slug"], name=f"{said['name']} (made up)", source=said["source"], door=said["door"], org=said["org"],
        cin=said["cin"], roles=tuple(said["roles"]), use=said["use"][0], phone=phone,
    )  # fmt: skip


@cache
def of_use(use: str) -> tuple[Sender, ...]:
    """The senders of a kind, such as `housing`; `vcs` is every voluntary organisation."""
    listed = {p["slug"] for p in words("places")["partners"] if use in p["use"]}
    return tuple(s for s in senders() if s.use == use or s.slug in listed)


def sender_for(use: str, about: Person, chance: Random) -> Sender:
    """Their own surgery or school where that is asked for, else one of the kind."""
    able = of_use(use)
    own = [s for s in able if s.slug in (about.practice if use == "gp" else None, about.school)]
    return chance.choice(own or able)
