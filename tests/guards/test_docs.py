"""What the program has by name stands in the docs, in its own words."""

import re

import pytest

from hub.errors import HubError
from tests.guards import reference
from tests.guards.repository import PACKAGES, ROOT, modules, text


def test_the_reference_is_up_to_date() -> None:
    assert reference.FILE.read_text(encoding="utf-8") == reference.reference(), "make reference"


@pytest.mark.parametrize(
    "part", ["events", "commands", "projections", "errors", "settings", "cli", "addresses"]
)
def test_everything_named_says_what_it_is(part: str) -> None:
    rows = list(getattr(reference, part)())
    assert rows
    silent = [
        row[0]
        for row in rows
        if not row[2 if part in ("events", "projections", "errors", "addresses") else 1]
    ]
    assert not silent


def test_every_setting_read_is_a_setting_said() -> None:
    read = {
        name
        for package in PACKAGES
        for path in modules(package)
        for name in re.findall(r"\bHUB_[A-Z]+(?:_[A-Z]+)*\b", text(path))
    }
    said = {row[0].strip("`") for row in reference.settings()}
    assert read == said


def test_every_setting_is_explained_to_operators() -> None:
    page = text(ROOT / "docs" / "operators.md")
    assert all(row[0] in page for row in reference.settings())


def test_every_command_group_is_explained_to_operators() -> None:
    page = text(ROOT / "docs" / "operators.md")
    words = {row[0].split()[1].strip("`") for row in reference.cli()}
    assert not {word for word in words if f"hub {word}" not in page}


def test_every_error_has_a_name_a_status_and_a_sentence() -> None:
    def tree(error: type[HubError]) -> list[type[HubError]]:
        return [error, *(found for child in error.__subclasses__() for found in tree(child))]

    slugs = [error.slug for error in tree(HubError)]
    assert len(slugs) == len(set(slugs))
    for error in tree(HubError):
        drawn = (
            error.__module__ != "hub.errors"
            or error.__name__ in text(ROOT / "hub" / "errors.py").partition('"""\n')[0]
        )
        assert drawn, error
        assert 400 <= error.status < 600 and error.title.endswith("."), error
