"""No file names a place that only some machine has, nor an address packages come from; exceptions give their reason."""

import json
import re
import tomllib
from urllib.parse import urlsplit

import pytest

from tests.guards.repository import PACKAGES, ROOT, files, modules, place, text

ELSEWHERE = re.compile(r"(?<![\w.{}/~-])/(?:home|root|work|Users|mnt|srv)/[A-Za-z0-9_.-]+")
URL = re.compile(r"\b(?:https?|ftp|git\+ssh)://[^\s\"'<>)`\\]+")
MAY_BE_NAMED = re.compile(
    r"localhost|127\.0\.0\.1|\[::1\]|\{.*|(.+\.)?example(\.(com|org|net|test))?"
    r"|.+\.(gov\.uk|nhs\.uk|w3\.org|ietf\.org|rfc-editor\.org|json-schema\.org|cloudevents\.io|postgresql\.org|apache\.org)"
    r"|json-schema\.org|cloudevents\.io|(.+\.)?example"
)
ADDRESS_OPTIONS = re.compile(
    r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|://", re.MULTILINE
)
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore)(?P<rest>.*)")
REASONED = re.compile(r":?\s*\[?[A-Za-z0-9, -]+\]?\s+#\s*\S.{4,}")


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = {place(path): hits for path in files() if (hits := ELSEWHERE.findall(text(path)))}
    assert not found


def test_no_file_names_an_address_outside_the_known_ones() -> None:
    found = {
        (place(path), url)
        for path in files()
        for url in URL.findall(text(path))
        if not MAY_BE_NAMED.fullmatch((urlsplit(url).netloc or "{").partition("@")[2] or host(url))
    }
    assert not found


def host(url: str) -> str:
    """The host of an address, without its port."""
    return re.sub(r":[^:\]]*$", "", url.partition("://")[2].partition("/")[0]) or "{"


@pytest.mark.parametrize(
    "name",
    ["requirements.txt", "requirements-dev.txt", "requirements-audit.txt", "requirements-node.txt"],
)
def test_locked_requirements_hold_hashes_and_no_address(name: str) -> None:
    locked = text(ROOT / name)
    assert not ADDRESS_OPTIONS.search(locked)
    entries = re.findall(
        r"^[a-z0-9][^\s=]*==\S+.*?(?=^[a-z0-9]|\Z)",
        locked,
        re.MULTILINE | re.DOTALL | re.IGNORECASE,
    )
    assert len(entries) > 30 or name in ("requirements-node.txt", "requirements-audit.txt")
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_locked_npm_packages_hold_hashes_and_no_address() -> None:
    locked = json.loads(text(ROOT / "package-lock.json"))["packages"]
    asked = json.loads(text(ROOT / "package.json"))
    own = locked.pop("")
    assert own["dependencies"] == asked["dependencies"]
    assert own["devDependencies"] == asked["devDependencies"]
    assert {f"node_modules/{n}" for n in (*own["dependencies"], *own["devDependencies"])} <= set(
        locked
    )
    assert all(one["integrity"].startswith("sha512-") for one in locked.values())
    assert "://" not in text(ROOT / "package-lock.json")


def test_what_is_asked_for_is_locked_and_runs_and_tests_agree() -> None:
    def locked(name: str) -> dict[str, str]:
        return dict(
            re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^\s;]+)", text(ROOT / name), re.MULTILINE)
        )

    run, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    audit = locked("requirements-audit.txt")
    assert run.items() <= dev.items()
    assert audit.items() <= dev.items() and audit.keys().isdisjoint(run)
    extra = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["optional-dependencies"]
    assert dict(pin.split("==") for pin in extra["audit"]).items() <= audit.items()
    for source, into in (("requirements.in", run), ("requirements-dev.in", dev)):
        for asked in re.findall(r"^([A-Za-z][\w.-]*)", text(ROOT / source), re.MULTILINE):
            assert asked.lower().replace("_", "-") in into


@pytest.mark.parametrize("package", PACKAGES)
def test_an_exception_to_a_check_names_the_check_and_gives_its_reason(package: str) -> None:
    bare = [
        f"{place(path)}: {line.strip()}"
        for path in modules(package)
        for line in text(path).splitlines()
        if (said := EXCEPTION.search(line)) and not REASONED.match(said["rest"])
    ]
    assert not bare


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    readme = text(ROOT / "README.md")
    assert len(readme.splitlines()) <= 120


@pytest.mark.parametrize("path", files(".md"), ids=place)
def test_links_between_documents_lead_somewhere(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    broken = [
        link
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(path))
        if "://" not in link and not (path.parent / link).exists()
    ]
    assert not broken


def test_the_project_is_made_of_the_four_packages() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))
    include = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert sorted(name.rstrip("*") for name in include) == sorted(PACKAGES)
