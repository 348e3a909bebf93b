"""Who may call what: each endpoint declares it, the route class enforces it before the endpoint runs."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request, Response
from fastapi.routing import APIRoute

from hub.errors import NotPermitted, NotSignedIn
from hub.keys import digest
from hub.services import Hub
from hub.viewer import Role, Viewer

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

SESSION_COOKIE = "hub_session"
PUBLIC: frozenset[Role] = frozenset()


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
        handle = super().get_route_handler()
        if not self.permits:
            return handle

        async def guarded(request: Request) -> Response:
            request.state.viewer = await let_in(request, self.permits)
            return await handle(request)

        return guarded


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
