"""What a viewer may see: the one place that every page, answer, message and command passes through (F14).

Each `see_…` takes what a projection gives, what is hidden *now* (`Hidden`, over the live tables, also where the page is
as at an earlier moment) and the viewer; it gives back the same model with what the viewer may not see taken out and
named in `withheld`, or None where they may not know of it at all. Whoever is not known to be safe to show is hidden.

shielded        where a hidden person is reaches nobody uncleared: neither their own address, telephone, school or
                practice, nor that of their family or of those beside them, nor the locality in a team's code, nor who
                reported, nor any free text of a contact that speaks of them
adoption        a child in an adoptive placement is shown alone to the uncleared: no relative, no relation, no contact
                that names others too
R14, R15, R16   the uncleared see of such a contact that it was received; a team that was asked on it sees its own ask
                which contacts a draft policy would change is told to who may see everything
alleged-to-harm is seen by those cleared for shielded people alone
partners        see what became of their own contacts, and nothing learnt from anybody else
"""

from hub.access.answers import see_outcome
from hub.access.circumstances import see_circumstances
from hub.access.contact import see_contact
from hub.access.happened import EventShown, see_event, see_events, see_timeline
from hub.access.people import find_people, see_family, see_person
from hub.access.queue import Part, see_notices, see_part, see_queue
from hub.access.receipts import see_receipts
from hub.access.refused import may_read_raw, see_refused
from hub.access.reviews import Compared, Merged, compare, compare_all, merged, open_to, see_reviews
from hub.access.shadow import see_shadow
from hub.access.surge import see_places
from hub.access.unmet import see_unmet
from hub.access.why import may_ask_why
from hub.access.words import WITHHELD
from hub.access.work import see_corrections, see_work

__all__ = [
    "WITHHELD", "Compared", "EventShown", "Merged", "Part", "compare", "compare_all", "find_people", "may_ask_why", "may_read_raw",
    "merged", "open_to", "see_circumstances", "see_contact", "see_corrections", "see_event", "see_events", "see_family", "see_notices",
    "see_outcome", "see_part", "see_person", "see_places", "see_queue", "see_receipts", "see_refused", "see_reviews", "see_shadow",
    "see_timeline", "see_unmet", "see_work",
]  # fmt: skip
