"""Joins the fixtures of this folder's modules, and keeps tests that share a slow service on one worker."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
FIXTURE = re.compile(r"^@pytest(_asyncio)?\.fixture", re.MULTILINE)
SHARED = ("broker", "browser", "docker")
"""What a session starts is started once, not once a worker."""

pytest_plugins = [
    f"tests.{path.stem}" for path in sorted(HERE.glob("*.py")) if FIXTURE.search(path.read_text())
]

# A busy machine is no fault of the code, and CI must say the same twice; elsewhere new examples are tried each time.
settings.register_profile(
    "hub",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("hub")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share something slow run on one worker."""
    for item in items:
        if isinstance(item, pytest.Function) and (group := group_of(item)):
            item.add_marker(pytest.mark.xdist_group(group))


def group_of(item: pytest.Function) -> str | None:
    """What the test shares with others: a service of the session, or what its module makes once for several of its tests."""
    for name in SHARED:
        if name in item.fixturenames:
            return name
    module = item.nodeid.partition("::")[0]
    known = item._fixtureinfo.name2fixturedefs  # pytest has no public way to ask
    own = [made for name in item.fixturenames for made in known.get(name, ())]
    return module if any(made.scope == "module" and made.baseid == module for made in own) else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With HUB_TEST_ALL=1 a skipped test fails the run: there everything must be tried."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("HUB_TEST_ALL") != "1" or reporter is None:
        return
    if reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
