"""Durable append through the module's async append(), 2 processes x 32 callers, as a ratio to plain single INSERTs of 8 pgbench clients.

`append` is one event a call. Its hash and the wake-up of followers are always made. `whole` brings an inbox row too.
Both sides write a payload of the same size to the same server, with fsync and synchronous commit on.
"""

import asyncio
import gc
import hashlib
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
import uvloop

from adapters.postgres.init import initialise, runtime_dsn
from adapters.postgres.log import PostgresLog
from adapters.postgres.server import EmbeddedServer, programs
from benchmarks.machine import interleaved, report
from events.envelope import NewEvent
from events.referral_declined import ReferralDeclined
from events.registry import encode
from hub.log import Append, InboxEntry

COUNCIL = "thurrock"
PROCESSES = 2
CALLERS = 32
CLIENTS = 8
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "2"))
MADE = 25_000  # commands a second a process; more are made as they are needed
TO_REACH = {"append": 2.5, "whole": 1.8}

EVENT = ReferralDeclined.example()
BODY_HASH = hashlib.sha256(b"").hexdigest()


def command(kind: str, process: int, number: int) -> Append:
    """A command that nobody gave before."""
    name = f"R-26-{process}{number:08}-1"
    event = NewEvent(
        EVENT, f"referral:{name}", 1, "staff:S-1", tags=(f"referral:{name}", "team:YC")
    )
    if kind == "append":
        return Append((event,))
    return Append((event,), inbox=InboxEntry("urn:bench:append", name, BODY_HASH, name))


def worker(dsn: str, process: int, pipe: "Connection[Any, Any]") -> None:
    """A process of the hub: waits for a kind, appends for a round, says how many a second."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(dsn, process, pipe))


async def serve(dsn: str, process: int, pipe: "Connection[Any, Any]") -> None:
    """Rounds, until told to end. Commands are made before the round: what is measured is append()."""
    numbers = count()
    async with PostgresLog(dsn, COUNCIL) as log:
        pipe.send("ready")
        while kind := await asyncio.to_thread(pipe.recv):
            made = [command(kind, process, next(numbers)) for _ in range(int(MADE * SECONDS))]
            gc.freeze()  # as the hub does with what stays
            pipe.send("made")
            await asyncio.to_thread(pipe.recv)
            begun = time.perf_counter()
            end = begun + SECONDS

            async def caller(kind: str, made: list[Append], end: float) -> int:
                done = 0
                while time.perf_counter() < end:
                    await log.append(made.pop() if made else command(kind, process, next(numbers)))
                    done += 1
                return done

            done = await asyncio.gather(*(caller(kind, made, end) for _ in range(CALLERS)))
            pipe.send(sum(done) / (time.perf_counter() - begun))
            made.clear()


def plain(server: EmbeddedServer) -> Callable[[], float]:
    """What the machine can do: one INSERT a transaction, into a table that cannot be tailed safely."""
    with psycopg.connect(server.dsn) as conn:
        conn.execute(
            "CREATE TABLE plain (position bigserial PRIMARY KEY, state text NOT NULL, at timestamptz DEFAULT now())"
        )
    payload = "x" * len(encode(EVENT))
    script = server.home / "plain.sql"
    script.write_text(f"INSERT INTO plain (state) VALUES ('{payload}');\n")
    words = [
        str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(max(1, round(SECONDS))),
        "-f", str(script), "-h", str(server.sockets), "-U", "postgres", "postgres",
    ]  # fmt: skip

    def measure() -> float:
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        found = re.search(r"tps = ([\d.]+)", done.stdout)
        assert found is not None, done.stdout
        return float(found[1])

    return measure


def main() -> int:
    """Interleaved rounds of the limit and of both kinds."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "home") as server:
        initialise(server.dsn, COUNCIL)
        dsn = runtime_dsn(server.dsn, COUNCIL)
        pipes = []
        for number in range(PROCESSES):
            ours, theirs = spawn.Pipe()
            spawn.Process(target=worker, args=(dsn, number, theirs), daemon=True).start()
            assert ours.recv() == "ready"
            pipes.append(ours)

        def ours_of(kind: str) -> float:
            for pipe in pipes:
                pipe.send(kind)
            for pipe in pipes:
                assert pipe.recv() == "made"
            for pipe in pipes:
                pipe.send("go")
            return float(sum(pipe.recv() for pipe in pipes))

        measures = {
            "pgbench": plain(server),
            "append": lambda: ours_of("append"),
            "whole": lambda: ours_of("whole"),
        }
        print(f"a payload of {len(encode(EVENT))} bytes; {ROUNDS} rounds of {SECONDS:g} s each")
        report(interleaved(measures, ROUNDS), "pgbench", TO_REACH)
        for pipe in pipes:
            pipe.send("")
        for child in multiprocessing.active_children():
            child.join(10)
    return 0


if __name__ == "__main__":
    sys.exit(main())
