"""The machine's clock is set back: what is recorded later is never recorded earlier, and clocks start when the log says."""

import httpx
import psycopg
from psycopg import sql

from tests.faults.deployment import Deployment
from tests.faults.load import Load, send
from tests.faults.truth import all_holds, rows
from tests.postgres import COUNCIL


def test_a_clock_set_back_moves_no_time_of_the_log_back(deployment: Deployment) -> None:
    """To the log it is the same whether the clock goes back by an hour, or its last time is an hour ahead of the clock."""
    hub = deployment
    hub.start("run")
    key = hub.partner_key()
    with Load(hub.url, key) as load:
        load.until(10)
        with psycopg.connect(hub.dsn) as conn:
            ahead = "UPDATE {}.head SET recorded_at = clock_timestamp() + interval '1 h' RETURNING position, recorded_at"
            row = conn.execute(sql.SQL(ahead).format(sql.Identifier(COUNCIL))).fetchone()
        assert row is not None
        load.until(20)
    after = "SELECT DISTINCT recorded_at FROM {}.events WHERE position > %s"
    assert rows(hub.dsn, after, row[0]) == [(row[1],)], "time stands still until the clock is there"
    with httpx.Client(timeout=30) as client:
        first = next(iter(load.acknowledged))
        again = send(client, hub.url, key, first)
    assert again.json()["id"] == load.acknowledged[first]
    all_holds(hub, load)
