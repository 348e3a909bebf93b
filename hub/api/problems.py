"""Errors as RFC 9457 problem+json: a type, a title, a sentence, a hint, and each fault by JSON pointer."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from events.message_refused import Fault
from hub.errors import HubError, InvalidCommand, NotKnown, NotSignedIn, Refused, TooSlow
from hub.json_gate import escape
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
    return JSONResponse(
        problem_of(error), error.status, headers=headers_of(error), media_type=PROBLEM
    )


def headers_of(error: HubError) -> dict[str, str]:
    """What a refusal says in headers: that nobody keeps it, how to sign in, when to try again, whether the connection ends."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if error.again_after is not None:
        headers["Retry-After"] = str(error.again_after)
    if isinstance(error, TooSlow):
        headers["Connection"] = "close"  # what still comes of it is not waited for
    return headers


def http_problem(status: int, title: str, detail: str) -> dict[str, Any]:
    """A problem that HTTP itself names, such as an address that does not exist."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def of_a_page(status: int) -> HubError:
    """What a person in a browser is told of an error that HTTP itself names."""
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return NotKnown("There is nothing to read at this address: it takes what a form sends.")
    if status == HTTPStatus.BAD_REQUEST:
        return InvalidCommand("What was sent is no form that can be read. Go back and send it again.")  # fmt: skip
    return NotKnown("There is no page at this address.")


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""

    async def hub_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HubError)
        if not is_page(request):
            return answer(error)
        shown = await error_page(request, error)
        shown.headers.update(headers_of(error))
        return shown

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if is_page(request):
            shown = await error_page(request, of_a_page(error.status_code))
            shown.status_code = error.status_code
            shown.headers.update(error.headers or {})
            return shown
        title = str(error.detail).rstrip(".")
        body = http_problem(error.status_code, title, f"{title}.")
        return JSONResponse(body, error.status_code, error.headers, media_type=PROBLEM)

    async def invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        faults = [
            Fault(
                pointer="".join(f"/{escape(part)}" for part in fault["loc"]),
                code=fault["type"],
                says=f"{fault['msg'].rstrip('.')}.",
                mend="Mend it or leave it out: /docs says what the address takes.",
            )
            for fault in error.errors()
        ]
        return answer(Refused("Each fault names its place.", faults))

    app.add_exception_handler(HubError, hub_error)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
