"""What was compiled of a template is kept for the next start, and never shown for another text."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from hub.pages import compiled
from hub.pages.compiled import OPTIONS, KeptBeside
from hub.pages.render import environment


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for what is compiled, on a machine that lets it be written."""
    place = tmp_path / "kept"
    monkeypatch.setattr(compiled, "KEPT", place)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return place


def said(text: str, monkeypatch: pytest.MonkeyPatch, *, may_compile: bool = True) -> str:
    """What the template says, in a start of its own."""
    env = Environment(
        loader=DictLoader({"a.html": text}),
        autoescape=True,
        bytecode_cache=KeptBeside(),
        **OPTIONS,
    )
    if not may_compile:
        monkeypatch.setattr(env, "_generate", None)
    return env.get_template("a.html").render(who="<Ada>")


def test_the_next_start_compiles_nothing(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = said("Hello {{ who }}", monkeypatch)
    assert len(list(kept.iterdir())) == 1
    assert said("Hello {{ who }}", monkeypatch, may_compile=False) == first == "Hello &lt;Ada&gt;"


def test_a_template_that_was_changed_is_compiled_anew(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("Hello {{ who }}", monkeypatch)
    assert said("Goodbye {{ who }}", monkeypatch) == "Goodbye &lt;Ada&gt;"
    assert len(list(kept.iterdir())) == 1


def test_what_was_kept_badly_is_compiled_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("Hello {{ who }}", monkeypatch)
    [file] = kept.iterdir()
    file.write_bytes(b"")
    assert said("Hello {{ who }}", monkeypatch) == "Hello &lt;Ada&gt;"


def test_where_nothing_may_be_written_pages_are_there_all_the_same(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert said("Hello {{ who }}", monkeypatch) == "Hello &lt;Ada&gt;"
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    kept.write_text("a file where the folder should be")
    assert said("Hello {{ who }}", monkeypatch) == "Hello &lt;Ada&gt;"


def test_no_word_of_a_page_is_worked_out_while_it_is_compiled(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be kept as it was that day: Jinja works out what a filter makes of a constant ahead."""
    env = environment().overlay(bytecode_cache=KeptBeside())
    called: list[str] = []
    ours = {name: each for name, each in env.filters.items() if each.__module__.startswith("hub.")}
    for name in ours:
        monkeypatch.setitem(env.filters, name, lambda *_, of=name, **__: called.append(of) or "")
    assert len(ours) > 10
    for name in env.list_templates():
        env.get_template(name)
    assert kept.is_dir() and called == []
    assert env.from_string("{{ 'YC'|team_said }}") and called == ["team_said"]


def test_code_of_another_shape_is_not_taken_for_ours(kept: Path) -> None:
    for shape in ("", "isolated"):
        loader = DictLoader({"a.html": "Hello {{ who }}"})
        Environment(loader=loader, autoescape=True, bytecode_cache=KeptBeside(shape), **OPTIONS).get_template("a.html")  # fmt: skip
    assert len(list(kept.iterdir())) == 2
