"""How long, in the words people use."""

from datetime import timedelta

SIZES = ((1440, "day"), (60, "hour"), (1, "minute"))


def roughly(span: timedelta) -> str:
    """A span in its largest sensible unit: `under a minute`, `40 minutes`, `2 hours`, `3 days`."""
    minutes = int(span.total_seconds() // 60)
    for size, unit in SIZES:
        if minutes >= size:
            return counted(minutes // size, unit)
    return "under a minute"


def counted(count: int, unit: str) -> str:
    """`1 hour`, `3 working days`."""
    return f"{count} {unit}{'' if count == 1 else 's'}"
