"""The queue as at any moment is the queue that was shown at that moment."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from events.envelope import RecordedEvent
from events.obligation_done import ObligationDone
from events.obligation_opened import ObligationOpened
from events.referral_accepted import ReferralAccepted
from events.referral_declined import ReferralDeclined
from events.referral_done import ReferralDone
from events.referral_escalated import ReferralEscalated
from events.referral_handed_on import ReferralHandedOn
from events.referral_overridden import ReferralOverridden
from events.referral_seen import ReferralSeen
from events.referral_withdrawn import ReferralWithdrawn
from hub.as_at import fold_contacts, fold_person
from hub.log import Log
from projections import duty_queue, family_view, queue_spans, referrals_and_clocks
from projections.as_at import fold_as_at
from projections.queue_spans import Kind, contacts_beside, contacts_in, month_of, months_between
from projections.referrals_and_clocks import CORRECTION, corrections_for
from projections.registry import question
from projections.table import Tables
from tests.projections.story import BEGAN, Story

TEAMS = ("YC", "MASH")
ENDS = ("done", "withdrawn", "declined", "handed-on", "overridden")
BESIDE: tuple[tuple[Kind, ModuleType, Callable[[Tables, list[str]], object]], ...] = (
    ("escalated", duty_queue, duty_queue.escalated),
    ("again", referrals_and_clocks, corrections_for),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(("contact", "seen", "accepted", "escalated", "again", "met", *ENDS)),
        st.integers(0, 9),
        st.sampled_from(TEAMS),
    ),
    max_size=25,
)


class StoryLog:
    """A log in a list."""

    def __init__(self, events: Sequence[RecordedEvent]) -> None:
        self.events = events

    async def read_tagged(
        self, tags: Sequence[str], until: datetime | None = None, types: Iterable[str] | None = None
    ) -> list[RecordedEvent]:
        return [
            e
            for e in self.events
            if set(tags) & set(e.tags)
            and (until is None or e.recorded_at <= until)
            and (types is None or e.type in set(types))
        ]


def lived(told: list[tuple[str, int, str]]) -> Story:
    """Contacts come, teams act on what is open in their queues; each moves on or ends."""
    story, asked, owed = Story(), list[Any](), list[ObligationOpened]()
    for number, (what, which, team) in enumerate(told, 1):
        if what == "contact" or not asked:
            contact = story.contact(
                number, {"people": [{"ref": "p1", "name": {"family": f"F{number}"}}]}
            )
            story.link(contact, p1=f"P-{number % 3 + 1:06}")
            story.route(
                contact,
                {"rule": "R8", "team": team, "about": "p1", "person": f"P-{number % 3 + 1:06}"},
            )
            asked.append(story.events[-1].event)
            continue
        sent = asked[which % len(asked)]
        named = {"referral": sent.referral, "contact": sent.contact, "team": sent.team}
        passed = {
            **named,
            "reason": "So.",
            "next": team,
            "opens": f"{sent.referral[:-1]}{number + 10}",
        }
        match what:
            case "escalated":
                story.tell(ReferralEscalated.example().model_copy(update={**named, "to": team}))
            case "again":
                opened = ObligationOpened.example().model_copy(
                    update={
                        "obligation": f"O{sent.contact[1:]}-{number}", "contact": sent.contact, "referral": sent.referral,
                        "rule": CORRECTION, "about": sent.about, "person": sent.person,
                    }
                )  # fmt: skip
                story.tell(opened)
                owed.append(opened)
            case "met" if owed:
                met = owed.pop(which % len(owed))
                story.tell(
                    ObligationDone(
                        obligation=met.obligation, contact=met.contact, team=team, outcome="So."
                    )
                )
            case "seen":
                story.tell(ReferralSeen(**named))
            case "accepted":
                story.tell(ReferralAccepted(**named))
            case "done":
                story.tell(ReferralDone(**named, outcome="So."))
            case "withdrawn":
                story.tell(ReferralWithdrawn(**named, reason="So."))
            case "declined":
                story.tell(ReferralDeclined(**passed))
            case "handed-on":
                story.tell(ReferralHandedOn(**passed))
            case "overridden":
                story.tell(ReferralOverridden(**passed))
        if what in ENDS:
            asked.remove(sent)
            if "opens" in passed and what not in ("done", "withdrawn"):
                going_on = {"referral": passed["opens"], "team": team, "follows": sent.referral}
                story.tell(sent.model_copy(update=going_on))
                asked.append(story.events[-1].event)
    return story


@given(steps)
def test_the_queue_at_any_moment_is_what_was_shown_then(told: list[tuple[str, int, str]]) -> None:
    events = lived(told).events
    spans = fold_as_at(events, [question(queue_spans)])
    log = cast(Log, StoryLog(events))
    for n in range(len(events) + 1):
        moment = events[n - 1].recorded_at if n else BEGAN
        then = fold_as_at(events[:n], [question(duty_queue)])
        for team in TEAMS:
            contacts = contacts_in(spans, team, moment)
            past = asyncio.run(fold_contacts(log, contacts, moment, duty_queue))
            assert duty_queue.open_for(past, team) == duty_queue.open_for(then, team)


@given(steps)
def test_what_stood_beside_the_queue_at_any_moment_is_what_was_shown_then(
    told: list[tuple[str, int, str]],
) -> None:
    events = lived(told).events
    spans = fold_as_at(events, [question(queue_spans)])
    log = cast(Log, StoryLog(events))
    for n in range(len(events) + 1):
        moment = events[n - 1].recorded_at if n else BEGAN
        then = fold_as_at(events[:n], [question(duty_queue), question(referrals_and_clocks)])
        for team in TEAMS:
            for kind, module, ask in BESIDE:
                contacts = sorted(contacts_beside(spans, team, kind, moment))
                past = asyncio.run(fold_contacts(log, contacts, moment, module))
                assert ask(past, [team]) == ask(then, [team])


@given(steps)
def test_a_person_at_any_moment_is_what_was_known_then(told: list[tuple[str, int, str]]) -> None:
    events = lived(told).events
    log = cast(Log, StoryLog(events))
    for n in range(len(events) + 1):
        moment = events[n - 1].recorded_at if n else BEGAN
        then = fold_as_at(events[:n], [question(family_view)])
        for person in ("P-000001", "P-000002"):
            past = asyncio.run(fold_person(log, person, moment))
            assert family_view.read_person(past, person) == family_view.read_person(then, person)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(0, 4000), st.floats(0, 1),
)  # fmt: skip
def test_any_moment_of_a_span_lies_in_one_of_its_months(
    begin: datetime, days: int, part: float
) -> None:
    end = begin + timedelta(days=days)
    assert month_of("YC", begin + (end - begin) * part) in months_between("YC", begin, end)
    months = months_between("YC", begin, end)
    assert len(months) == len(set(months)) <= days // 28 + 2
