"""A service as a directory of services tells of it: what it is for, for whom, where, and how much room it has."""

from datetime import date, datetime
from typing import Literal

from events.base import Fact

Running = Literal["active", "temporarily closed"]


class ServiceTerm(Fact):
    """A word of a taxonomy that says what the service is about, with its code where it has one."""

    name: str
    code: str | None = None


class ServiceArea(Fact):
    """Whom the service is for by where they live, as said. `drawn` is an area drawn on a map, which the hub does not read."""

    name: str | None = None
    extent: str | None = None
    uri: str | None = None
    drawn: bool = False


class ServicePlace(Fact):
    """Where it is given."""

    name: str | None = None
    lines: tuple[str, ...] = ()
    town: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class ServiceRoom(Fact):
    """So many units (places, hours, beds) were free when that was last said."""

    available: float
    maximum: float | None = None
    unit: str | None = None
    updated_at: datetime | None = None


class ServiceEntry(Fact):
    """One service. Nobody who works there stands in it: how to reach the organisation is all that is kept.

    minimum_age, maximum_age   in years; None is not said, never "any age"
    assured_on                 when somebody last checked the entry
    rooms                      empty: how much room there is, is not known
    """

    name: str
    status: Running
    organisation: str | None = None
    description: str | None = None
    eligibility: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    assured_on: date | None = None
    modified_at: str | None = None
    url: str | None = None
    email: str | None = None
    phones: tuple[str, ...] = ()
    alert: str | None = None
    terms: tuple[ServiceTerm, ...] = ()
    areas: tuple[ServiceArea, ...] = ()
    places: tuple[ServicePlace, ...] = ()
    schedules: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    rooms: tuple[ServiceRoom, ...] = ()
