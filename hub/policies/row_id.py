"""How rows are called: R0 to R32 of the routing table, and F1 for the front door."""

from typing import Annotated

from pydantic import Field

RowId = Annotated[str, Field(pattern=r"^(R[0-9]{1,2}|F1)$")]
ALL_ROWS = frozenset(f"R{number}" for number in range(33))
