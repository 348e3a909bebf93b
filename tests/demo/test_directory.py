"""The made-up directory of services: about forty, of every kind that a team meets, and nobody's own."""

import re
from collections import Counter
from datetime import UTC, date, datetime

from hub.demo.borough.directory import directory_on
from hub.directory.fit import Asked, Moment, suggest
from hub.directory.rules import directory_rules
from projections.services import Listing

DAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DRAMA = re.compile(r"01632 960\d{3}")


def test_it_has_every_kind_of_service_that_a_team_meets() -> None:
    services = directory_on(DAY).services
    assert not services.left_out and len(services.not_running) == 1
    listings = [Listing(service=s, source="x", listed_at=NOW, entry=e) for s, e in services.listed.items()]  # fmt: skip
    found = suggest(listings, Asked(), directory_rules(), Moment(NOW))
    assert len(found) == len(listings) >= 40
    rooms = Counter(s.room for s in found)
    assert all(rooms[kind] for kind in ("available", "full", "not-known", "closed"))
    assert 3 <= sum(s.stale for s in found) < len(found) / 2
    assert found[-1].stale and not found[0].stale


def test_each_need_has_a_service_and_each_telephone_is_made_up() -> None:
    entries = directory_on(DAY).services.listed.values()
    words = {term.name.casefold() for e in entries for term in e.terms}
    for need in directory_rules().needs:
        assert words & directory_rules().terms_of(need), need
    assert all(DRAMA.fullmatch(phone) for e in entries for phone in e.phones)
    assert all(e.url and e.url.endswith(".example") for e in entries)


def test_it_is_the_same_for_the_same_day() -> None:
    assert directory_on(DAY) == directory_on(DAY)
