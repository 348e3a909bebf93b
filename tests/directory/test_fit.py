"""Which services may fit: room that is not known is no room, ages are bounds, places are districts, and what is stale comes last."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.directory.areas import Where, read_where
from hub.errors import InvalidCommand
from hub.values import AgeRange
from tests.directory.given import NOW, listing, suggested

HERE = [{"name": "Thurrock"}]


def room(available: float, days: int | None) -> dict[str, Any]:
    """So much was free so many days ago."""
    updated = None if days is None else (NOW - timedelta(days=days)).isoformat()
    return {"available": available, "updated": updated}


@pytest.mark.parametrize(
    ("rooms", "kind"),
    [
        (None, "not-known"), ([], "not-known"), ([room(3, 1)], "available"), ([room(0, 1)], "full"), ([room(3, 28)], "available"),
        ([room(3, 29)], "not-known"), ([room(0, 29)], "not-known"), ([room(3, None)], "not-known"), ([room(3, -2)], "not-known"),
        ([room(0, 1), room(0, 40)], "not-known"), ([room(0, 1), room(2, 3)], "available"),
    ],
)  # fmt: skip
def test_room_is_what_was_said_not_long_ago(rooms: Any, kind: str) -> None:
    [found] = suggested(listing(capacities=rooms))
    assert found.room == kind
    if kind == "not-known":
        assert found.room_says == "Ask: capacity not known"


@given(
    st.lists(
        st.builds(
            room,
            st.floats(0, 50, allow_nan=False),
            st.one_of(st.none(), st.integers(-400, 400)),
        ),
        max_size=4,
    ),
    st.sampled_from(["active", "temporarily closed"]),
)
def test_never_available_without_a_capacity_that_says_so(
    rooms: list[dict[str, Any]], status: str
) -> None:
    [found] = suggested(listing(capacities=rooms, status=status))
    free = [r for r in rooms if r["available"] > 0 and r["updated"]]
    assert found.room != "available" or (free and status == "active")
    assert found.may_take <= (found.room in ("available", "not-known"))


def test_one_that_is_closed_for_a_time_is_shown_closed() -> None:
    assert suggested(listing(status="temporarily closed"))[0].room == "closed"


@pytest.mark.parametrize(
    ("assured", "stale", "words"),
    [
        ("2025-09-05", False, "Checked on 5 September 2025"),
        ("2025-09-04", True, "Not assured since 4 September 2025"),
        (None, True, "nobody says when"),
        ("2026-03-05", True, "a day to come"),
    ],
)
def test_what_nobody_has_checked_for_long_is_stale_and_last(
    assured: str | None, stale: bool, words: str
) -> None:
    found = suggested(
        listing(1, assured_date=assured, name="A"), listing(2, name="Z", capacities=[room(0, 1)])
    )
    by_id = {s.service: s for s in found}
    one = by_id[listing(1).service]
    assert one.stale is stale and words in one.assured_says
    assert (found[-1] is one) is stale


@pytest.mark.parametrize(
    ("bounds", "ages", "fits"),
    [
        ((18, None), AgeRange(18, 18), True), ((18, None), AgeRange(17, 17), False), ((18, None), AgeRange(17, 18), None),
        ((None, 25), AgeRange(25, 25), True), ((None, 25), AgeRange(26, 26), False), ((18, 25), AgeRange(20, 21), True),
        ((17.5, None), AgeRange(17, 17), None), ((17.5, None), AgeRange(16, 16), False), ((None, 17.5), AgeRange(17, 17), True),
        ((None, None), AgeRange(40, 40), None), ((18, None), None, None),
    ],
)  # fmt: skip
def test_ages_are_bounds_and_what_is_not_known_is_said(
    bounds: tuple[float | None, float | None], ages: AgeRange | None, fits: bool | None
) -> None:
    found = suggested(listing(minimum_age=bounds[0], maximum_age=bounds[1]), ages=ages)
    if fits is False:
        assert found == []
        return
    [one] = found
    told = one.because if fits else one.not_known
    assert [s for s in told if "takes people" in s or "age" in s]


@given(st.integers(0, 110), st.integers(0, 110), st.integers(0, 110), st.integers(0, 5))
def test_nobody_surely_outside_the_bounds_is_ever_suggested_a_service(
    one: int, other: int, low: int, spread: int
) -> None:
    bounds = sorted((one, other))
    ages = AgeRange(low, low + spread)
    found = suggested(listing(minimum_age=bounds[0], maximum_age=bounds[1]), ages=ages)
    outside = ages.highest < bounds[0] or ages.lowest > bounds[1]
    assert bool(found) is not outside


@pytest.mark.parametrize(
    ("areas", "where", "by_council", "covers"),
    [
        (HERE, Where("RM17"), False, True), (HERE, None, False, True), (HERE, Where("CM1"), False, None), (HERE, None, True, True),
        ([{"uri": "https://x.example/E06000034"}], None, True, True), ([{"name": "England"}], Where("CM1"), False, True),
        ([{"name": "RM17, RM18"}], Where("RM17", "RM17 6"), False, True), ([{"name": "RM18"}], Where("RM17"), False, False),
        ([{"name": "x", "extent": "RM16 4", "extent_type": "text"}], Where("RM16", "RM16 4"), False, True),
        ([{"name": "RM16 4"}], Where("RM16", "RM16 6"), False, False), ([{"name": "RM16 4"}], Where("RM16"), False, None),
        ([{"name": "RM17"}], None, False, None), ([{"name": "RM17"}], Where("RM17"), True, False), ([], Where("RM17"), False, None),
        ([], None, True, False), ([{"name": "Tilbury"}], Where("RM18"), False, None), ([{"name": "Tilbury"}], None, True, False),
        ([{"extent": "{}", "extent_type": "geojson"}], Where("RM18"), False, None),
    ],
)  # fmt: skip
def test_an_area_covers_a_home_or_not_or_it_is_not_known(
    areas: Any, where: Where | None, by_council: bool, covers: bool | None
) -> None:
    found = suggested(listing(service_areas=areas), where=where, by_council=by_council)
    if covers is False:
        assert found == []
        return
    [one] = found
    told = one.because if covers else one.not_known
    assert [s for s in told if "for" in s]


@given(
    st.sampled_from(["RM15", "RM16", "RM17", "RM18", "SS17"]),
    st.sampled_from(["RM15", "RM17", "RM18 7"]),
)
def test_where_somebody_hidden_lives_makes_no_difference(one: str, area: str) -> None:
    listings = [
        listing(1, service_areas=[{"name": area}]),
        listing(2),
        listing(3, service_areas=[]),
    ]
    hidden = suggested(*listings, where=Where(one), by_council=True)
    assert hidden == suggested(*listings, where=None, by_council=True)
    assert not [says for s in hidden for says in (*s.because, *s.not_known) if one in says]


@given(st.permutations([1, 2, 3, 4, 5]))
def test_the_order_of_the_directory_makes_no_difference(order: list[int]) -> None:
    known = {n: listing(n, assured_date=None if n % 2 else "2026-02-01") for n in order}
    assert suggested(*(known[n] for n in order)) == suggested(*(known[n] for n in sorted(order)))


def test_why_is_said_in_sentences() -> None:
    [one] = suggested(listing(), ages=AgeRange(81, 81), where=Where("RM17", "RM17 6"))
    assert one.because == (
        "It is for loneliness or isolation (befriending).",
        "It takes people of 18 and over.",
        "It is for the whole of Thurrock, where they live.",
    )
    assert one.not_known == ()


def test_another_need_is_not_met_and_a_search_needs_every_word() -> None:
    assert suggested(listing(), needs=("bereavement",)) == []
    assert suggested(listing(), needs=(), words=("CAKE", "fogbell"))
    assert suggested(listing(), needs=(), words=("cake", "parrots")) == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", None), ("rm176xx", Where("RM17", "RM17 6")), ("RM17", Where("RM17")), ("rm17 6", Where("RM17", "RM17 6")),
        ("ZZ99 3VZ", None),
    ],
)  # fmt: skip
def test_a_postcode_or_a_part_of_one_says_where(text: str, where: Where | None) -> None:
    assert read_where(text) == where


def test_what_is_no_postcode_is_refused() -> None:
    with pytest.raises(InvalidCommand):
        read_where("Grays")
