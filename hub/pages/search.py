"""Find a person by name, NHS number or date of birth. What is asked is posted: a name stands in no address and no log."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import (
    GuardedRoute,
    hub_of,
    only_reads,
    permits,
    refuse_cross_site,
    viewer_of,
)
from hub.pages import words
from hub.pages.moments import moment_of
from hub.pages.nav import Place
from hub.pages.render import page
from hub.questions import Question
from hub.reading import Found, search_for
from projections.person_index import asked_words

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)
PLACE = Place("Find a person", "/search", 10)

LONGEST = 200
NOTHING = "Nothing was looked for: write two letters of a name at least, an NHS number or a date of birth."
FORGOTTEN = "What was looked for here is not kept any longer. Write it again."


@router.get("/search")
@permits("duty", "auditor", "operator")
async def ask(request: Request, as_at: str = "", asked: str = "") -> Response:
    """The question, of now or of a moment; or whoever fits every word of the one that goes by `asked`."""
    if not asked:
        return await answered(request, Question("", moment_of(as_at)))
    hub, viewer = hub_of(request), viewer_of(request)
    question = hub.questions.of(viewer.id, asked)
    if question is None:
        return await answered(request, Question("", None), says=FORGOTTEN)
    return await answered(request, question, await search_for(hub, viewer, *question))


@router.post("/search")
@permits("duty", "auditor", "operator")
@only_reads
async def find(request: Request) -> Response:
    """Leads to whoever fits every word, as far as the viewer may find them: a page to come back to."""
    refuse_cross_site(request)
    form = await request.form()
    asked = str(form.get("who") or "").strip()[:LONGEST]
    question = Question(asked, moment_of(str(form.get("as_at") or "")))
    if not asked_words(asked):  # that nobody was found would be untrue of it
        return await answered(request, question, says=NOTHING)
    word = hub_of(request).questions.keep(viewer_of(request).id, question)
    return RedirectResponse(f"/search?asked={word}", 303)


async def answered(
    request: Request, question: Question, found: Found | None = None, says: str = ""
) -> Response:
    """The page, with what was found; what it leads to is of the same moment. `says` why nothing was looked for."""
    asked, moment = question
    kept = f"?{urlencode({'as_at': words.moment_said(moment)})}" if moment else ""
    return await page(
        request, "search.html", asked=asked, found=found, as_at=moment, kept_moment=kept, says=says
    )
