"""Builds the web application: every endpoint and page found by walking their packages, errors as problems."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

import hub.api
import hub.pages
from hub.api import problems
from hub.api.openapi import document_of
from hub.services import Hub

DESCRIPTION = """
Every contact, from any door, becomes an immutable event; the whole family is looked at; the right team is asked;
and the partner hears back. Errors are RFC 9457 problem documents. Times are UTC.
"""


def create_app(hub_: Hub) -> FastAPI:
    """The application over a hub that is put together already."""
    app = FastAPI(
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
    for module in (*modules_of(hub.api), *modules_of(hub.pages)):
        if hasattr(module, "router"):
            app.include_router(module.router)
    problems.install(app)
    app.openapi = lambda: document_of(app)  # type: ignore[method-assign]  # as FastAPI's documentation asks
    app.mount("/static", StaticFiles(directory=Path(hub.pages.__path__[0]) / "static"), "static")
    return app


def modules_of(package: ModuleType) -> list[ModuleType]:
    """The modules of a package, in order of name."""
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]
