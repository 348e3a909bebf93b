"""Every route says who may call it, and every page has one heading, its title."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute

from hub.api.permissions import GuardedRoute
from hub.pages.assets import govuk_sheet
from tests.guards.reference import every_route, routes
from tests.guards.repository import ROOT, place, text

TEMPLATES = ROOT / "hub" / "pages" / "templates"
KEYS = '<script src="/static/keys.js?{{ keys_script }}" defer></script>'
PAGES = sorted(path for path in TEMPLATES.glob("*.html") if "{% extends" in text(path))
OPEN = re.compile(
    r"/|/ping|/ready|/sign-in(/.*)?|/sign-out|/schema/.*|/docs.*|/v1/docs.*|/problems/.*"
    r"|/about|/you-said-we-did|/static/govuk-frontend\.css"
)


def test_every_route_is_guarded_and_says_who_may_call_it() -> None:
    found = routes()
    assert found
    unguarded = [route.path for route in found if not isinstance(route, GuardedRoute)]
    assert not unguarded


def test_only_what_must_be_is_open_to_anybody() -> None:
    open_to_all = [r.path for r in routes() if isinstance(r, GuardedRoute) and not r.permits]
    assert not [path for path in open_to_all if not OPEN.fullmatch(path)]


def test_what_is_no_endpoint_is_the_schema_or_the_style_sheet() -> None:
    from typing import cast

    from hub.api.app import create_app
    from hub.services import Hub

    other = [
        r for r in every_route(create_app(cast(Hub, None)).routes) if not isinstance(r, APIRoute)
    ]
    assert {getattr(r, "path", "") for r in other} <= {"/v1/openapi.json", "/static"}


@pytest.mark.parametrize("path", PAGES, ids=place)
def test_a_page_has_one_heading_and_it_is_its_title(path: Path) -> None:
    page = text(path)
    titles = re.findall(r"{% block title %}(.*?){% endblock %}", page, re.DOTALL)
    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert len(titles) == 1
    assert headings == titles


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=place)
def test_a_page_has_no_script_but_for_keys_no_inline_style_and_nothing_from_elsewhere(
    path: Path,
) -> None:
    page = text(path)
    if path.name == "base.html":
        page = page.replace(KEYS, "", 1)
    assert not re.search(
        r"<script|\son\w+=|style=|<style|javascript:|(src|href)=\"(https?:)?//", page
    )


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("*.html")), ids=place)
def test_a_form_that_changes_something_is_posted_and_each_field_has_its_label(path: Path) -> None:
    page = text(path)
    assert not re.search(r"<form(?![^>]*method=)", page)
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
        name = re.search(r'\bid="([^"]+)"', field)
        assert 'type="hidden"' in field or (name and name[1] in labelled), field


def test_the_style_sheets_ask_nothing_of_others() -> None:
    installed = govuk_sheet()
    assert installed, "run scripts/assets"
    for sheet in (text(ROOT / "hub" / "pages" / "static" / "hub.css"), installed.plain.decode()):
        assert not re.search(r"@import|url\(|@font-face|GDS Transport", sheet)
