"""Reads services of Open Referral UK (HSDS 3.0, UK profile; capacities as in HSDS 3.1). Pure.

An entry that cannot be used is named, with its place and why, and left out; the rest is taken. Nobody who works for a service is
kept: of its contacts, named people are passed over with their telephones, and who assured an entry is not read at all.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from events.service_entry import (
    Running,
    ServiceArea,
    ServiceEntry,
    ServicePlace,
    ServiceRoom,
    ServiceTerm,
)
from hub.directory.members import LONG, Members, Unusable
from hub.values import Postcode

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")
RUNNING: dict[str, Running | None] = {
    "active": "active", "temporarily closed": "temporarily closed", "inactive": None, "defunct": None,
}  # fmt: skip
DRAWN = frozenset({"geojson", "topojson", "kml"})
NESTED = ("attributes", "service_areas", "service_at_locations", "schedules", "cost_options")
"""What the full record of a service has, and its line in a list need not."""
DAYS = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday", "SU": "Sunday",
}  # fmt: skip
A_DAY = re.compile(r"(-?\d)?([A-Z]{2})")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that cannot be used: which, where it stands, and why."""

    service: str | None
    place: str
    says: str


@dataclass(slots=True)
class Services:
    """What a directory has: services that run, those that do not, and the entries that were left out."""

    listed: dict[str, ServiceEntry] = field(default_factory=dict)
    not_running: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def known(self) -> set[str]:
        """Every service of which the directory has an entry, usable or not."""
        broken = {left.service for left in self.left_out if left.service}
        return {*self.listed, *self.not_running, *broken}

    def take(self, value: Any, place: str, where: str = "") -> None:
        """Read one more entry. `place` is its JSON pointer, `where` the page it stands on."""
        service = id_of(value)
        try:
            entry = read_service(value, place)
            assert service is not None
            self.must_be_one(service, entry, place)
        except Unusable as fault:
            self.leave_out(service, f"{where}{fault.pointer}", fault.says)
            return
        if entry is None:
            self.not_running.add(service)
        else:
            self.listed[service] = entry

    def must_be_one(self, service: str, entry: ServiceEntry | None, place: str) -> None:
        """Of two entries that say different things of one service neither can be trusted, whichever comes first."""
        same = self.listed.get(service) == entry and (entry or service in self.not_running)
        if service in self.known and not same:
            self.listed.pop(service, None)
            self.not_running.discard(service)
            raise Unusable(f"{place}/id", "Two entries say different things of this service.")

    def leave_out(self, service: str | None, place: str, says: str) -> None:
        """Name an entry that cannot be used."""
        self.left_out.append(LeftOut(service, place, says))
        if service is not None:
            self.listed.pop(service, None)
            self.not_running.discard(service)


def id_of(value: Any) -> str | None:
    """The id of an entry, where it has one that can be used."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) and ID.fullmatch(found) else None


def is_line(value: Any) -> bool:
    """Whether an entry is a line of a list, whose full record has to be asked for."""
    return isinstance(value, dict) and not any(name in value for name in NESTED)


def read_service(value: Any, pointer: str) -> ServiceEntry | None:
    """One service; None where it does not run. Raises Unusable."""
    said = Members.of(value, pointer)
    if id_of(value) is None:
        says = "`id` is missing, or no id: letters, digits, dots, hyphens, 100 at most."
        raise Unusable(said.at("id"), says)
    name, status = said.needed("name"), said.needed("status").casefold()
    if status not in RUNNING:
        raise Unusable(said.at("status"), f"It is none of {', '.join(RUNNING)}.")
    running = RUNNING[status]
    if running is None:
        return None
    youngest, oldest = said.number("minimum_age"), said.number("maximum_age")
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Unusable(said.at("maximum_age"), "It is below the minimum age.")
    organisation = said.member("organization")
    locations = [at.member("location") for at in said.each("service_at_locations")]
    return ServiceEntry(
        name=name,
        status=running,
        organisation=organisation.text("name"),
        description=said.text("description", LONG),
        eligibility=said.text("eligibility_description", LONG),
        minimum_age=youngest,
        maximum_age=oldest,
        assured_on=said.day("assured_date"),
        modified_at=said.text("last_modified"),
        url=said.text("url") or organisation.text("website") or organisation.text("uri"),
        email=said.text("email") or organisation.text("email"),
        phones=once(phones_of(said, organisation, locations)),
        alert=said.text("alert", LONG),
        terms=once(terms_of(said)),
        areas=tuple(area_of(area) for area in said.each("service_areas")),
        places=once(place for location in locations for place in places_of(location)),
        schedules=once(schedules_of(said)),
        costs=once(filter(None, map(cost_of, said.each("cost_options")))),
        languages=once(
            filter(None, (one.text("name") or one.text("code") for one in said.each("languages")))
        ),
        access=once(
            filter(
                None,
                (a.text("description") for at in locations for a in at.each("accessibility")),
            )
        ),
        rooms=tuple(room_of(room) for room in rooms_of(said)),
    )


def once(found: Iterable[Any]) -> tuple[Any, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(found))


def phones_of(said: Members, organisation: Members, locations: Sequence[Members]) -> Iterator[str]:
    """The telephones of the service and its organisation; of a contact only where it names nobody."""
    nameless = (contact for contact in said.each("contacts") if not contact.text("name"))
    for holder in (said, organisation, *locations, *nameless):
        for phone in holder.each("phones"):
            if number := phone.text("number"):
                yield number


def terms_of(said: Members) -> Iterator[ServiceTerm]:
    """The words of taxonomies that it stands under."""
    for attribute in said.each("attributes"):
        term = attribute.member("taxonomy_term")
        name = term.text("name") or attribute.text("label") or attribute.text("value")
        if name:
            yield ServiceTerm(name=name, code=term.text("code"))


def area_of(area: Members) -> ServiceArea:
    """One area as said; the shape of one that is drawn is not kept."""
    drawn = (area.text("extent_type") or "").casefold() in DRAWN
    return ServiceArea(
        name=area.text("name"),
        extent=None if drawn else area.text("extent", LONG),
        uri=area.text("uri"),
        drawn=drawn,
    )


def places_of(location: Members) -> Iterator[ServicePlace]:
    """Where it is given: an address a place; without one, what is said of the location."""
    name = location.text("name")
    north, east = location.degrees("latitude"), location.degrees("longitude")
    addresses = list(location.each("addresses"))
    for address in addresses:
        written = address.text("postal_code")
        code = Postcode.parse(written) if written else None
        lines = tuple(filter(None, (address.text("address_1"), address.text("address_2"))))
        town = address.text("city")
        yield ServicePlace(
            name=name, lines=lines, town=town, postcode=code and str(code), latitude=north, longitude=east
        )  # fmt: skip
    if not addresses and (name or north is not None):
        yield ServicePlace(name=name, latitude=north, longitude=east)


def schedules_of(said: Members) -> Iterator[str]:
    """When, in words."""
    at_places = (s for at in said.each("service_at_locations") for s in at.each("schedules"))
    for schedule in (*said.each("schedules"), *at_places):
        if words := schedule.text("description") or regular(schedule):
            yield words


def regular(schedule: Members) -> str:
    """`Weekly on Thursday and Friday, 10:00 to 18:00`."""
    often = (schedule.text("freq") or "").capitalize()
    days = [A_DAY.fullmatch(part.strip()) for part in (schedule.text("byday") or "").split(",")]
    named = [DAYS[day[2]] for day in days if day and day[2] in DAYS]
    opens, closes = (schedule.text(name) for name in ("opens_at", "closes_at"))
    hours = f"{opens[:5]} to {closes[:5]}" if opens and closes else ""
    on = f"on {' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))}" if named else ""
    return ", ".join(filter(None, (" ".join(filter(None, (often, on))), hours)))


def cost_of(option: Members) -> str:
    """What it costs, in words."""
    amount, currency = option.number("amount"), (option.text("currency") or "GBP").upper()
    if amount is None:
        price = ""
    elif amount == 0:
        price = "free"
    else:
        price = (
            f"£{amount:,.2f}".removesuffix(".00") if currency == "GBP" else f"{amount:g} {currency}"
        )
    words = " ".join(filter(None, (price, option.text("amount_description"))))
    return ": ".join(filter(None, (option.text("option"), words)))


def rooms_of(said: Members) -> Iterator[Members]:
    """Its capacities, by either name that is in use."""
    yield from said.each("capacities")
    yield from said.each("service_capacities")


def room_of(room: Members) -> ServiceRoom:
    """How much was free when that was last said; raises Unusable where that is not said."""
    available = room.number("available")
    if available is None:
        raise Unusable(room.at("available"), "`available` is missing.")
    unit = room.said.get("unit")
    named = room.text("unit") if isinstance(unit, str) else room.member("unit").text("name")
    return ServiceRoom(
        available=available,
        maximum=room.number("maximum"),
        unit=named,
        updated_at=room.moment("updated"),
    )
