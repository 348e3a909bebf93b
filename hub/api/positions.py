"""The position that an answer must hold, and the moment that it is of, as a query says them."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator

from hub.as_at import read_moment

MinPosition = Annotated[
    int, Query(ge=0, description="Wait until the answer holds this position: reads your own write.")
]
AsAt = Annotated[
    datetime | None,
    BeforeValidator(lambda text: read_moment(text) if isinstance(text, str) else None),
    Query(description="What had been recorded by then (RFC 3339, such as 2026-03-04T10:15:00Z)."),
]
