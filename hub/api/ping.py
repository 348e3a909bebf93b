"""GET /ping and GET /ready: whether the hub is there, and whether it is at work."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits

router = APIRouter(route_class=GuardedRoute, tags=["operation"])


@router.get("/ping", summary="Is the hub there?")
@permits()
async def ping() -> Response:
    """Answers without the database."""
    return JSONResponse({"ping": "pong"})


@router.get("/ready", summary="Are the log, the engine and the projections at work?")
@permits()
async def ready(request: Request) -> Response:
    """200 when all are at work, 503 with the reasons when not; with how far each stands behind the log's last position."""
    hub = hub_of(request)
    stopped = dict(hub.stop_reasons)
    try:
        head = await hub.log.head()
        engine = await hub.engine.position()
        views = dict(await hub.views.positions())
    except (OSError, Exception) as error:  # noqa: BLE001  # readiness must say what is wrong, whatever it is
        stopped["database"] = type(error).__name__
        return JSONResponse({"ready": False, "stopped": stopped}, 503)
    body = {
        "ready": not stopped,
        "head": head,
        "engine": {"position": engine, "behind": max(head - engine, 0)},
        "projections": {
            name: {"position": at, "behind": max(head - at, 0)} for name, at in views.items()
        },
        "stopped": stopped,
    }
    return JSONResponse(body, 503 if stopped else 200)
