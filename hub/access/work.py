"""What a viewer may see of the asks and duties around people."""

from collections.abc import Sequence

from hub.access.eyes import Eyes
from hub.access.guarded import guarded_obligation, guarded_referral
from hub.access.queue import may_know_of
from hub.viewer import Viewer
from projections.hidden_people import RESTRICTED
from projections.referrals_and_clocks import Obligation, Referral
from projections.secrets import Hidden


def see_work(
    referrals: Sequence[Referral], obligations: Sequence[Obligation], hidden: Hidden, viewer: Viewer
) -> tuple[tuple[Referral, ...], tuple[Obligation, ...]]:
    """The asks and duties around people, as the viewer may see them."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return (), ()
    people = {p for p in (*(r.person for r in referrals), *(o.person for o in obligations)) if p}
    hidden.prepare(people, {*(r.contact for r in referrals), *(o.contact for o in obligations)})
    return (
        tuple(seen for r in referrals if (seen := see_referral(r, eyes))),
        tuple(owed for o in obligations if (owed := see_obligation(o, eyes))),
    )


def see_referral(referral: Referral, eyes: Eyes) -> Referral | None:
    """One ask, on the page of the people it is about."""
    eyes.must_have_passed(referral.position)
    secrets = eyes.hidden.contact(referral.contact)
    if eyes.ties(secrets, referral.person) or (secrets.placed and not eyes.adoption):
        return (
            None  # on this page the person is known: the contact's number would tie them to others
        )
    if not may_know_of(referral.rule, referral.team, referral.person, secrets, eyes):
        return None
    if eyes.open_text(secrets) and eyes.place(secrets, referral.person):
        return (
            referral.model_copy(update={"family": None})
            if secrets.tied and not eyes.adoption
            else referral
        )
    return guarded_referral(referral, secrets, eyes)


def see_obligation(owed: Obligation, eyes: Eyes) -> Obligation | None:
    """One duty, on the page of the people it is about."""
    eyes.must_have_passed(owed.position)
    secrets = eyes.hidden.contact(owed.contact)
    if eyes.ties(secrets, owed.person) or (secrets.placed and not eyes.adoption):
        return None
    if not eyes.streams(secrets) or owed.rule in RESTRICTED - eyes.viewer.clearances:
        return None
    return (
        owed
        if eyes.open_text(secrets) and eyes.place(secrets, owed.person)
        else guarded_obligation(owed, secrets, eyes)
    )


def see_corrections(
    owed: Sequence[Obligation], hidden: Hidden, viewer: Viewer
) -> tuple[Obligation, ...]:
    """What a team must look at again. That it was asked, and about whom, the viewer's own team always knows, and its words are fixed;
    of another team's, only what they may know of."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return ()
    hidden.prepare({o.person for o in owed if o.person}, {o.contact for o in owed})
    return tuple(seen for o in owed if (seen := see_correction(o, eyes)))


def see_correction(owed: Obligation, eyes: Eyes) -> Obligation | None:
    """One of them; without the person, where naming them beside the contact would tie a child in an adoptive placement to others."""
    secrets, team = eyes.hidden.contact(owed.contact), owed.owner or ""
    seen = see_obligation(owed, eyes)
    if not eyes.works_for(team):
        return seen if may_know_of(owed.rule, team, owed.person, secrets, eyes) else None
    if seen is not None:
        return seen
    kept = guarded_obligation(owed, secrets, eyes)
    tells = eyes.ties(secrets, owed.person) or (secrets.placed and not eyes.adoption)
    return kept.model_copy(update={"person": None, "about": None}) if tells else kept
