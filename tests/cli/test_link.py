"""`hub link` from the command line: what it says, in words and in JSON, and how it ends."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.hub_process import HUB, HubProcess

TOLD = "record_id,family_name,given_names,dob,postcode\n"
GRACE = "Okoro,Grace,1981-06-12,RM17 6XX"


@pytest.fixture
def hub(tmp_path: Path) -> HubProcess:
    return HubProcess(tmp_path / "home")


def ended(hub: HubProcess, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """`hub link` with these words, to its end."""
    return subprocess.run(
        [str(HUB), "link", *map(str, words)],
        env=hub.env, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_file_of_people_is_linked_with_a_line_of_what_came_of_it(
    hub: HubProcess, tmp_path: Path
) -> None:
    file, out = tmp_path / "people.csv", tmp_path / "out.csv"
    file.write_text(f"{TOLD}a,{GRACE}\nb,{GRACE}\nc,,,,\n")
    done = ended(hub, file, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"3 rows in {out}: 1 new, 1 link, 1 insufficient.\n"
    assert out.read_bytes().startswith(
        b"record_id,person,outcome,bits,candidate,because\r\na,a,new,"
    )
    said = json.loads(ended(hub, file, "--out", out, "--json").stdout)
    assert said == {"rows": 3, "outcomes": {"new": 1, "link": 1, "insufficient": 1}}
    file.write_text(TOLD)
    assert ended(hub, file, "--out", out).stdout == f"0 rows in {out}.\n"
    assert not hub.home.exists(), "a small file needs no database"


def test_a_file_that_cannot_be_linked_ends_with_1_and_its_reason(
    hub: HubProcess, tmp_path: Path
) -> None:
    file, out = tmp_path / "people.csv", tmp_path / "out.csv"
    file.write_text(f"{TOLD}a,{GRACE}\na,{GRACE}\n")
    done = ended(hub, file, "--out", out)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "people.csv, row 3, column record_id: row 2 has the same id.",
        "Mend what is named, and run the command again: nothing was written.",
    ]
    in_json = json.loads(ended(hub, file, "--out", out, "--json").stderr)
    assert in_json["error"] == "unreadable-file" and in_json["says"] in done.stderr
    missing = ended(hub, tmp_path / "nowhere.csv", "--out", out)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.startswith("nowhere.csv: No such file or directory")
    assert not out.exists()


def test_a_command_that_lacks_a_word_ends_with_2(hub: HubProcess, tmp_path: Path) -> None:
    for words in ([], [tmp_path / "people.csv"], [tmp_path / "people.csv", "--onto", "x"]):
        done = ended(hub, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Usage: hub link" in done.stderr
