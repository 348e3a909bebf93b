"""Who may call what: each endpoint declares it, the route class enforces it before the endpoint runs."""

import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from events.message_refused import Fault
from hub.api.room import Place, Room
from hub.errors import (
    HubError,
    InvalidCommand,
    NotKnown,
    NotPermitted,
    NotSignedIn,
    StillLoading,
    Unavailable,
)
from hub.keys import digest
from hub.services import Hub
from hub.viewer import Role, Viewer

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

SESSION_COOKIE = "hub_session"
EXPECTED = (HubError, HTTPException, RequestValidationError)
PRIVATE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))

log = logging.getLogger("hub.api")


def permits(*roles: Role) -> Callable[[Endpoint], Endpoint]:
    """Declare that only these roles may call the endpoint; none means anybody."""

    def declare(endpoint: Endpoint) -> Endpoint:
        endpoint.permits = frozenset(roles)  # type: ignore[attr-defined]  # a mark on the function, read by the route
        return endpoint

    return declare


def only_reads(endpoint: Endpoint) -> Endpoint:
    """Declare that the endpoint changes nothing although it is POSTed to: what is asked must not stand in an address."""
    endpoint.only_reads = True  # type: ignore[attr-defined]  # a mark on the function, read by the route
    return endpoint


class GuardedRoute(APIRoute):
    """A route that refuses to exist without a declared permission, and lets nobody else in."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, "permits"):
            raise TypeError(f"{path} declares no permission")
        self.permits: frozenset[Role] = endpoint.permits
        if self.permits:
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {"security": [{"key": []}], **extra}
        self.answer: Handler
        self.straight = False
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        handle = at_once(self.endpoint) or super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if self.permits:
                    return await admitted(request)
                refuse_nul(request)
                return await handle(request)
            except EXPECTED:
                raise
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except hub_of(request).outages as error:
                log.warning("%s: %s", self.path, type(error).__name__)
                raise Unavailable from None
            except Exception:
                log.exception("%s failed", self.path)
                raise HubError from None

        async def admitted(request: Request) -> Response:
            viewer = await let_in(request, self.permits)
            if not getattr(self.endpoint, "only_reads", False):
                await refuse_while_loading(request)
            place: Place | None = room_of(request, viewer).enter(viewer.actor)
            assert place is not None
            try:
                state = request.scope.setdefault("state", {})
                state["viewer"], state["place"] = viewer, place
                refuse_nul(request)
                if viewer.role == "partner" and request.method == "GET":
                    async with place.turn_to_read():
                        response = await handle(request)
                else:
                    response = await handle(request)
                if all(name != b"cache-control" for name, _ in response.raw_headers):
                    response.raw_headers.extend(PRIVATE)
                if isinstance(response, StreamingResponse):
                    response, place = Held(response, place), None
                return response
            finally:
                if place is not None:
                    place.leave()

        self.answer = guarded
        self.straight = handle is self.endpoint and "{" not in self.path
        return guarded


class Held(Response):
    """An answer that goes on for as long as somebody listens, and keeps its place until then."""

    def __init__(self, answer: Response, place: Place) -> None:
        self._answer, self._place = answer, place
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._answer(scope, receive, send)
        finally:
            self._place.leave()


def at_once(endpoint: Callable[..., Any]) -> Handler | None:
    """The endpoint itself, where it takes the request and nothing else: then there is nothing to work out before the call."""
    asks = list(inspect.signature(endpoint).parameters)
    return endpoint if asks == ["request"] and inspect.iscoroutinefunction(endpoint) else None


async def refuse_while_loading(request: Request) -> None:
    """What is sent or done while a made-up past is relived would stand in that past: it is to come again later."""
    hub = hub_of(request)
    if request.method in ("GET", "HEAD") or not hub.demonstration:
        return
    if stand := await hub.loading.stands():
        raise StillLoading(f"{StillLoading.title} It has come to {stand.percent} %.")


def refuse_nul(request: Request) -> None:
    """No name holds the character NUL, nor can the database be asked for one."""
    if any("\0" in str(value) for value in request.path_params.values()):
        raise NotKnown
    if not request.scope["query_string"]:
        return
    odd = [name for name, value in request.query_params.multi_items() if "\0" in name + value]
    if odd:
        at = "/query/" + odd[0].replace("\0", "\\u0000")
        says = "The query holds the character NUL."
        raise InvalidCommand(says, [Fault(pointer=at, code="nul", says=says, mend="Leave it out.")])


async def let_in(request: Request, roles: frozenset[Role]) -> Viewer:
    """The viewer behind the request, where their role is one of `roles`; raises NotSignedIn or NotPermitted."""
    viewer = await who_asks(request)
    if viewer is None:
        raise NotSignedIn
    if viewer.role not in roles:
        raise NotPermitted(f"This is for {' and '.join(sorted(roles))} only.")
    return viewer


async def who_asks(request: Request) -> Viewer | None:
    """The viewer of the request's bearer key or session cookie; None without one. Raises NotSignedIn for a key that does not work."""
    hub: Hub = request.app.state.hub
    scheme, _, key = header(request, b"authorization").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        viewer = await hub.viewer_of_key(digest(key.strip()))
        if viewer is None:
            raise NotSignedIn("The key does not work: it was revoked, or was never issued.")
        return viewer
    if scheme:
        raise NotSignedIn("The Authorization header is not `Bearer KEY`.")
    session = request.cookies.get(SESSION_COOKIE)
    if not session:
        return None
    refuse_cross_site(request)
    return await hub.viewer_of_key(digest(session))


def header(request: Request, name: bytes) -> str:
    """The first header of a name, in small letters; empty where there is none."""
    for own, value in request.scope["headers"]:
        if own == name:
            return str(value, "latin-1")
    return ""


def refuse_cross_site(request: Request) -> None:
    """A cookie proves nothing about who wrote the form: only our own pages may change anything."""
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return
    origin = request.headers.get("origin")
    if (
        site is None
        and origin is not None
        and origin.partition("://")[2] == request.headers.get("host")
    ):
        return
    raise NotPermitted("The request came from another site.")


def viewer_of(request: Request) -> Viewer:
    """The viewer that the route let in."""
    viewer: Viewer = request.scope["state"]["viewer"]
    return viewer


def place_of(request: Request) -> Place:
    """The place that the route gave the request."""
    place: Place = request.scope["state"]["place"]
    return place


def room_of(request: Request, viewer: Viewer) -> Room:
    """Partners share a room; those who work with the contacts have one of their own, which no partner can fill."""
    state = request.app.state
    room: Room = state.partners_room if viewer.role == "partner" else state.staff_room
    return room


def hub_of(request: Request) -> Hub:
    """The hub behind the application."""
    hub: Hub = request.app.state.hub
    return hub
