"""The past, or any part of the log, answered by the same folds in plain memory."""

from collections.abc import Iterable

from events.envelope import RecordedEvent
from projections.projection import Projection
from projections.registry import all_projections, table_defs
from projections.table import MemoryTables


def fold_as_at(
    events: Iterable[RecordedEvent], chosen: Iterable[Projection] | None = None
) -> MemoryTables:
    """The tables of the projections (all, or those chosen) after these events, given in order of position.

    What a viewer may see of them is judged by what is hidden *now* (hub/access.py over the live tables): an address
    of two years ago is still one where somebody may be found who has been shielded since.
    """
    projections = tuple(all_projections() if chosen is None else chosen)
    tables = MemoryTables(table_defs(projections))
    position = 0
    for event in events:
        position = event.position
        for projection in projections:
            if projection.types is None or event.type in projection.types:
                projection.apply(tables, event)
    if position:
        for projection in projections:
            projection.note_position(tables, position)
    return tables
