"""What the engine sends out on a decision."""

from events.decision import Decision, ObligationNeeded, Route
from hub.referrals.sent import open_referrals
from tests.loop.given import C1, O1, O2, R1, R2, RECEIVED_AT, owed, route

GRACE = ("p1", "P-000001")
HELD = "R-25-000009-1"


def send(
    routes: list[Route], obligations: list[ObligationNeeded] | None = None
) -> tuple[list[str], list[tuple[str, str]]]:
    """`id:team` of each referral, and each obligation with the referral it belongs to."""
    ranked = tuple(r.model_copy(update={"rank": rank}) for rank, r in enumerate(routes, 1))
    decision = Decision(routes=ranked, obligations=tuple(obligations or ()), tell=())
    sent, opened = open_referrals(decision, C1, "P-000001", RECEIVED_AT)
    return [f"{r.referral}:{r.team}" for r in sent], [(o.obligation, o.referral) for o in opened]


def test_each_route_with_a_team_is_one_referral_in_rank_order() -> None:
    sent, _ = send([route("R1", "MASH"), route("R31", None), route("R11", "CLS-2", *GRACE)])
    assert sent == [f"{R1}:MASH", f"{R2}:CLS-2"]


def test_the_first_leads() -> None:
    decision = Decision(
        routes=(route("R8", "YC"), route("R11", "TF", *GRACE).model_copy(update={"rank": 2})),
        obligations=(),
        tell=(),
    )
    sent, _ = open_referrals(decision, C1, None, RECEIVED_AT)
    assert [r.lead for r in sent] == [True, False]
    assert {r.clock_started_at for r in sent} == {RECEIVED_AT}


def test_what_a_team_has_already_is_not_sent_again() -> None:
    sent, _ = send([route("R8", "YC", held_by=HELD), route("R11", "CLS-2", *GRACE)])
    assert sent == [f"{R1}:CLS-2"]


def test_an_obligation_belongs_to_the_referral_about_the_same_person() -> None:
    _, opened = send(
        [route("R8", "YC"), route("R11", "CLS-2", *GRACE)], [owed("F2", *GRACE), owed("F3")]
    )
    assert opened == [(O1, R2), (O2, R1)]


def test_an_obligation_about_nobody_who_was_referred_belongs_to_the_lead() -> None:
    _, opened = send(
        [route("R8", "YC"), route("R11", "CLS-2", *GRACE)],
        [owed("F4", None, "P-000009"), owed("F2", None, None)],
    )
    assert opened == [(O1, R1), (O2, R1)]


def test_an_obligation_about_a_person_another_contact_referred_belongs_there() -> None:
    _, opened = send(
        [route("R11", "CLS-2", *GRACE), route("R8", "YC", held_by=HELD)],
        [owed("F3"), owed("F4", None, "P-000009")],
    )
    assert opened == [(O1, HELD), (O2, R1)]


def test_where_every_route_is_held_already_the_obligation_belongs_there() -> None:
    _, opened = send([route("R8", "YC", held_by=HELD)], [owed("F4", None, "P-000009")])
    assert opened == [(O1, HELD)]


def test_a_person_too_little_is_known_of_is_the_contacts_own_word_for_them() -> None:
    unknown = route("R8", "YC").model_copy(update={"person": None, "about": "p9"})
    _, opened = send([route("R1", "MASH"), unknown], [owed("F3", "p9", None)])
    assert opened == [(O1, R2)]


def test_what_is_owed_where_nobody_is_asked_goes_to_the_front_door() -> None:
    sent, opened = send([route("R31", None)], [owed("R31")])
    assert (sent, opened) == ([f"{R1}:TF"], [(O1, R1)])


def test_what_asks_nobody_and_owes_nothing_sends_nothing() -> None:
    assert send([route("R31", None)]) == ([], [])
