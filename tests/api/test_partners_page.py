"""What docs/partners.md shows is done as it is printed, and comes out as it says."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.conftest import World
from tests.guards.repository import ROOT, text
from tests.needs import need

SHOWN = re.findall(r"```sh\n(.*?)```", text(ROOT / "docs" / "partners.md"), re.DOTALL)


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_every_example_for_partners_runs_as_printed(
    world: World, tmp_path: Path, number: int
) -> None:
    if shutil.which("curl") is None:
        need("There is no curl, which the page shows.", "install curl")
    lines = [json.dumps(world.message()) for _ in range(2)]
    (tmp_path / "june.ndjson").write_text("\n".join(lines), encoding="utf-8")
    key = world.as_("surgery")["Authorization"].removeprefix("Bearer ")
    done = subprocess.run(  # a shell is what is shown
        SHOWN[number].replace("http://localhost:8000", world.hub.url),
        shell=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "KEY": key},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    if "batch" in SHOWN[number]:
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert [(t["line"], t["status"]) for t in told] == [(1, 202), (2, 202)]
    else:
        assert " 202 " in done.stdout.partition("\n")[0], done.stdout
        assert json.loads(done.stdout.splitlines()[-1])["doubts"] == []
