"""A team's queue as it stood at a moment: what waited and was in hand, what was to be looked at again, what was escalated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.as_at import fold_contacts
from hub.services import Hub
from projections import duty_queue, queue_spans, referrals_and_clocks
from projections.referrals_and_clocks import Obligation
from projections.table import Tables


@dataclass(frozen=True, slots=True)
class PastQueue:
    """The tables of then.

    asks    the queue's own asks and those escalated to it
    again   where what had to be looked at again stood, of the contacts alone of which something had
    """

    asks: Tables
    again: Tables

    def names(self, owed: Sequence[Obligation]) -> dict[str, str]:
        """How those whom the team must look at again were called on the contact, by then."""
        found: dict[str, str] = {}
        for one in owed:
            asked = self.again.get("referrals", one.referral)
            contact = self.asks.get("queue_contacts", one.contact)
            about = one.about or (asked["about"] if asked else None)
            if one.person and contact and (name := contact["names"].get(about)):
                found[one.person] = name
        return found


async def past_queue(hub: Hub, team: str, codes: Sequence[str], moment: datetime) -> PastQueue:
    """The queues of these codes, as the page of `team`: what stood there and beside is known, and its contacts are folded anew."""

    def stood(tables: Tables) -> tuple[set[str], set[str]]:
        beside = dict.fromkeys((team, *codes))
        asks = {c for code in codes for c in queue_spans.contacts_in(tables, code, moment)}
        for code in beside:
            asks |= queue_spans.contacts_beside(tables, code, "escalated", moment)
        again = (queue_spans.contacts_beside(tables, code, "again", moment) for code in codes)
        return asks, set().union(*again)

    asks, again = await hub.views.ask(stood)
    return PastQueue(
        asks=await fold_contacts(hub.log, sorted(asks | again), moment, duty_queue),
        again=await fold_contacts(hub.log, sorted(again), moment, referrals_and_clocks),
    )
