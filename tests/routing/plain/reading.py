"""The whole reading of one contact: rows first, then the whole-family rules over them, then the hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.routing.plain.answer import Answer
from tests.routing.plain.family import Contact
from tests.routing.plain.rows import ROWS
from tests.routing.plain.whole_family import WHOLE_FAMILY, out_of_hours, routes_in_order


def read(data: Mapping[str, Any], received: datetime, localities: Mapping[str, int]) -> Answer:
    """What routing.md says of one contact, in a hub that knows nobody yet."""
    contact, answer = Contact(data, received, localities), Answer()
    for row in ROWS:
        row(contact, answer)
    for rule in WHOLE_FAMILY:
        rule(contact, answer)
    told = {ref for ref in contact.people if not contact.age_unknown(ref)}
    answer.open_dates |= {ref for ref in told if not contact.date_says(ref)}
    answer.open_dates |= answer.dates & contact.dead
    answer.dates -= contact.dead
    answer.order = routes_in_order(answer, contact)
    out_of_hours(contact, answer)
    return answer
