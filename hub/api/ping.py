"""GET /ping and GET /ready: whether the hub is there, and whether it is at work."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from hub.api.permissions import GuardedRoute, hub_of, permits
from hub.paging.stands import paging_of
from hub.reading import operation_of
from hub.services import RelayStands

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
    try:
        operation = await operation_of(hub)
        relay = await hub.relay.stands()
        paging = await paging_of(hub)
    except (OSError, Exception) as error:  # noqa: BLE001  # readiness must say what is wrong, whatever it is
        stopped = {**hub.stop_reasons, "database": type(error).__name__}
        return JSONResponse({"ready": False, "stopped": stopped}, 503)
    body = operation.model_dump(mode="json")
    body["paging"] = paging.model_dump(mode="json")
    body["relay"] = relay and relay_body(relay, operation.head)
    return JSONResponse(body, 200 if operation.ready else 503)


def relay_body(relay: RelayStands, head: int) -> dict[str, Any]:
    """How far each way of the relay is behind. It holds up no contact that comes by HTTP: the hub is ready without it."""
    return {
        "at_work": relay.at_work,
        "told_at": relay.told_at and relay.told_at.isoformat(),
        "in": {"waiting": relay.waiting, "trouble": relay.trouble_in},
        "out": {
            "position": relay.position,
            "behind": max(head - relay.position, 0),
            "trouble": relay.trouble_out,
        },
    }
