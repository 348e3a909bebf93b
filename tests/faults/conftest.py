"""A hub in parts for each test, and the seed in the head of every report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deployment import Deployment
from tests.faults.settings import ROUNDS, SEED


def pytest_report_header() -> str:
    """What makes this run again."""
    return f"faults: FAULTS_SEED={SEED} FAULTS_ROUNDS={ROUNDS}"


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """A database, and nothing started on it yet."""
    made = Deployment(tmp_path / "hub")
    yield made
    made.end()
