"""How common a name must be for a link by name and date alone to be doubted, and since when people may have twins at home."""

from dataclasses import replace
from math import log2

import pytest

from hub.linking.judge import decide, is_rare_enough
from hub.linking.model import Model, Part, shipped
from hub.linking.namesakes import ENOUGH_APART, met_with, of_two_people
from hub.linking.profile import Birth, Named, Place, Profile
from hub.linking.train import learn_model, twins_since
from hub.linking.weigh import Weighed, bits_of, weigh

NUMBERS = ("9990000018", "9990000026")


def one(name: str, birth: Birth, street: str = "", nhs: str = "") -> Profile:
    """Somebody with one name, and perhaps a home and a number."""
    given, family = name.split(" ")
    place = Place(frozenset((f"a:{street}",)), street, "RM176XX")
    return Profile(
        names=(Named((given,), (family,)),),
        births=(birth,),
        nhs=(nhs,) if nhs else (),
        places=(place,) if street else (),
    )


def learnt() -> Model:
    """What people teach of whom twenty are called Li Wang."""
    people = [one("li wang", Birth(1950 + n, 3, 4)) for n in range(20)]
    people += [
        one(f"name{n} family{n}", Birth(1950 + n % 60, 1 + n % 12, 1 + n % 28)) for n in range(2000)
    ]
    return learn_model(shipped(), "learnt", [], people)


def pair(name: str, number: str = NUMBERS[1]) -> tuple[Profile, Profile]:
    """Two of one name and date who live apart."""
    day = Birth(1980, 3, 4)
    return one(name, day, "1 high street", NUMBERS[0]), one(name, day, "", number)


def test_two_people_of_one_name_and_date_are_told_by_their_numbers() -> None:
    model = learnt()
    met = list(of_two_people(model, [pair("li wang"), pair("li wang", NUMBERS[0])], frozenset()))
    assert len(met) == 1
    assert not list(of_two_people(model, [pair("li wang")], frozenset(NUMBERS[:1])))
    home = one("li wang", Birth(1980, 3, 4), "1 high street", NUMBERS[1])
    assert not list(of_two_people(model, [(pair("li wang")[0], home)], frozenset()))


def test_where_common_names_alone_were_met_twice_the_others_need_less() -> None:
    model = learnt()
    after = met_with(model, [pair("li wang")] * ENOUGH_APART, frozenset())
    assert after.elsewhere < model.thresholds.elsewhere
    assert after.unplaced - after.elsewhere == pytest.approx(
        model.thresholds.unplaced - model.thresholds.elsewhere
    )
    assert after.commoner > model.thresholds.commoner


def test_of_one_common_name_and_date_somebody_else_lives_down_the_street() -> None:
    model = learnt()
    day = Birth(1980, 3, 4)
    there = one("li wang", day, "1 high street")
    for house, linked in (("1 high street", True), ("7 high street", False)):
        found = weigh(model, one("li wang", day, house), there)
        assert (decide(model, [("P-1", found)]).person is not None) == linked, house


@pytest.mark.parametrize(("family", "linked"), [("kamara", True), ("kumar", False)])
def test_two_names_that_are_nearly_one_are_two_elsewhere_however_rare(
    family: str, linked: bool
) -> None:
    thresholds = replace(shipped().thresholds, elsewhere=-10.0)
    model = shipped().with_(names=frozenset(("kavita", "kamara", "kumar")), thresholds=thresholds)
    day = Birth(1988, 6, 26)
    found = weigh(
        model,
        one(f"kavita {family}", day, "7 mill lane"),
        one("kavita kamara", day, "1 high street"),
    )
    found = found._replace(bits=max(found.bits, model.thresholds.automatic))
    assert (decide(model, [("P-1", found)]).person is not None) == linked


def test_a_second_name_makes_a_name_that_is_nearly_rare_enough_rare_and_no_very_common_one() -> (
    None
):
    at = replace(shipped().thresholds, elsewhere=9.0)
    model = shipped().with_(thresholds=at)

    def elsewhere(by_name: float, by_second_name: float) -> Weighed:
        """Bits beyond what the number of strangers takes; a house-mate it cannot be."""
        parts = (
            Part("surname", "exact", by_name + log2(model.population), 99.0),
            Part("middle", "exact", by_second_name, 0.0),
            Part("home", "other", 0.0, 0.0),
        )
        return Weighed(bits_of(model, parts), parts)

    assert is_rare_enough(model, elsewhere(at.elsewhere + 1.5, -1.0))
    assert is_rare_enough(model, elsewhere(at.elsewhere - at.ahead + 0.5, 5.0))
    assert not is_rare_enough(model, elsewhere(at.elsewhere - at.ahead + 0.5, 2.0))
    assert not is_rare_enough(model, elsewhere(at.elsewhere - at.ahead - 0.5, 5.0))


def test_few_that_were_met_or_one_of_a_rare_name_change_nothing() -> None:
    model = learnt()
    few = [pair("li wang")] * (ENOUGH_APART - 1)
    assert met_with(model, few, frozenset()) == model.thresholds
    rare = model.with_(thresholds=replace(model.thresholds, elsewhere=-10.0))
    assert met_with(rare, [pair("li wang")] * ENOUGH_APART, frozenset()) == rare.thresholds


def families(number: int, *, twins: bool) -> list[Profile]:
    """So many homes of a mother and two children of 2010, twins or not."""
    return [
        one(f"{called} family{n}", birth, f"{n} high street")
        for n in range(number)
        for called, birth in (
            ("mary", Birth(1975 + n % 5, 2, 3)),
            ("ann", Birth(2010, 5, 6)),
            ("joy", Birth(2010, 5, 6) if twins else Birth(2012, 5, 6)),
        )
    ]


def test_grown_people_have_no_twin_at_home_where_only_children_were_met_with_one() -> None:
    assert twins_since(families(2000, twins=True)) == 1980
    assert twins_since(families(50, twins=True)) == 0
    assert twins_since(families(2000, twins=False)) > 2012


def test_of_people_whose_house_mates_are_not_known_nothing_is_learnt() -> None:
    assert (
        twins_since([p for p in families(3000, twins=False) if p.names[0].given == ("ann",)]) == 0
    )
