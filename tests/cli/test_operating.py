"""What an operator gets wrong is said in a sentence, and what goes wrong is said without anybody's words."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
import typer.main

from events.message_refused import Fault
from hub.bootstrap import parts, upkeep
from hub.bootstrap.parts import Part
from hub.cli import application, main
from hub.cli._files import text_of
from hub.cli._say import say_faults
from hub.settings import default_home, read_settings
from tests.guards.repository import ROOT
from tests.hub_process import HUB, HubProcess, free_port

SECRET = "s3cret"


def ended(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, under these settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
    return subprocess.run(
        [str(HUB), *words], env=clean | settings, check=False, capture_output=True, text=True, timeout=60
    )  # fmt: skip


def commands() -> list[tuple[str, Any]]:
    """Every command of the command line, with its words."""

    def walk(command: Any, words: str) -> list[tuple[str, Any]]:
        children = getattr(command, "commands", None)
        if children is None:
            return [(words, command)]
        return [found for name, child in children.items() for found in walk(child, f"{words} {name}")]  # fmt: skip

    return walk(typer.main.get_command(application()), "hub")


@pytest.mark.parametrize("command", [pytest.param(c, id=words) for words, c in commands()])
def test_every_command_answers_in_json_for_scripts(command: Any) -> None:
    assert "--json" in [opt for p in command.params for opt in p.opts]


def test_an_empty_setting_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("HUB_HOME", "HUB_PORT", "HUB_HOST", "HUB_DATABASE_URL", "HUB_KAFKA", "HUB_COUNCIL")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    unset = read_settings()
    for name in names:
        monkeypatch.setenv(name, "")
    assert read_settings() == unset
    assert unset.host == "127.0.0.1", "an empty address would be every address"


def test_the_data_are_beside_the_checkout_wherever_a_command_is_called_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    assert default_home() == ROOT / "var" == read_settings().home


@pytest.mark.parametrize("port", ["x", "0", "65536", "-1", "²", "80 80"])
def test_a_port_that_is_none_is_named(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", port)
    with pytest.raises(ValueError, match="HUB_PORT"):
        read_settings()


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ended("verify", HUB_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "HUB_HOME" in done.stderr


def test_a_data_folder_may_have_spaces_and_a_long_name(tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "a home with 'spaces' & more" / ("x" * 150))
    assert json.loads(hub.command("init", "--json"))["demonstration"] is False


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (SECRET, 2),
        (f"mysql://u:{SECRET}@h/db", 2),
        (f"postgresql://u:{SECRET}/1@127.0.0.1:1/db", 2),
        (f"postgresql://u:{SECRET}@127.0.0.1:1/db", 1),
    ],
)
def test_a_database_that_is_not_to_be_had_is_said_without_its_password(url: str, code: int) -> None:
    done = ended("verify", "--json", HUB_DATABASE_URL=url)
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
    assert SECRET not in done.stderr + done.stdout


def test_a_port_that_is_taken_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ended("run", HUB_HOME=str(tmp_path / "home"), HUB_PORT=str(port))
    assert done.returncode == 2
    assert f"Port {port}" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_mistake_of_the_hub_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    words = " ".join(["Grace", "Okoro,", "born", "1981-06-12"])

    def mistaken(*_given: object, **_more: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(upkeep, "verify", mistaken)
    monkeypatch.setattr("sys.excepthook", sys.excepthook)
    monkeypatch.setattr("sys.argv", ["hub", "verify"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    said = capfd.readouterr().err
    assert "RuntimeError" in said
    assert not [word for word in words.split() if word in said]


def test_a_part_whose_turn_was_cut_off_as_it_was_undone_begins_anew() -> None:
    worked, reasons = threading.Event(), dict[str, str]()
    errors = iter([psycopg.Rollback(), psycopg.OperationalError("gone")])

    def work(stop: threading.Event) -> None:
        error = next(errors, None)
        if error is not None:
            raise error
        worked.set()
        stop.wait()

    part = Part("engine", work, reasons)
    part.start()
    assert worked.wait(10)
    part.stop()
    assert reasons == {}


def test_a_part_that_is_cut_off_again_and_again_is_not_ready_until_nothing_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "STANDBY", 0.001)
    reasons = dict[str, str]()
    seen: list[dict[str, str]] = []
    tries, tried = iter(range(4)), threading.Event()
    at_work = parts.works_again(reasons, "engine")

    def work(stop: threading.Event) -> None:
        seen.append(dict(reasons))
        if next(tries, None) is not None:
            raise psycopg.errors.DiskFull("no space")
        at_work()
        tried.set()
        stop.wait()

    part = Part("engine", work, reasons)
    part.start()
    assert tried.wait(10)
    part.stop()
    told = {"engine": "begins anew until it can work: DiskFull"}
    assert seen == [{}, {}, {}, told, told] and reasons == {}
    reasons["engine"] = "MissingPolicy"
    at_work()
    assert reasons == {"engine": "MissingPolicy"}, "what stopped for good stays told"


def test_a_part_says_once_and_not_all_the_time_that_it_begins_anew(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "STANDBY", 0.001)
    tries, tried = iter(range(50)), threading.Event()

    def work(stop: threading.Event) -> None:
        if next(tries, None) is None:
            tried.set()
            stop.wait()
            return
        raise psycopg.OperationalError("gone")

    part = Part("views", work, {})
    part.start()
    assert tried.wait(10)
    part.stop()
    assert len([r for r in caplog.records if "begins anew" in r.message]) == 1


def test_parts_say_in_json_that_they_are_at_work_and_end_with_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    env = {k: v for k, v in os.environ.items() if not k.startswith("HUB_")}
    env |= {"HUB_HOME": str(tmp_path / "home"), "HUB_PORT": str(port)}
    for words, said in {
        ("engine",): {"started": "engine", "url": None},
        ("api",): {"started": "api", "url": f"http://localhost:{port}"},
        ("run",): {"started": "run", "url": f"http://localhost:{port}"},
    }.items():
        with subprocess.Popen(
            [str(HUB), *words, "--json"], env=env, stdout=subprocess.PIPE, text=True
        ) as part:
            assert part.stdout is not None
            assert json.loads(part.stdout.readline()) == said
            part.send_signal(signal.SIGINT)
            assert part.wait(30) == 0


def until_an_engine_is_at_work(hub: HubProcess) -> None:
    """Until `hub ready` says so of the engine over this data."""
    end = time.monotonic() + 60
    asked = [str(HUB), "ready", "engine"]
    while subprocess.run(asked, env=hub.env, capture_output=True, check=False).returncode:
        assert time.monotonic() < end, "no engine came to work"


@pytest.mark.parametrize("words", [["run"], ["engine", "--json"]])
def test_a_hub_that_nobody_listens_to_works_and_ends_with_ctrl_c(
    words: list[str], hub_process: HubProcess, tmp_path: Path
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with (
        (tmp_path / "errors").open("wb") as errors,
        subprocess.Popen(
            [str(HUB), *words], env=hub_process.env, stdout=writer, stderr=errors
        ) as hub,
    ):
        os.close(writer)
        hub_process.process = hub
        if words == ["run"]:
            hub_process.until_ready()
        else:
            until_an_engine_is_at_work(hub_process)
        hub.send_signal(signal.SIGINT)
        assert hub.wait(30) == 0
    assert (tmp_path / "errors").read_text() == ""


@pytest.mark.parametrize("said", ["::::", "host:abc", "host:99999", "host:0", "[::1", "a:1,,b:2", "//a:1"])  # fmt: skip
def test_a_broker_that_can_have_no_address_is_named(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_KAFKA", said)
    with pytest.raises(ValueError, match="HUB_KAFKA must be like"):
        read_settings()


@pytest.mark.parametrize("said", ["kafka:9092", "a.b-c_d", "10.0.0.1:9, b:65535", "[::1]:9092"])
def test_brokers_are_taken_as_they_are_written(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_KAFKA", said)
    assert read_settings().kafka == said


def test_a_document_that_cannot_be_read_is_named_in_plain_words(tmp_path: Path) -> None:
    latin, gone = tmp_path / "latin.yaml", tmp_path / "gone.yaml"
    latin.write_bytes(b"a: caf\xe9\n")
    with pytest.raises(
        ValueError, match=r"latin.yaml: byte 6 is not UTF-8; save the file as UTF-8\."
    ):
        text_of(latin)
    with pytest.raises(ValueError, match=r"gone.yaml: No such file or directory$"):
        text_of(gone)


def test_a_fault_of_a_whole_document_has_no_empty_place_before_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = [Fault(pointer=at, code="x", says="It is not YAML.") for at in ("", "/rows/R1")]
    with pytest.raises(typer.Exit):
        say_faults(faults, "Sound.", as_json=False)
    assert capsys.readouterr().out == "It is not YAML.\n/rows/R1: It is not YAML.\n"
