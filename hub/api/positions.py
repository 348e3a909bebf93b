"""The position that an answer must hold, as a query says it."""

from typing import Annotated

from fastapi import Query

MinPosition = Annotated[
    int, Query(ge=0, description="Wait until the answer holds this position: reads your own write.")
]
