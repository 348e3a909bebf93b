"""Builds the web application: every endpoint and page found by walking their packages, errors as problems."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

import hub.api
import hub.pages
from hub.api import problems
from hub.api.openapi import document_of
from hub.api.permissions import EXPECTED, GuardedRoute
from hub.api.room import LIMITS, Limits, Room
from hub.services import Hub

PATIENCE = 10.0
DESCRIPTION = """
Every contact, from any door, becomes an immutable event; the whole family is looked at; the right team is asked;
and the partner hears back. Errors are RFC 9457 problem documents. Times are UTC.
"""


class Application(FastAPI):
    """Requests to a fixed address whose endpoint takes the request alone go straight to it: there is nothing to match or
    to inject, and each layer in between costs as much as reading a contact does. Errors are answered by the same handlers."""

    straight: Mapping[tuple[str, str], GuardedRoute] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, without_body(send)
        at = (scope.get("method", ""), scope.get("path", ""))
        route = self.straight.get(at)
        if route is None or scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        request = Request(scope, receive, send)
        try:
            response = await route.answer(request)
        except EXPECTED as error:
            response = await self.handler_of(error)(request, error)
        await response(scope, receive, send)

    def handler_of(self, error: Exception) -> Callable[[Request, Exception], Awaitable[Response]]:
        """What answers an error of this kind."""
        handlers: Mapping[Any, Any] = self.exception_handlers
        kind = next(kind for kind in type(error).__mro__ if kind in handlers)
        return handlers[kind]  # type: ignore[no-any-return]  # FastAPI keeps them untyped


def without_body(send: Send) -> Send:
    """HEAD is answered as GET is, without what follows the headers; also where that would go on for ever."""
    ended = False

    async def head_alone(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return head_alone


def create_app(hub_: Hub, limits: Limits = LIMITS, patience: float = PATIENCE) -> Application:
    """The application over a hub that is put together already. `patience` is how many seconds a body may take."""
    app = Application(
        title="No Wrong Doors hub",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        separate_input_output_schemas=False,
        redirect_slashes=False,  # a POST that is led elsewhere is easily taken for one that was accepted
    )
    app.state.hub = hub_
    app.state.partners_room, app.state.staff_room = Room(limits), Room(limits)
    app.state.patience = patience
    for module in (*modules_of(hub.api), *modules_of(hub.pages)):
        if hasattr(module, "router"):
            app.include_router(module.router)
    app.straight = {
        (method, route.path): route
        for module in modules_of(hub.api)
        for route in (module.router.routes if hasattr(module, "router") else ())
        if isinstance(route, GuardedRoute) and route.straight
        for method in route.methods or ()
    }
    problems.install(app)
    app.openapi = lambda: document_of(app)  # type: ignore[method-assign]  # as FastAPI's documentation asks
    app.mount("/static", StaticFiles(directory=Path(hub.pages.__path__[0]) / "static"), "static")
    return app


def modules_of(package: ModuleType) -> list[ModuleType]:
    """The modules of a package, in order of name."""
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
