"""The API's own page, made from its OpenAPI document: nothing is loaded from elsewhere. And a page for each problem."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import GuardedRoute, permits
from hub.errors import HubError, NotKnown
from hub.pages.render import page

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

LEFT_OUT: dict[str, Any] = {
    "description": "",
    "security": [],
    "requestBody": None,
    "parameters": [],
}


@router.get("/docs")
@permits()
async def docs(request: Request) -> Response:
    """Every address of the API: what it takes, who may call it, what it answers; and every problem."""
    document = request.app.openapi()
    operations = [
        {**LEFT_OUT, "path": path, "method": method.upper(), **said}
        for path, methods in document["paths"].items()
        for method, said in methods.items()
    ]
    return await page(
        request,
        "docs.html",
        api=document["info"],
        operations=operations,
        problems=sorted(problems(HubError), key=lambda error: error.slug),
    )


@router.get("/problems/{slug}")
@permits()
async def problem(slug: str) -> Response:
    """Where the `type` of a problem leads."""
    if slug not in {error.slug for error in problems(HubError)}:
        raise NotKnown("There is no problem of that name.")
    return RedirectResponse(f"/docs#problem-{slug}", 303)


def problems(error: type[HubError]) -> Iterator[type[HubError]]:
    """An error and every kind of it."""
    yield error
    for child in error.__subclasses__():
        yield from problems(child)
