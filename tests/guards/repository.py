"""The repository as guards look at it: its root, the files that belong to it, its packages and modules."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("events", "hub", "projections", "adapters")


@cache
def files(suffix: str = "") -> tuple[Path, ...]:
    """Every file that is, or is about to be, in the repository."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name.endswith(suffix))
    return tuple(sorted(path for path in paths if path.is_file()))


def modules(package: str) -> list[Path]:
    """The Python files of a package."""
    return sorted((ROOT / package).rglob("*.py"))


def place(path: Path) -> str:
    """The file's path inside the repository."""
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    """The file's text; of a file that holds none, nothing."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
