"""What a test needs of the machine: skipped with the reason and the remedy, failed where everything must run."""

import os
from typing import NoReturn

import pytest


def need(reason: str, remedy: str) -> NoReturn:
    """Skip the test, saying why and what would help; with HUB_TEST_ALL=1 fail it instead."""
    says = f"{reason} Remedy: {remedy}"
    if os.environ.get("HUB_TEST_ALL") == "1":
        pytest.fail(says, pytrace=False)
    pytest.skip(says)
