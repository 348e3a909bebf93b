"""What no sequence of acts may break."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from events.base import Event
from events.contact_closed import ContactClosed
from hub.clocks import england
from hub.errors import HubError
from hub.referrals.act import command_for, holding
from hub.referrals.state import Episode, happened, owner_of
from hub.referrals.verbs import Verb, verbs
from hub.teams.book import team_book
from tests.loop.given import C1, C2, R1, RECEIVED_AT, contact_of_a_family, episode_of, owed, route
from tests.routing.given import policy

ADULT = ("p1", "P-000001")
ROUTES = st.lists(
    st.sampled_from(
        [
            route("R8", "YC"),
            route("R2", "MASH"),
            route("R11", "CLS-1", *ADULT),
            route("R14", "MARAC", *ADULT),
        ]
    ),
    min_size=1,
    max_size=3,
)
OWED = st.lists(
    st.sampled_from(
        [owed("F3"), owed("F2", *ADULT), owed("F4", None, "P-000009"), owed("F8", None, None)]
    ),
    max_size=3,
)
TEAM = st.sampled_from(["YC", "MASH", "TF", "CSC", "CLS-1", "LAC-2", "EH"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(verbs())),
        st.integers(min_value=1, max_value=5),
        st.sampled_from([C1, C2]),
        st.one_of(st.none(), TEAM),
        st.sampled_from(["said", "said otherwise"]),
    ),
    max_size=25,
)


def two_contacts(
    routes: Sequence[Any], obligations: Sequence[Any], leaning: Sequence[Any]
) -> list[Event]:
    """One contact as drawn, and a second that leans on its first referral and owes something with it."""
    first = contact_of_a_family(*routes, obligations=obligations)
    second = contact_of_a_family(
        route(routes[0].row, routes[0].team, held_by=R1), obligations=leaning, contact=C2
    )
    return [*first, *second]


def attempt(
    episode: Episode, verb: Verb, subject: str, next_team: str | None, words: str
) -> list[Event]:
    """What is decided, by whoever holds it; nothing where it is refused."""
    said = {"reason": words, "outcome": words, "next": next_team}
    body = {member: said[member] for member in verb.members if said.get(member)}
    try:
        referral = holding(episode, verb, subject)
        looked_up = {"at": RECEIVED_AT, "calendar": england(), "policy": policy()}
        command = command_for(verb, episode, referral, subject, body, team_book(), looked_up)
        return verb.decide(episode, command)
    except HubError:
        return []


def check(before: Episode, episode: Episode) -> None:
    for contact in episode.contacts.values():
        owner = owner_of(episode, contact.contact)
        assert owner.code, "a contact has an owner"
        accepted = any(
            r.accepted for r in episode.referrals.values() if r.sent.contact == contact.contact
        )
        assert not accepted or owner.kind == "team", "who accepted is the owner, not the door"
        own = [r for r in episode.referrals.values() if r.sent.contact == contact.contact]
        of_it = [o for o in episode.obligations.values() if o.opened.contact == contact.contact]
        if contact.closed:
            assert not any(o.open for o in of_it), "nothing closes while something is owed"
            assert not any(r.open for r in own), "nothing closes while somebody is asked"
    for referral in episode.referrals.values():
        if referral.status in ("done", "withdrawn"):
            assert not any(o.open for o in episode.belonging_to(referral.id)), (
                "an end waits for what is owed"
            )
        begun = referral
        while begun.sent.follows:
            earlier = episode.referrals[begun.sent.follows]
            assert begun.team != earlier.team, "nothing goes on to the team that had it"
            begun = earlier
        for kept in ("clock", "clock_started_at", "due_at", "rule", "person", "lead", "rank"):
            assert getattr(referral.sent, kept) == getattr(begun.sent, kept), (
                "a clock never starts again"
            )
    for known in before.referrals:
        assert episode.holder(known).open or episode.holder(known).status in ("done", "withdrawn")
    assert all(episode.holder(o.opened.referral) for o in episode.obligations.values())


@settings(max_examples=150, deadline=None)
@for_all(ROUTES, OWED, OWED, STEPS)
def test_no_sequence_of_acts_loses_a_contact_closes_it_too_soon_or_restarts_a_clock(
    routes: Any, obligations: Any, leaning: Any, steps: Any
) -> None:
    episode = episode_of(two_contacts(routes, obligations, leaning))
    for key, number, contact, next_team, words in steps:
        verb = verbs()[key]
        subject = f"{'R' if verb.subject == 'referral' else 'O'}{contact[1:]}-{number}"
        before = episode
        decided = attempt(episode, verb, subject, next_team, words)
        for event in decided:
            episode = happened(episode, event)
        check(before, episode)
        assert attempt(episode, verb, subject, next_team, words) == [], "nothing happens twice"


@settings(max_examples=100, deadline=None)
@for_all(ROUTES, OWED, OWED)
def test_a_team_that_does_all_that_is_asked_always_closes_the_contact_and_once(
    routes: Any, obligations: Any, leaning: Any
) -> None:
    episode = episode_of(two_contacts(routes, obligations, leaning))
    closed: list[str] = []
    for key in (("obligation", "done"), ("referral", "accept"), ("referral", "done")):
        subjects = episode.obligations if key[0] == "obligation" else episode.referrals
        for subject in subjects:
            for event in attempt(episode, verbs()[key], subject, None, "said"):
                episode = happened(episode, event)
                closed += [event.contact] if isinstance(event, ContactClosed) else []
    assert sorted(closed) == [C1, C2]
