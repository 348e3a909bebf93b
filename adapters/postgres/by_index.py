"""How a connection that reads and writes by keys and indexes alone is set up."""

from typing import Any

import psycopg

SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}


def by_index(conn: psycopg.Connection[Any]) -> None:
    """Each statement is planned once, and looks its rows up by the index it was written for.

    Left to itself the planner plans many of them anew each time, which costs as much as they do, and reads through a table that
    was small when it looked; tables of folds are made for look-ups, and grow.
    """
    chosen = ", ".join(
        f"set_config('{name}', '{value}', false)" for name, value in SETTINGS.items()
    )
    conn.execute(f"SELECT {chosen}".encode())
