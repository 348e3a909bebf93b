"""Made-up services of Open Referral UK, and what a directory makes of them."""

from datetime import UTC, date, datetime
from typing import Any

from events.service_entry import ServiceEntry
from hub.directory.fit import Asked, Moment, Suggestion, suggest
from hub.directory.open_referral import Services, read_service
from hub.directory.rules import directory_rules
from projections.services import Listing

NOW = datetime(2026, 3, 4, 10, 15, tzinfo=UTC)
DISTRICTS = frozenset({"RM15", "RM16", "RM16 4", "RM17", "RM18", "SS17"})
AT = Moment(NOW, DISTRICTS)


def said(number: int = 1, **changed: Any) -> dict[str, Any]:
    """A service as an endpoint answers it, whole."""
    return {
        "id": f"6f1d2a34-0000-4000-8000-{number:012d}",
        "name": f"Fogbell Friday Club {number}",
        "description": "Tea, cake and company.",
        "status": "active",
        "url": "https://fogbell.example",
        "email": "hello@fogbell.example",
        "minimum_age": 18,
        "maximum_age": None,
        "assured_date": "2026-01-12",
        "assurer_email": "jo.bloggs@fogbell.example",
        "eligibility_description": "Anybody who would like company.",
        "last_modified": "2026-01-12T10:30:45.123Z",
        "organization": {"id": "o1", "name": "Fogbell Friends", "phones": [{"number": "01632 960900"}]},
        "attributes": [{"id": "a1", "taxonomy_term": {"id": "t1", "code": "T1", "name": "Befriending"}}],
        "service_areas": [{"id": "s1", "name": "Thurrock", "uri": "http://statistics.example/id/E06000034"}],
        "service_at_locations": [
            {
                "id": "l1",
                "location": {
                    "id": "p1", "name": "Fogbell Hall", "latitude": 51.47, "longitude": 0.32,
                    "addresses": [{"address_1": "1 Fogbell Rise", "city": "Grays", "postal_code": "rm176xx"}],
                    "accessibility": [{"description": "No steps"}],
                },
            }
        ],
        "schedules": [{"id": "c1", "freq": "WEEKLY", "byday": "TH,FR", "opens_at": "10:00:00", "closes_at": "12:00"}],
        "cost_options": [{"id": "k1", "option": "Each time", "amount": 2, "currency": "gbp"}],
        "languages": [{"id": "g1", "name": "Polish"}],
        "contacts": [{"id": "n1", "name": "Ann Persona", "phones": [{"number": "07700 900123"}]}],
        "capacities": [{"id": "r1", "available": 4, "maximum": 12, "unit": {"name": "places"}, "updated": "2026-03-01T09:00:00Z"}],
        **changed,
    }  # fmt: skip


def entry(number: int = 1, **changed: Any) -> ServiceEntry:
    """The same, read."""
    found = read_service(said(number, **changed), "")
    assert found is not None
    return found


def services(*entries: dict[str, Any]) -> Services:
    """A directory with these entries."""
    found = Services()
    for number, one in enumerate(entries):
        found.take(one, f"/{number}")
    return found


def listing(number: int = 1, **changed: Any) -> Listing:
    """A service that stands in the directory."""
    return Listing(
        service=f"6f1d2a34-0000-4000-8000-{number:012d}",
        source="file",
        listed_at=NOW,
        entry=entry(number, **changed),
    )


def suggested(*listings: Listing, **asked: Any) -> list[Suggestion]:
    """What is suggested of these."""
    return suggest(listings, Asked(**{"needs": ("loneliness",), **asked}), directory_rules(), AT)


def day(text: str) -> date:
    """A day as written."""
    return date.fromisoformat(text)
