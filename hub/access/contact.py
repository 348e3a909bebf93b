"""What a viewer may see of one contact."""

from typing import Any

from events.content import ContactContent, ContactFacts, Reporter
from events.decision import Decision
from hub.access.answers import see_outcome
from hub.access.eyes import Eyes
from hub.access.guarded import (
    NOBODY,
    guarded_answer,
    guarded_content,
    guarded_decision,
    guarded_doubt,
    guarded_link,
    guarded_mention,
    guarded_obligation,
    guarded_referral,
    guarded_route,
)  # fmt: skip
from hub.access.words import WITHHELD, bare, own_ref, plain_ref, stream_of
from hub.viewer import Viewer
from projections.contact_view import Amendment, ContactView
from projections.referrals_and_clocks import Referral
from projections.secrets import ContactSecrets, Hidden


def see_contact(view: ContactView, hidden: Hidden, viewer: Viewer) -> ContactView | None:
    """A contact as the viewer may see it; None where a partner asks for another's."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner" and view.partner != viewer.id:
        return None
    eyes.must_have_passed(view.reached)
    hidden.prepare(view.people, (view.contact,))
    secrets = hidden.contact(view.contact)
    if viewer.role == "partner":
        return partners_contact(view, secrets, eyes)
    if not eyes.streams(secrets):
        return received_only(view, secrets, eyes)
    if secrets.placed and not eyes.adoption:
        return placed_contact(view, secrets, eyes)
    seen = named_alone(view, eyes)
    seen = seen if eyes.open_text(secrets) else guarded_contact(seen, secrets, eyes)
    return untied_contact(seen, secrets, eyes) if secrets.tied and not eyes.adoption else seen


def named_alone(view: ContactView, eyes: Eyes) -> ContactView:
    """Of those whom the people of a contact were compared with, whoever the answer names: the others may be hidden."""
    if eyes.everything:
        return view
    mentions = tuple(
        m.model_copy(
            update={
                "considered": tuple(c for c in m.considered if c.person in (m.person, m.candidate))
            }
        )
        for m in view.mentions
    )
    return view.model_copy(update={"mentions": mentions})


def partners_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """What a partner reads of its own contact: what became of it, never what others said."""
    told = tuple(
        a for answer in view.answers if (a := see_outcome(answer, eyes.hidden, eyes.viewer))
    )
    open_stream = eyes.streams(secrets)
    return stripped(
        view,
        source=view.source,
        message_id=view.message_id,
        partner=view.partner,
        doubts=view.doubts,
        status=view.status if open_stream else "received",
        owner=bare(view.owner) if open_stream else None,
        referrals=tuple(partners_referral(r, secrets) for r in view.referrals)
        if open_stream
        else (),
        answers=told,
        routed_at=view.routed_at if open_stream else None,
        closed_at=view.closed_at if open_stream else None,
        outcome=view.outcome if open_stream and not secrets.shield and not secrets.placed else None,
        amendments=tuple(bare_amendment(a) for a in view.amendments),
        corrected_at=view.corrected_at,
        withdrawn_at=view.withdrawn_at,
        withheld=("content", "decision"),
    )


def partners_referral(referral: Referral, secrets: ContactSecrets) -> Referral:
    """An ask as the partner whose contact it answers may know it: which team, and where it stands."""
    keep = secrets.shield or secrets.placed
    return referral.model_copy(
        update={
            "team": bare(referral.team), "next": bare(referral.next), "because": None, "note": None, "person": None,
            "family": None, "about": own_ref(referral.about), "reason": None if keep else referral.reason,
            "outcome": None if keep else referral.outcome, "withheld": ("because", "note"),
        }
    )  # fmt: skip


def received_only(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact of a restricted stream to the uncleared: it was received. A team asked on it sees its own ask, and about whom."""
    own = own_referrals(view, secrets, eyes)
    return stripped(
        view,
        content=content_about(view, {r.about for r in own if r.about}, eyes),
        mentions=tuple(
            guarded_link(m)
            for m in view.mentions
            if m.person and m.person in {r.person for r in own}
        ),
        decision=own_decision(view, secrets, eyes),
        referrals=own,
        withheld=("everything but its receipt",),
    )


def placed_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact that names a child in an adoptive placement, to those not cleared for it: that child alone, or nobody."""
    alone = eyes.sole_placed(secrets)
    refs = {m.ref for m in view.mentions if alone and m.person == alone}
    return stripped(
        view,
        status=view.status,
        amendments=amended_alone(view)["amendments"],
        corrected_at=view.corrected_at,
        withdrawn_at=view.withdrawn_at,
        content=content_about(view, refs, eyes),
        mentions=tuple(guarded_link(m) for m in view.mentions if m.ref in refs),
        decision=own_decision(view, secrets, eyes),
        referrals=own_referrals(view, secrets, eyes),
        withheld=("people", "relationships", "decision", "text"),
    )


def own_referrals(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> tuple[Referral, ...]:
    """The asks made to the viewer's own team, without what they may not see."""
    return tuple(
        guarded_referral(r, secrets, eyes)
        for r in view.referrals
        if eyes.works_for(r.team) and not stream_of(r.rule, r.team) - eyes.viewer.clearances
    )


def own_decision(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> Decision | None:
    """Of a decision, what it asks of the viewer's own team; None where it asks nothing of them."""
    routes = [r for r in view.decision.routes if r.team] if view.decision else []
    own = [
        guarded_route(r).model_copy(update=NOBODY if eyes.ties(secrets, r.person) else {})
        for r in routes
        if eyes.works_for(r.team or "")
        and not stream_of(r.rule, r.team or "") - eyes.viewer.clearances
    ]
    return Decision(routes=tuple(own), obligations=(), tell=()) if own else None


def guarded_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact that carries a shield, or an allegation of harm, to the uncleared: who and what, not where nor in whose words."""
    changes: dict[str, Any] = {
        "content": view.content and guarded_content(view.content, shield=secrets.shield),
        "mentions": tuple(guarded_link(m) for m in view.mentions),
        "corrected": (),
        **amended_alone(view),
        "decision": view.decision and guarded_decision(view.decision, secrets, eyes),
        "referrals": tuple(guarded_referral(r, secrets, eyes) for r in view.referrals),
        "obligations": tuple(guarded_obligation(o, secrets, eyes) for o in view.obligations),
        "answers": tuple(
            guarded_answer(a).model_copy(update={"about": plain_ref(a.about)}) for a in view.answers
        ),
        "outcome": None,
        "withheld": ("allegations", "text", "because"),
    }
    if secrets.shield:
        changes |= {
            "source": None, "message_id": None, "partner": None, "carried_by": None, "body_sha256": None,
            "extensions": {}, "doubts": tuple(guarded_doubt(d) for d in view.doubts), "owner": bare(view.owner),
            "family": own_family(view),
            "withheld": ("whereabouts", "locality", "reporter", "allegations", "text", "because"),
        }  # fmt: skip
    return view.model_copy(update=changes)


def bare_amendment(amendment: Amendment) -> Amendment:
    """That a contact was corrected or withdrawn, and when; not in whose words."""
    return Amendment(
        kind=amendment.kind, position=amendment.position, at=amendment.at, message_id=amendment.message_id
    )  # fmt: skip


def amended_alone(view: ContactView) -> dict[str, Any]:
    """What somebody may know of a contact's amendments who may not read all of it: that there were some, and when."""
    bare_ones = tuple(
        bare_amendment(a).model_copy(update={"message_id": None}) for a in view.amendments
    )
    return {"said_first": None, "amendments": bare_ones, "withdrawn_because": None}


def own_family(view: ContactView) -> str | None:
    """The family, addressed by somebody whom the contact names: its root may be whoever they live with."""
    return view.family if view.family in view.people else next(iter(view.people), None)


def untied_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact about somebody whose family has a placed child, without that child: F4 alone would name it."""
    kept = view.decision and Decision(
        routes=tuple(r for r in view.decision.routes if not eyes.ties(secrets, r.person)),
        obligations=tuple(o for o in view.decision.obligations if not eyes.ties(secrets, o.person)),
        tell=tuple(n for n in view.decision.tell if not eyes.ties(secrets, n.person)),
    )
    return view.model_copy(
        update={
            "family": None, "decision": kept, "corrected": (), **amended_alone(view),
            "mentions": tuple(m.model_copy(update={"candidate": None, "considered": ()}) for m in view.mentions),
            "referrals": tuple(
                r.model_copy(update={"family": None}) for r in view.referrals if not eyes.ties(secrets, r.person)
            ),
            "obligations": tuple(o for o in view.obligations if not eyes.ties(secrets, o.person)),
            "answers": tuple(a for a in view.answers if not eyes.ties(secrets, a.person)),
            "withheld": tuple(dict.fromkeys((*view.withheld, "family"))),
        }
    )  # fmt: skip


def stripped(view: ContactView, **shown: Any) -> ContactView:
    """A contact of which nothing is left but that it was received, and what is named."""
    bare_bones = {
        "contact": view.contact, "position": view.position, "reached": view.position,
        "received_at": view.received_at, "status": "received", "owner": None, "source": None, "message_id": None,
        "partner": None, "carried_by": None, "body_sha256": None, "content": None, "doubts": (), "extensions": {},
        "model": None, "mentions": (), "routed_at": None, "family": None, "policy": None, "calendar_hash": None,
        "decider": None, "decision": None, "referrals": (), "obligations": (), "answers": (), "closed_at": None,
        "outcome": None,
    }  # fmt: skip
    return ContactView(**{**bare_bones, **shown})


def content_about(view: ContactView, refs: set[str], eyes: Eyes) -> ContactContent | None:
    """Of what was said, the people named by `refs` and nothing else."""
    if view.content is None or not refs:
        return None
    person_of = {m.ref: m.person for m in view.mentions}
    people = (p for p in view.content.people if p.ref in refs)
    return ContactContent(
        occurred_at=view.received_at,
        door=view.content.door,
        reporter=Reporter(org=WITHHELD),
        people=tuple(
            p if eyes.whereabouts(person_of.get(p.ref)) else guarded_mention(p) for p in people
        ),
        concerns=(),
        facts=ContactFacts(safe_to_call=view.content.facts.safe_to_call),
    )
