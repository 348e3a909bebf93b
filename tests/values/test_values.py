"""What counts as an NHS number, a postcode, a property number, a date and an age."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.values import (
    AgeRange,
    NhsNumber,
    PartialDate,
    Postcode,
    Uprn,
    age_on,
    check_digit,
    london_day,
    months_after,
)

DAYS = st.dates(date(1900, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "said", ["9990000018", "999 000 0026", "999-000-0034", " 999\u2011000 0034 "]
)
def test_an_nhs_number_is_read_with_spaces_and_hyphens(said: str) -> None:
    assert NhsNumber.parse(said) in {"9990000018", "9990000026", "9990000034"}


@pytest.mark.parametrize("digit", "0123456789")
def test_one_digit_ten_times_is_no_nhs_number_though_it_passes_the_check(digit: str) -> None:
    assert check_digit(digit * 9) == int(digit)
    assert NhsNumber.parse(digit * 10) is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "999000001",
        "99900000180",
        "9990000019",
        "999000001X",
        "４８５７７７３４５６",
        "4857773456",
        "9912003814",
        "4123456879",
    ],
)
def test_what_fails_the_check_is_no_nhs_number(said: str) -> None:
    assert NhsNumber.parse(said) is None


@given(st.text("0123456789", min_size=9, max_size=9))
def test_exactly_one_tenth_digit_makes_an_nhs_number_or_none_does(nine: str) -> None:
    assume(len(set(nine)) > 1)
    found = [d for d in "0123456789" if NhsNumber.parse(nine + d)]
    assert found == ([] if check_digit(nine) == 10 else [str(check_digit(nine))])


@given(st.integers(0, 9), st.integers(0, 9), st.text("0123456789", min_size=9, max_size=9))
def test_one_mistyped_digit_never_gives_another_nhs_number(
    place: int, digit: int, nine: str
) -> None:
    number = NhsNumber.parse(nine + str(check_digit(nine))[-1])
    assume(number is not None and number[place] != str(digit))
    assert number is not None
    assert NhsNumber.parse(number[:place] + str(digit) + number[place + 1 :]) is None


@pytest.mark.parametrize(
    ("said", "is_"),
    [
        ("rm176xx", "RM17 6XX"), (" RM17  6xx", "RM17 6XX"), ("ss170xx", "SS17 0XX"), ("W1A 1AA", "W1A 1AA"),
        ("M1 1AE", "M1 1AE"), ("EC1A1BB", "EC1A 1BB"), ("GIR0AA", "GIR 0AA"), ("zz993vz", "ZZ99 3VZ"),
    ],
)  # fmt: skip
def test_a_postcode_is_written_in_capitals_with_one_space(said: str, is_: str) -> None:
    assert Postcode.parse(said) == is_


@pytest.mark.parametrize("letter", "CIKMOV")
def test_six_letters_never_stand_at_the_end_of_a_postcode(letter: str) -> None:
    assert Postcode.parse(f"RM17 6{letter}A") is None
    assert Postcode.parse(f"RM17 6A{letter}") is None


@pytest.mark.parametrize(
    "said", ["", "RM17", "RM17 6X", "RM17 66X", "RM1776XX", "75001", "RM-17 6XX", "ＲＭ17 6XX"]
)
def test_what_has_another_shape_is_no_postcode(said: str) -> None:
    assert Postcode.parse(said) is None


def test_a_postcode_knows_its_district_and_sector() -> None:
    postcode = Postcode.parse("rm176xx")
    assert postcode is not None
    assert (postcode.outward, postcode.sector, postcode.pseudo) == ("RM17", "RM17 6", False)


def test_no_fixed_abode_is_a_postcode_that_names_no_place() -> None:
    postcode = Postcode.parse("ZZ99 3VZ")
    assert postcode is not None and postcode.pseudo


@given(st.text())
def test_a_postcode_once_read_is_read_the_same_again(said: str) -> None:
    postcode = Postcode.parse(said)
    assert postcode is None or Postcode.parse(postcode) == postcode


@pytest.mark.parametrize(
    ("said", "is_"), [("100090000001", "100090000001"), (" 000123 ", "123"), ("7", "7")]
)
def test_a_property_number_is_kept_without_zeros_in_front(said: str, is_: str) -> None:
    assert Uprn.parse(said) == is_


@pytest.mark.parametrize("said", ["", "0", "000000", "1000900000012", "12a", "-1", "1 2"])
def test_what_is_not_one_to_twelve_digits_is_no_property_number(said: str) -> None:
    assert Uprn.parse(said) is None


@pytest.mark.parametrize("said", ["2012", "2012-02", "2012-02-03", "2012-02-29"])
def test_a_date_may_be_partial_and_says_itself(said: str) -> None:
    assert str(PartialDate.parse(said)) == said


@pytest.mark.parametrize(
    "said",
    [
        "", "12", "2012-13", "2012-00", "2012-02-30", "2013-02-29", "2012-02-00", "0000", "2012-2-3", "03/02/2012",
        "2012-02-03T00:00:00Z", "２０１２",
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_no_date(said: str) -> None:
    assert PartialDate.parse(said) is None


def test_a_partial_date_has_a_first_and_a_last_day() -> None:
    assert PartialDate(2012).earliest() == date(2012, 1, 1)
    assert PartialDate(2012).latest() == date(2012, 12, 31)
    assert PartialDate(2012, 2).latest() == date(2012, 2, 29)
    assert PartialDate(2012, 2).full is None
    assert (
        PartialDate(2012, 2, 3).full
        == PartialDate(2012, 2, 3).earliest()
        == PartialDate(2012, 2, 3).latest()
    )


@given(DAYS, st.sampled_from([4, 7, 10]))
def test_the_day_itself_lies_within_every_part_of_it(day: date, length: int) -> None:
    partial = PartialDate.parse(day.isoformat()[:length])
    assert partial is not None
    assert partial.earliest() <= day <= partial.latest()


def test_an_age_is_reached_as_the_birthday_begins() -> None:
    born = PartialDate(2008, 11, 22)
    assert age_on(date(2026, 11, 21), born) == AgeRange(17, 17)
    assert age_on(date(2026, 11, 22), born) == AgeRange(18, 18)


def test_a_child_of_a_leap_day_is_a_child_until_the_first_of_march() -> None:
    born = PartialDate(2008, 2, 29)
    assert age_on(date(2026, 2, 28), born).surely_under(18)
    assert age_on(date(2026, 3, 1), born).surely_at_least(18)


def test_a_year_alone_leaves_two_ages_open() -> None:
    age = age_on(date(2026, 11, 22), PartialDate(2008))
    assert age == (17, 18)
    assert age.perhaps_under(18) and not age.surely_under(18) and not age.surely_at_least(18)


def test_somebody_not_born_yet_is_nought() -> None:
    assert age_on(date(2026, 11, 22), PartialDate(2027, 3, 1)) == (0, 0)
    assert age_on(date(2026, 11, 22), PartialDate(2026)) == (0, 0)


@given(DAYS, DAYS, st.sampled_from([4, 7]))
def test_an_age_from_part_of_a_date_holds_the_age_from_all_of_it(
    born: date, day: date, length: int
) -> None:
    exact, part = (PartialDate.parse(born.isoformat()[:n]) for n in (10, length))
    assert exact is not None and part is not None
    lowest, highest = age_on(day, part)
    assert lowest <= age_on(day, exact).lowest <= highest <= lowest + 1


@given(DAYS, DAYS)
def test_nobody_grows_younger(born: date, day: date) -> None:
    birth = PartialDate(born.year, born.month, born.day)
    assert age_on(day, birth).lowest <= age_on(day + timedelta(days=1), birth).lowest


def test_the_day_is_londons_in_summer_and_in_winter() -> None:
    assert london_day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert london_day(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)


def test_a_time_without_its_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        london_day(datetime(2026, 7, 1, 12, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2008-03-04", 192, "2024-03-04"), ("2009-05-31", 210, "2026-11-30"), ("2008-02-29", 204, "2025-02-28"),
        ("2008-12-31", 210, "2026-06-30"), ("2008-08-31", 186, "2024-02-29"),
    ],
)  # fmt: skip
def test_so_many_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: str, months: int, then: str) -> None:  # fmt: skip
    assert str(months_after(date.fromisoformat(day), months)) == then
