"""The Docker engine that tests of containers need, with Compose."""

import subprocess

import pytest

from tests.brokers import docker_answers
from tests.needs import need

REMEDY = "start a Docker daemon that this user may use (`docker info` answers), with the Compose plugin 2.20 or later."


@pytest.fixture(scope="session")
def docker() -> None:
    """Docker and Compose answer; where they do not, that is a need."""
    if not docker_answers():
        need("No Docker daemon answers.", REMEDY)
    asked = subprocess.run(("docker", "compose", "version"), capture_output=True, check=False)
    if asked.returncode:
        need("Docker has no Compose.", REMEDY)
