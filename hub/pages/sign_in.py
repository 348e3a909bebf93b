"""Sign-in: on a demonstration by a button, elsewhere by a single-use link; and sign-out."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hub.api.permissions import SESSION_COOKIE, GuardedRoute, hub_of, permits, refuse_cross_site
from hub.errors import NotKnown, NotSignedIn
from hub.pages.home import start_of
from hub.pages.render import known_viewer, page
from hub.teams import register
from hub.teams.book import go_by
from hub.teams.register import SESSION_LASTS, begin_session, list_staff, member_of, sign_in
from hub.teams.viewers import viewer_of

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)


@router.get("/sign-in")
@permits()
async def choose(request: Request, next: str = "/", link: str = "") -> Response:
    """Who one may be, on a demonstration; how to get a link, elsewhere."""
    hub = hub_of(request)
    request.state.viewer = await known_viewer(request)
    go_by(await hub.teams())
    staff = await list_staff(hub.log) if hub.demonstration else []
    return await page(
        request, "sign_in.html", staff=staff, next=own_path(next), spent=link == "spent"
    )


@router.post("/sign-in/{staff}")
@permits()
async def by_button(request: Request, staff: str, next: str = "/") -> Response:
    """Sign in as one of the made-up staff: a demonstration only."""
    hub = hub_of(request)
    if not hub.demonstration:
        raise NotKnown
    refuse_cross_site(request)
    return await begin(request, staff, next)


@router.get("/sign-in/link/{token}")
@permits()
async def confirm_link(request: Request, token: str) -> Response:
    """A button before the link is used up, so that a mail program which looks at links does not spend it."""
    return await page(request, "sign_in_link.html", token=token)


@router.post("/sign-in/link/{token}")
@permits()
async def by_link(request: Request, token: str) -> Response:
    """Sign in by a single-use link."""
    hub = hub_of(request)
    refuse_cross_site(request)
    try:
        session = await sign_in(hub.log, hub.keys, token, hub.now())
    except NotSignedIn:
        return RedirectResponse("/sign-in?next=/&link=spent", 303)
    return with_session(RedirectResponse("/", 303), session, request)


@router.post("/sign-out")
@permits()
async def sign_out(request: Request) -> Response:
    """End the session, and forget it on this browser."""
    refuse_cross_site(request)
    hub = hub_of(request)
    await register.sign_out(hub.log, hub.keys, request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


async def begin(request: Request, staff: str, next: str) -> Response:
    """A session for a member of staff, and on to where they wanted to go."""
    hub = hub_of(request)
    viewer = viewer_of(await member_of(hub.log, staff), await hub.teams())
    session = await begin_session(hub.log, staff, hub.now())
    to = own_path(next)
    return with_session(
        RedirectResponse(start_of(viewer) if to == "/" else to, 303), session, request
    )


def with_session(response: Response, session: str, request: Request) -> Response:
    """The answer with the session's cookie, which no script can read."""
    response.set_cookie(
        SESSION_COOKIE,
        session,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def own_path(next: str) -> str:
    """The path to go on to, where it is one of this site's own."""
    own = next.startswith("/") and not next.startswith(("//", "/\\")) and "\\" not in next
    return next if own else "/"
