"""The pages' style sheet: set-up installs it, or says plainly why it cannot."""

import os
import shutil
import subprocess
from pathlib import Path

from hub.pages.assets import own_sheet
from tests.guards.repository import ROOT

TOOLS = ("sh", "dirname", "cmp", "mkdir", "tail", "cp", "mktemp", "rm", "cat", "touch")


def test_a_machine_with_neither_node_nor_network_is_told_so(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, tool
        (tools / tool).symlink_to(found)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "assets", tmp_path / "scripts")
    for name in ("package.json", "package-lock.json", "requirements-node.txt"):
        shutil.copy(ROOT / name, tmp_path)
    done = subprocess.run(
        [str(tmp_path / "scripts" / "assets")],
        env={"PATH": str(tools), "HOME": str(tmp_path), "TMPDIR": os.environ.get("TMPDIR", "/tmp")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Node 18 or newer with npm, and this machine has none" in done.stderr
    assert "is there a network?" in done.stderr


def test_what_is_installed_already_is_left_alone() -> None:
    package = ROOT / "node_modules" / "govuk-frontend"
    before = package.stat()
    done = subprocess.run([str(ROOT / "scripts" / "assets")], env={"PATH": os.environ["PATH"]}, check=True)  # fmt: skip
    assert done.returncode == 0
    after = package.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_typeface_and_the_crest_of_gov_uk_are_taken_out() -> None:
    face = '@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2) format("woff2")}'
    rule = ".a{font-family:GDS Transport,arial,sans-serif}.b{background:url(/assets/images/c.svg)}"
    assert own_sheet(f"/* note */{face}{rule}") == (
        ".a{font-family:var(--hub-font)}.b{background:none}"
    )
