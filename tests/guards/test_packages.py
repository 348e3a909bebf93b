"""The packages are this repository's own, their imports go where they may, and each module says what it is."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guards.repository import PACKAGES, ROOT, modules, place

LENT = ("eventsourcing", "kafka", "authlib")
ONCE_IN_ALL = ("kafka", "authlib")


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_package_names_resolve_inside_this_repository(tmp_path: Path) -> None:
    """PyPI has an `Events` and a `hub`: from any folder, ours must be found first."""
    code = "import importlib.util as u, sys; print(*(u.find_spec(n).origin for n in sys.argv[1:]), sep='\\n')"
    said = subprocess.run(
        (sys.executable, "-c", code, *PACKAGES),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [Path(line) for line in said.stdout.split("\n") if line]
    assert found == [ROOT / package / "__init__.py" for package in PACKAGES]


@pytest.mark.parametrize("library", LENT)
def test_a_lent_library_enters_a_package_by_one_file(library: str) -> None:
    users = {
        package: [place(path) for path in modules(package) if library in imported(path)]
        for package in PACKAGES
    }
    assert all(len(paths) <= 1 for paths in users.values()), users
    if library in ONCE_IN_ALL:
        assert sum(map(len, users.values())) <= 1, users


def test_only_bootstrap_joins_adapters_in() -> None:
    joining = [
        place(path)
        for package in ("events", "projections", "hub")
        for path in modules(package)
        if "adapters" in imported(path)
    ]
    assert [name for name in joining if not name.startswith("hub/bootstrap/")] == []
    assert joining


@pytest.mark.parametrize("package", [*PACKAGES, "tests"])
def test_every_module_says_in_one_sentence_what_it_is(package: str) -> None:
    silent = []
    for path in modules(package):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if not said.split("\n\n")[0].rstrip().endswith((".", "!", "?")):
            silent.append(place(path))
    assert not silent


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_module_opens_nothing(package: str) -> None:
    """No module connects, starts or reads a clock when it is imported: calls of that kind stand inside functions."""
    opening = ("connect", "Popen", "run_until_complete", "urlopen", "now", "utcnow", "today")
    found = []
    for path in modules(package):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If)):
                continue
            found += [
                f"{place(path)}:{call.lineno}"
                for call in ast.walk(statement)
                if isinstance(call, ast.Call) and getattr(call.func, "attr", None) in opening
            ]
    assert not found
