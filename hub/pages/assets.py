"""The style sheet of GOV.UK Frontend, from its npm package as set-up installed it: without GDS Transport, which is licensed
for gov.uk alone, and without the crest."""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.api.permissions import GuardedRoute, permits
from hub.errors import NotKnown

router = APIRouter(route_class=GuardedRoute, include_in_schema=False)

PACKAGE = Path(__file__).parents[2] / "node_modules" / "govuk-frontend"
SHEET = PACKAGE / "dist" / "govuk" / "govuk-frontend.min.css"
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
ELSEWHERE = re.compile(r"url\(/assets/[^)]*\)")
NOTES = re.compile(r"/\*.*?\*/", re.DOTALL)
GOVUK_FONT, OWN_FONT = "GDS Transport,arial,sans-serif", "var(--hub-font)"
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A style sheet as it is served: its bytes, the same packed, and a mark that changes with them."""

    plain: bytes
    packed: bytes
    mark: str


@router.get("/static/govuk-frontend.css")
@permits()
async def govuk_frontend(request: Request) -> Response:
    """The style sheet, packed where the browser takes that; kept by it until another one is installed."""
    sheet = govuk_sheet()
    if sheet is None:
        raise NotKnown("GOV.UK Frontend is not installed on this machine: run scripts/assets.")
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}  # fmt: skip
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(sheet.packed, media_type="text/css", headers=headers)
    return Response(sheet.plain, media_type="text/css", headers=headers)


@cache
def govuk_sheet() -> Sheet | None:
    """The style sheet of the installed package; None where it is not installed."""
    if not SHEET.is_file():
        return None
    plain = own_sheet(SHEET.read_text(encoding="utf-8")).encode()
    return Sheet(plain, gzip.compress(plain, 9, mtime=0), sha256(plain).hexdigest()[:12])


def own_sheet(sheet: str) -> str:
    """The package's style sheet with our own font and nothing loaded by it."""
    bare = FONT_FACE.sub("", NOTES.sub("", sheet)).replace(GOVUK_FONT, OWN_FONT)
    return ELSEWHERE.sub("none", bare)


@cache
def mark_of(name: str) -> str:
    """A mark that changes with one of our own files."""
    own = Path(__file__).parent / "static" / name
    return sha256(own.read_bytes()).hexdigest()[:12]
