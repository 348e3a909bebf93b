"""A name that runs from right to left, or holds signs that turn the direction, leaves the hub's own words as they are."""

import pytest
from jinja2.utils import markupsafe

from hub.pages.isolating import isolated
from hub.pages.render import environment

OVERRIDE, POP, ISOLATE, FIRST, END = "\u202e", "\u202c", "\u2067", "\u2068", "\u2069"
SALMA = "\u0633\u0644\u0645\u0649"


@pytest.mark.parametrize("said", ["Grace Okoro", "Zoë Ōta", "李明", "👩‍👧‍👦", "", None, 44])
def test_what_turns_nothing_stays_as_it_is(said: object) -> None:
    assert isolated(said) is said


@pytest.mark.parametrize("said", [SALMA, f"Okoro {OVERRIDE}ecarG", "\u05e9\u05e8\u05d4", "A\u200fB", "\U0001e900"])  # fmt: skip
def test_what_could_turn_its_neighbours_has_a_direction_of_its_own(said: str) -> None:
    assert isolated(said) == f"{FIRST}{said}{END}"


def test_nobody_ends_the_isolate_from_within_or_leaves_one_open() -> None:
    assert isolated(f"Ada{END}{OVERRIDE}x") == f"{FIRST}Ada{OVERRIDE}x{END}"
    assert isolated(f"Ada{ISOLATE}x") == f"{FIRST}Ada{ISOLATE}x{END}{END}"
    assert isolated(isolated(SALMA)) == f"{FIRST}{FIRST}{SALMA}{END}{END}"


def test_markup_is_left_to_what_made_it() -> None:
    made = markupsafe.Markup(f"<b>{SALMA}</b>")
    assert isolated(made) is made


def test_every_page_shows_names_so_and_escaped_as_ever() -> None:
    page = environment().from_string('<p title="{{ who }}">{{ who }}, born {{ born|born_on }}</p>')
    who = f"{FIRST}&lt;{SALMA}{END}"
    said = page.render(who=f"<{SALMA}", born="1981-06-12")
    assert said == f'<p title="{who}">{who}, born 12 June 1981</p>'


def test_of_several_in_a_list_each_is_on_its_own() -> None:
    page = environment().from_string('{{ all|map("isolated")|join(", ") }}')
    assert f"{FIRST}{SALMA}{END}, F81XXX" in page.render(all=[SALMA, "F81XXX"])
