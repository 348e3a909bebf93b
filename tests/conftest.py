"""Joins the fixtures of this folder's modules, and keeps tests that share a slow service on one worker."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FIXTURE = re.compile(r"^@pytest(_asyncio)?\.fixture", re.MULTILINE)
SHARED = ("broker", "browser", "docker")

pytest_plugins = [
    f"tests.{path.stem}" for path in sorted(HERE.glob("*.py")) if FIXTURE.search(path.read_text())
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A session's broker or browser is started once, not once a worker."""
    for item in items:
        for name in SHARED:
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))
                break
