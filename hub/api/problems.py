"""Errors as RFC 9457 problem+json: a type, a title, a sentence, a hint, and each fault by JSON pointer."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from hub.errors import HubError, NotKnown, NotSignedIn, Unavailable
from hub.pages.render import error_page, is_page

PROBLEM = "application/problem+json"


def problem_of(error: HubError) -> dict[str, Any]:
    """The members of the problem document."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.says,
    }
    if error.hint:
        body["hint"] = error.hint
    if error.faults:
        body["errors"] = [fault.model_dump(exclude_none=True) for fault in error.faults]
    return body


def answer(error: HubError) -> Response:
    """The HTTP answer to a refusal."""
    headers = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        headers["Retry-After"] = "1"
    return JSONResponse(problem_of(error), error.status, headers=headers, media_type=PROBLEM)


def plain(status: int, title: str, detail: str, **more: Any) -> Response:
    """A problem that HTTP itself names, such as an address that does not exist."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, media_type=PROBLEM)


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""

    async def hub_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HubError)
        return await error_page(request, error) if is_page(request) else answer(error)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if is_page(request) and error.status_code == NotKnown.status:
            return await error_page(request, NotKnown("There is no page at this address."))
        response = plain(error.status_code, str(error.detail), f"{error.detail}.")
        response.headers.update(error.headers or {})
        return response

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            {
                "pointer": "/" + "/".join(str(part) for part in fault["loc"]),
                "code": fault["type"],
                "says": fault["msg"],
            }
            for fault in error.errors()
        ]
        return plain(
            422, "The request cannot be used.", "Each fault names its place.", errors=faults
        )

    app.add_exception_handler(HubError, hub_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
