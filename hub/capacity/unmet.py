"""What follows where a need cannot be met now: it is counted, and whoever owns it looks again and proposes an alternative (R30)."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from events.need_unmet import NeedUnmet, WhyUnmet
from events.obligation_opened import ObligationOpened
from events.referral_sent import ReferralSent
from hub.clocks import Calendar
from hub.people import corrections
from hub.people.person import current_home
from hub.people.told import next_owed
from hub.policies.document import Policy
from hub.routing.queues import Home, Queues
from hub.values import Postcode
from projections.table import Row, Tables

ANSWERS: tuple[WhyUnmet, ...] = ("no-capacity", "no-eligible-service")
NOT_WORDS = re.compile(r"[^a-z]+")


def said_in(reason: str) -> WhyUnmet | None:
    """Whether a team's reason for declining is, or begins with, `no capacity` or `no eligible service`; None where it is another."""
    words = "-".join(word for word in NOT_WORDS.split(reason.lower()) if word)
    return next((a for a in ANSWERS if words == a or words.startswith(f"{a}-")), None)


def needs_of(
    tables: Tables, sent: Iterable[ReferralSent], full: Iterable[str], queues: Queues
) -> Iterator[NeedUnmet]:
    """The needs behind what was just asked of queues that are full."""
    short = set(full)
    for asked in sent:
        if asked.team in short:
            row = {"person": asked.person, **asked.model_dump(include=ASKED)}
            yield need(tables, row, "no-capacity", queues)


def kept(
    tables: Tables, sent: ReferralSent, at: datetime, queues: Queues, calendar: Calendar
) -> Iterator[NeedUnmet | ObligationOpened]:
    """What follows where somebody sent an ask on to a queue that is full, and it is kept there: as where the engine sends it."""
    yield from needs_of(tables, [sent], [sent.team], queues)
    because, asked = why_owed(queues.policy, "no-capacity"), tables.get("open_ask", sent.referral)
    if because and asked:
        yield from review(tables, asked, sent.referral, because, at, queues.policy, calendar)


ASKED = {"referral", "contact", "team", "rule", "pathway"}


def need(tables: Tables, asked: Row, why: WhyUnmet, queues: Queues) -> NeedUnmet:
    """One need, as it is counted."""
    person = corrections.now(tables, asked["person"]) if asked["person"] else None
    return NeedUnmet(
        need=f"N{asked['referral'][1:]}", contact=asked["contact"], referral=asked["referral"], rule=asked["rule"],
        team=asked["team"], locality=locality(tables, asked, person, queues), pathway=asked["pathway"],
        person=person, reason=why,
    )  # fmt: skip


def locality(tables: Tables, asked: Row, person: str | None, queues: Queues) -> int | None:
    """Where a need is: the locality of the queue, else of the home where the person was last said to live, else the one that all
    whom the contact names agree on."""
    place = asked["team"].partition("-")[2]
    if place.isdigit():
        return int(place)
    own = home_of(tables, person, queues) if person else None
    if own is not None:
        return own
    told = tables.get("told", asked["contact"])
    named = {corrections.now(tables, p) for p in (told["people"].values() if told else ())}
    found = {home_of(tables, p, queues) for p in named} - {None}
    return next(iter(found)) if len(found) == 1 else None


def home_of(tables: Tables, person: str, queues: Queues) -> int | None:
    """The locality of the home where somebody was last said to live."""
    known = tables.get("known_person", person)
    home = current_home(known) if known else None
    if home is None:
        return None
    postcode = Postcode.parse(home["postcode"] or "")
    ward = queues.register.ward(home["uprn"]) if queues.register else None
    return queues.locality(Home(postcode.sector if postcode else None, ward))


def why_owed(policy: Policy, why: WhyUnmet) -> str | None:
    """Why somebody must look again, in the policy's words; None where it has none, and nothing is owed."""
    found = policy.where_no_room
    return found[1].answers.get(why) if found else None


def review(
    tables: Tables, asked: Row, holder: str, because: str, at: datetime, policy: Policy, calendar: Calendar
) -> Iterator[ObligationOpened]:  # fmt: skip
    """What the one who has the referral now, by `holder`, owes for want of room where it was `asked`, in the policy's words."""
    found = policy.where_no_room
    assert found is not None
    row_id, row = found
    contact = asked["contact"]
    for number, duty in enumerate(row.duties, next_owed(tables, contact)):
        clock = policy.clock(duty.clock or row.clock)
        yield ObligationOpened(
            obligation=f"O{contact[1:]}-{number}", contact=contact, referral=holder, rule=row_id,
            about=asked["about"], person=asked["person"] and corrections.now(tables, asked["person"]),
            does=said_of(duty.does, asked), because=said_of(because, asked), clock=clock.name if clock else None,
            due_at=clock.due(at, calendar) if clock else None,
        )  # fmt: skip


def said_of(sentence: str, asked: Row) -> str:
    """The policy's sentence with the team and the row that was asked by; never the locality, which says where somebody is."""
    return sentence.replace("{team}", asked["team"].partition("-")[0]).replace("{row}", asked["rule"])  # fmt: skip
