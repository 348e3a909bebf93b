"""Turns a page's template and what it shows into an answer, with headers that keep everything on this origin."""

import asyncio
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.api.permissions import hub_of, who_asks
from hub.demo.loading import Stand
from hub.errors import HubError, NotKnown, NotSignedIn
from hub.pages import words
from hub.pages.assets import govuk_sheet, mark_of
from hub.pages.compiled import OPTIONS, KeptBeside
from hub.pages.components import components
from hub.pages.isolating import isolated
from hub.pages.nav import places_of
from hub.referrals.act import contact_named_by
from hub.services import Hub

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
WITH_KEYS = HEADERS | {"Content-Security-Policy": f"{POLICY}; script-src 'self'"}


@cache
def environment() -> Environment:
    """The templates, with the words of times and codes as filters. A name that a page forgot is an error, not a blank, and nothing
    that is shown turns the words around it."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        bytecode_cache=KeptBeside(isolated.__name__),
        finalize=isolated,
        **OPTIONS,
    )
    said = (
        words.said_at,
        words.way_said,
        isolated,
        words.plain,
        words.due_in_words,
        words.clock_in_words,
        words.is_overdue,
        words.law_in_words,
        words.team_said,
        words.born_on,
        words.held_back,
        words.weight_said,
        words.bits_said,
        words.day_said,
        words.time_said,
        words.moment_said,
        words.age_said,
        words.sentence_case,
        words.hours_said,
        words.month_said,
    )
    env.filters.update({each.__name__: each for each in said})
    env.globals.update(components())
    return env


def make_ready() -> None:
    """Read every template, so that the first page takes no longer than the next."""
    for name in environment().list_templates():
        environment().get_template(name)


BETWEEN_TAGS = re.compile(r">[ \t]*\n\s*<")
"""The indentation of forms made by macros, a sixth of a long page, which nobody sees."""


async def page(
    request: Request, template: str, status: int = 200, *, with_keys: bool = False, **shown: Any
) -> Response:
    """The page: `template` over what it shows, the viewer and the hub's own facts. It is written in a thread: a long queue
    takes a while, and others are answered meanwhile. `with_keys` lets it load the one script there is."""
    hub = hub_of(request)
    viewer = getattr(request.state, "viewer", None)
    sheet = govuk_sheet()
    places, more = places_of(viewer, request.url.path, hub.demonstration)
    facts = {
        "viewer": viewer,
        "council": hub.council.replace("_", " ").title(),
        "demonstration": hub.demonstration,
        "loading": await loading_of(hub),
        "now": hub.now(),
        "path": request.url.path,
        "places": places,
        "more_places": more,
        "sheet": sheet.mark if sheet else None,
        "own_sheet": mark_of("hub.css"),
        "keys_script": mark_of("keys.js") if with_keys else None,
    }
    found = environment().get_template(template)
    text = await asyncio.to_thread(found.render, facts | shown)
    light = BETWEEN_TAGS.sub(">\n<", text)
    return HTMLResponse(light, status, headers=WITH_KEYS if with_keys else HEADERS)


async def loading_of(hub: Hub) -> Stand | None:
    """How far a demonstration is loaded; nothing is said of it on a page that tells of an outage."""
    try:
        return await hub.loading.stands()
    except (HubError, OSError, TimeoutError):
        return None
    except hub.outages:
        return None


async def error_page(request: Request, error: HubError) -> Response:
    """A refusal as a page; who is not signed in is led to sign-in and back."""
    if isinstance(error, NotSignedIn):
        back = quote(request.url.path) if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?next={back}", 303)
    if getattr(request.state, "viewer", None) is None:
        request.state.viewer = await known_viewer(request)
    leads = None if isinstance(error, NotKnown) else back_to(request)
    return await page(request, "error.html", error.status, error=error, back=leads)


def back_to(request: Request) -> tuple[str, str] | None:
    """Where somebody goes on who tried to change something, and what is there: the contact, the two people, or the one."""
    if request.method != "POST":
        return None
    named = request.path_params
    if "one" in named and "other" in named:
        both = f"{named['one']} and {named['other']}"
        return f"/reviews/{quote(named['one'])}/{quote(named['other'])}", both
    if "person" in named:
        return f"/people/{quote(named['person'])}", named["person"]
    try:
        contact = contact_named_by(named.get("referral", ""))
    except HubError:
        return None
    return f"/contacts/{contact}", f"contact {contact}"


async def known_viewer(request: Request) -> Any:
    """The viewer, where there is one that can be told."""
    try:
        return await who_asks(request)
    except HubError:
        return None


def is_page(request: Request) -> bool:
    """Whether a person in a browser asked, and not a program: by the address, and by what it says it reads."""
    accept = request.headers.get("accept", "")
    if "json" in accept and "html" not in accept:
        return False
    return not request.url.path.startswith(("/v1", "/schema", "/ping", "/ready"))
