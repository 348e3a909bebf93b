"""The hub under load is killed, in parts and together with its database, at random moments, and started again."""

import os
import signal
import time
from pathlib import Path
from random import Random

from tests.faults.deployment import Deployment
from tests.faults.load import SOURCE, Load
from tests.faults.settings import ROUNDS, chance
from tests.faults.truth import all_holds
from tests.hub_process import HubProcess

PARTS = ("postgres", "engine", "api")


def test_every_acknowledged_contact_is_there_once_after_kill_9(hub_process: HubProcess) -> None:
    """`hub run` with the database that comes with it."""
    hub, choices = hub_process, chance("kill -9 of hub run")
    hub.start()
    with Load(hub.url, hub.partner_key(SOURCE, "load")) as load:
        for _ in range(ROUNDS):
            load.until(30)
            time.sleep(choices.uniform(0, 0.5))
            hub.kill()
            hub.start()
    all_holds(hub, load)


def test_a_part_of_a_hub_that_is_killed_alone_is_begun_again(hub_process: HubProcess) -> None:
    """`hub run` gives the engine and the projections a process each."""
    hub, choices = hub_process, chance("kill -9 of a part of hub run")
    hub.start()
    with Load(hub.url, hub.partner_key(SOURCE, "load")) as load:
        for _ in range(ROUNDS):
            for dead in ([0], [1], [0, 1]):
                load.until(15)
                time.sleep(choices.uniform(0, 0.5))
                pids = hub.part_pids()
                assert len(pids) == 2
                for each in dead:
                    os.kill(pids[each], signal.SIGKILL)
                until_begun_again(hub, {pids[each] for each in dead})
    all_holds(hub, load)


def until_begun_again(hub: HubProcess, dead: set[int]) -> None:
    """Until others are there for the parts that are gone, and the hub says that it is at work."""
    end = time.monotonic() + 30
    while len(hub.part_pids()) != 2 or dead & set(hub.part_pids()):
        assert time.monotonic() < end, "a part was not begun again"
        time.sleep(0.1)
    hub.until_ready()


def test_no_part_outlives_its_hub(hub_process: HubProcess) -> None:
    hub = hub_process
    hub.start()
    parts = hub.part_pids()
    hub.kill()
    end = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in parts):
        assert time.monotonic() < end, "a part works on for a hub that is gone"
        time.sleep(0.1)


def test_parts_killed_one_by_one_and_together_lose_nothing(deployment: Deployment) -> None:
    hub, choices = deployment, chance("kill -9 of parts")
    for part in PARTS[1:]:
        hub.start(part)
    with Load(hub.url, hub.partner_key()) as load:
        for _ in range(ROUNDS):
            for dead in (*choices.sample([(p,) for p in PARTS], 3), *pairs(choices), PARTS):
                load.until(15, within=60)
                time.sleep(choices.uniform(0, 0.4))
                hub.kill(*dead)
                time.sleep(choices.uniform(0, 0.5))
                for part in dead:
                    hub.start(part)
        load.until(15, within=60)
    all_holds(hub, load)


def pairs(choices: Random) -> list[tuple[str, ...]]:
    """Two of the parts, in the order in which they are started; in a long run."""
    two = choices.sample(PARTS, 2)
    return [tuple(sorted(two, key=PARTS.index))] if ROUNDS > 1 else []


def test_a_database_that_is_restarted_under_load_loses_nothing(deployment: Deployment) -> None:
    hub, choices = deployment, chance("restart of the database")
    for part in PARTS[1:]:
        hub.start(part)
    with Load(hub.url, hub.partner_key()) as load:
        for _ in range(ROUNDS):
            load.until(15, within=60)
            time.sleep(choices.uniform(0, 0.4))
            hub.restart_database()
        load.until(15, within=60)
    all_holds(hub, load)
