"""What happened around a family as its page tells it: who did what for whom, and none of the machine's own steps."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from events.contact_routed import ContactRouted
from events.mentions_linked import MentionsLinked
from events.need_unmet import NeedUnmet
from events.obligation_opened import ObligationOpened
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_minted import PersonMinted
from events.person_split import PersonSplit
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_sent import ReferralSent
from events.referral_withdrawn import ReferralWithdrawn
from hub.pages.words import team_said
from projections.referrals_and_clocks import CORRECTION
from projections.timeline import Entry

CORRECTIONS = frozenset(e.TYPE for e in (PeopleMerged, PersonSplit))
PERSON = re.compile(r"P-\d+")
LOOK_AGAIN = "Each team that was asked looks again."
OWN_STEPS = frozenset(e.TYPE for e in (ContactRouted, MentionsLinked, PeopleProposed, PersonMinted))
"""What the hub did for itself: the audit has it."""

DONE = {
    ReferralSent.TYPE: "{team} was asked{whom}.",
    ReferralSeen.TYPE: "{team} looked at what it was asked.",
    ReferralAccepted.TYPE: "{team} took it on.",
    ReferralDeclined.TYPE: "{team} declined, and another team was asked.",
    ReferralHandedOn.TYPE: "{team} handed it on to another team.",
    ReferralOverridden.TYPE: "{team} sent it to another team instead.",
    ReferralDone.TYPE: "{team} finished.",
    ReferralWithdrawn.TYPE: "{team} stopped: it was withdrawn.",
    NeedUnmet.TYPE: "{team} cannot give this now: an unmet need was counted.",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, in plain words."""

    at: datetime
    contact: str
    sentence: str


def happenings_of(entries: Iterable[Entry], names: Mapping[str, str]) -> list[Happening]:
    """What happened, oldest first; duties that were opened together are told as one."""
    told: list[Happening] = []
    opened = 0
    corrections: set[int] = set()
    for entry in entries:
        if entry.type in OWN_STEPS or entry.position in corrections or entry.rule == CORRECTION:
            continue
        if entry.type in CORRECTIONS:  # it stands on each contact whose mentions went
            corrections.add(entry.position)
        if entry.type == ObligationOpened.TYPE:
            opened = opened + 1 if told and told[-1].contact == entry.contact and opened else 1
            said = Happening(entry.at, entry.contact, duties(opened))
            told[len(told) - (opened > 1) :] = [said]
            continue
        opened = 0
        told.append(Happening(entry.at, entry.contact, sentence_of(entry, names)))
    return told


def duties(many: int) -> str:
    """How many duties a contact brought."""
    return f"{many} {'duty' if many == 1 else 'duties'} came with it."


def sentence_of(entry: Entry, names: Mapping[str, str]) -> str:
    """One thing that happened: its own sentence, where nothing plainer can be said."""
    if entry.type in CORRECTIONS:
        named = PERSON.sub(lambda found: names.get(found[0], found[0]), entry.sentence)
        return f"{named} {LOOK_AGAIN}"
    plain = DONE.get(entry.type)
    if plain is None or not entry.team:
        return entry.sentence
    who = names.get(entry.person or "")
    return plain.format(team=team_said(entry.team), whom=f" about {who}" if who else "")
