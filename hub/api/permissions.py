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

from events.message_refused import Fault
from hub.errors import HubError, InvalidCommand, NotKnown, NotPermitted, NotSignedIn, Unavailable
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


class GuardedRoute(APIRoute):
    """A route that refuses to exist without a declared permission, and lets nobody else in."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if not hasattr(endpoint, "permits"):
            raise TypeError(f"{path} declares no permission")
        self.permits: frozenset[Role] = endpoint.permits
        if self.permits:
            extra = options.get("openapi_extra") or {}
            options["openapi_extra"] = {"security": [{"key": []}], **extra}
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        handle = at_once(self.endpoint) or super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                if self.permits:
                    request.state.viewer = await let_in(request, self.permits)
                refuse_nul(request)
                response = await handle(request)
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
            if self.permits and all(name != b"cache-control" for name, _ in response.raw_headers):
                response.raw_headers.extend(PRIVATE)
            return response

        return guarded


def at_once(endpoint: Callable[..., Any]) -> Handler | None:
    """The endpoint itself, where it takes the request and nothing else: then there is nothing to work out before the call."""
    asks = list(inspect.signature(endpoint).parameters)
    return endpoint if asks == ["request"] and inspect.iscoroutinefunction(endpoint) else None


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
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
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
    viewer: Viewer = request.state.viewer
    return viewer


def hub_of(request: Request) -> Hub:
    """The hub behind the application."""
    hub: Hub = request.app.state.hub
    return hub
