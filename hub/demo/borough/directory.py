"""The made-up borough's directory of services, as an Open Referral UK directory would serve it on the borough's last day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hub.demo.borough.words import words
from hub.directory.open_referral import Services
from hub.directory.state import ImportServices

SOURCE = "https://directory.example/borough"
AREAS: Mapping[str, list[dict[str, Any]]] = {
    "here": [{"name": "Thurrock"}],
    "everywhere": [{"name": "England"}],
}


def directory_on(day: date) -> ImportServices:
    """All of it, as it stood on that day."""
    services = Services()
    for number, said in enumerate(words("directory")["services"]):
        services.take(entry(said, number, day), f"/{number}")
    return ImportServices(SOURCE, services)


def entry(said: Mapping[str, Any], number: int, day: date) -> dict[str, Any]:
    """One service in the words of the standard."""
    youngest, oldest = said.get("ages") or (None, None)
    domain = "".join(c for c in said["by"].casefold() if c.isalnum())
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{SOURCE}/{said['name']}")),
        "name": said["name"],
        "description": said["about"],
        "status": said.get("status", "active"),
        "url": f"https://{domain}.example",
        "minimum_age": youngest,
        "maximum_age": oldest,
        "assured_date": None if said["assured"] is None else ago(day, said["assured"]).isoformat(),
        "organization": {"name": said["by"], "phones": [{"number": f"01632 9606{number:02}"}]},
        "attributes": [{"taxonomy_term": {"name": term}} for term in said["terms"]],
        "service_areas": areas_of(said["area"]),
        "schedules": [{"description": said["when"]}],
        "cost_options": [{"amount": said["cost"]}],
        "languages": [{"name": name} for name in said.get("languages", ())],
        "capacities": rooms_of(said["room"], day),
    }


def ago(day: date, days: int) -> date:
    """So many days before."""
    return day - timedelta(days=days)


def areas_of(said: str | list[str] | None) -> list[dict[str, Any]]:
    """For whom it is, by where they live."""
    if isinstance(said, list):
        return [{"name": ", ".join(said), "extent_type": "text"}]
    return AREAS.get(said, [{"name": said}]) if said else []


def rooms_of(said: list[int] | None, day: date) -> list[dict[str, Any]]:
    """How much was free, and when that was said."""
    if said is None:
        return []
    free, days = said
    at = datetime.combine(ago(day, days), time(9), UTC)
    return [{"available": free, "unit": {"name": "places"}, "updated": at.isoformat()}]
