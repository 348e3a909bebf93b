"""The plain reading held against the hub, contact by contact, each contact in a hub that knows nobody."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hub.clocks import england
from hub.contacts.cloud_event import Message
from hub.route import FreshHub
from hub.viewer import OPERATOR
from tests.routing.given import POLICY_FILE
from tests.routing.plain.answer import ANY, Answer, Due
from tests.routing.plain.contacts import contacts
from tests.routing.plain.reading import read

JSON = "application/cloudevents+json"
SHIPPED = POLICY_FILE.read_text(encoding="utf-8")
TODAY = datetime(2028, 6, 1, tzinfo=UTC)

Told = dict[str, Any]


@dataclass
class Tally:
    """How many answers agreed, by kind and rule, and every difference found."""

    agreed: Counter[tuple[str, str]] = field(default_factory=Counter)
    left_open: Counter[tuple[str, str]] = field(default_factory=Counter)
    differing: Counter[tuple[str, str]] = field(default_factory=Counter)
    contacts: int = 0
    agreeing_contacts: int = 0
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """One thing that the reading and the hub answer otherwise."""

    number: int
    kind: str
    rule: str
    about: str | None
    what: str


def localities(policy: str) -> dict[str, int]:
    """The council's table of postcodes, read as lines: the one thing the reading takes from the policy."""
    block = (
        policy.split("\nlocalities:")[1].split("\nclocks:", maxsplit=1)[0].split("postcodes:")[1]
    )
    return {
        place: int(number)
        for place, number in re.findall(r"^ +([A-Z0-9 ]+): (\d)", block, re.MULTILINE)
    }


def compare(seed: int, count: int, policy: str = SHIPPED) -> Tally:
    """Reads and decides so many contacts of a seed."""
    calendar, tally = england(), Tally()
    places = localities(SHIPPED)
    for number, (data, received) in enumerate(contacts(seed, count)):
        told = FreshHub(policy, calendar, TODAY).route(message(number, data, received), OPERATOR)
        found = list(Comparison(number, read(data, received, places), told, tally).differences())
        tally.contacts += 1
        tally.agreeing_contacts += not found
        tally.differences += found
        tally.differing.update((d.kind, d.rule) for d in found)
    return tally


def message(number: int, data: Mapping[str, Any], received: datetime) -> Message:
    """The contact as a partner would send it."""
    event = {
        "specversion": "1.0", "id": str(number), "source": "urn:example:made-up",
        "type": "uk.gov.thurrock.nwd.contact.received.v1", "time": received.isoformat(), "data": data,
    }  # fmt: skip
    return Message(json.dumps(event).encode(), JSON)


class Comparison:
    """One contact, read and decided."""

    def __init__(self, number: int, answer: Answer, told: Told, tally: Tally) -> None:
        self.number, self.answer, self.told, self.tally = number, answer, told, tally
        self.routes = {(r["rule"], r["about"]): r for r in told["routes"]}
        self.asking = {o["about"] for o in told["obligations"] if "date of birth" in o["does"]}
        self.owed = {
            (o["rule"], o["about"]) for o in told["obligations"] if "date of birth" not in o["does"]
        }

    def differences(self) -> Iterator[Difference]:
        yield from self.missing_routes()
        yield from self.other_routes()
        yield from self.ranks()
        yield from self.obligations()
        yield from self.dates()
        yield from self.notices()

    def differ(self, kind: str, rule: str, about: str | None, what: str) -> Difference:
        return Difference(self.number, kind, rule, about, what)

    def agree(self, kind: str, rule: str) -> None:
        self.tally.agreed[kind, rule] += 1

    def missing_routes(self) -> Iterator[Difference]:
        """Every route of the reading is one of the hub's, with its team and its time."""
        for key, route in self.answer.routes.items():
            decided = self.routes.get(key)
            if decided is None:
                yield self.differ("route", *key, "not decided by the hub")
                continue
            if ANY not in route.teams and decided["team"] not in route.teams:
                yield self.differ("team", *key, f"{decided['team']}, read as {route.teams}")
            elif ANY not in route.due and moment(decided["due_at"]) not in route.due:
                yield self.differ("due", *key, f"{decided['due_at']}, read as {shown(route.due)}")
            else:
                self.agree("route", key[0])
        for rule in self.answer.some - {r for r, _ in self.routes}:
            yield self.differ("route", rule, ANY, "not decided by the hub")

    def other_routes(self) -> Iterator[Difference]:
        """Every route of the hub is one of the reading's, or open."""
        for rule, about in self.routes.keys() - self.answer.routes.keys():
            if self.is_open(self.answer.open_routes, rule, about):
                self.tally.left_open["route", rule] += 1
            else:
                yield self.differ("route", rule, about, "decided by the hub alone")

    @staticmethod
    def is_open(points: Mapping[tuple[str, str | None], str], rule: str, about: str | None) -> bool:
        return (rule, about) in points or (rule, ANY) in points

    def ranks(self) -> Iterator[Difference]:
        """The routes that both have stand in the same order."""
        decided = [k for k in self.routes if k in self.answer.order]
        expected = [k for k in self.answer.order if k in self.routes]
        dues = [self.answer.routes[k].due for k in expected]
        settled = all(len(due) == 1 and ANY not in due for due in dues)
        if not settled:
            self.tally.left_open["rank", "all"] += 1
        elif not self.beside():
            yield self.differ("rank", "R28", None, f"{list(self.routes)}")
        elif decided != expected:
            yield self.differ("rank", "all", None, f"{decided}, read as {expected}")
        else:
            self.agree("rank", "all")

    def beside(self) -> bool:
        """Whether the emergency duty team stands just below a row about the same person."""
        order = list(self.routes)
        return all(at and order[at - 1][1] == k[1] for at, k in enumerate(order) if k[0] == "R28")

    def obligations(self) -> Iterator[Difference]:
        for rule, about in self.answer.obligations:
            if (rule, about) in self.owed or (about == ANY and rule in {r for r, _ in self.owed}):
                self.agree("obligation", rule)
            else:
                yield self.differ("obligation", rule, about, "not owed by the hub")
        for either in self.answer.either:
            if either & self.owed:
                self.agree("obligation", "either")
            else:
                yield self.differ("obligation", "either", None, f"none of {sorted(either)}")
        for rule, about in self.owed - self.answer.obligations:
            if (
                self.is_open(self.answer.open_obligations, rule, about)
                or (rule, ANY) in self.answer.obligations
            ):
                self.tally.left_open["obligation", rule] += 1
            else:
                yield self.differ("obligation", rule, about, "owed by the hub alone")

    def dates(self) -> Iterator[Difference]:
        """Whose birth date is asked for."""
        for ref in self.answer.dates:
            if ref in self.asking:
                self.agree("date", "asked")
            else:
                yield self.differ("date", "asked", ref, "not asked for by the hub")
        for ref in self.asking - self.answer.dates:
            if ref in self.answer.open_dates:
                self.tally.left_open["date", "asked"] += 1
            else:
                yield self.differ("date", "asked", ref, "asked for by the hub alone")

    def notices(self) -> Iterator[Difference]:
        told = {(t["rule"], t["to"]) for t in self.told["tell"]}
        for rule, to in self.answer.tells:
            sent = {r["team"] for r in self.told["routes"]}
            if (
                (rule, to) in told
                or (rule == "R14" and to in sent)
                or (rule == ANY and to in {t for _, t in told})
            ):
                self.agree("tell", rule)
            else:
                yield self.differ("tell", rule, None, f"{to} not told by the hub")
        home = {(rule, to) for rule, to in told if to in ("family", "person")}
        if self.answer.silent and home:
            yield self.differ("tell", "F9", None, f"{home} told though they may not be")


def moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def shown(dues: tuple[Due, ...]) -> list[str]:
    return [d.isoformat() if isinstance(d, datetime) else str(d) for d in dues]
