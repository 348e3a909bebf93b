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
alleged-to-harm is seen by those cleared for shielded people alone
partners        see what became of their own contacts, and nothing learnt from anybody else
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, overload
from uuid import UUID

from events.content import ContactContent, ContactFacts, Doubt, Mention, Reporter
from events.decision import Decision, Notice, ObligationNeeded, Route
from events.envelope import RecordedEvent
from events.mentions_linked import LinkedMention
from events.message_refused import Fault, MessageRefused
from hub.errors import Unavailable
from hub.teams.book import team_book, works_for
from hub.viewer import ALL_CLEARANCES, Viewer
from projections.answers import Answer
from projections.contact_view import ContactView
from projections.duty_queue import QueueRow
from projections.family_view import FamilyShown, PersonShown, RelationShown, Said, family_of
from projections.hidden_people import (
    RESTRICTED,
    STREAM_OF_CONCERN,
    STREAM_OF_TEAM,
    ContactSecrets,
    Hidden,
)
from projections.person_index import Hit, search
from projections.quarantine import RefusedMessage
from projections.referrals_and_clocks import Obligation, Referral
from projections.rows import Shown
from projections.table import Tables
from projections.timeline import Entry, plain_sentence

WITHHELD = "Withheld: somebody here is hidden."
SHOWN_FLAGS = frozenset(
    {"shielded", "adoptive_placement", "deceased", "unborn", "works_with_children"}
)
TELLS_WHERE = frozenset({"lives-with"})
PLAIN_CODE = re.compile(r"[a-z0-9-]{1,40}")
PLAIN_POINTER = re.compile(r"(/[a-z_0-9]{1,32})*")
TEAM_CODE = re.compile(r"^([A-Z]+)-.*$", re.DOTALL)
RESTRICTED_CONCERNS = frozenset({*STREAM_OF_CONCERN, "domestic-abuse"})
WHEREABOUTS = ("address", "phones", "emails", "school", "gp")


class EventShown(Shown):
    """An event of the log as an auditor sees it; `payload` is None where any of it must be kept."""

    position: int
    event_id: UUID | None
    type: str | None
    schema_version: int | None
    stream: str | None
    version: int | None
    recorded_at: datetime
    occurred_at: datetime | None
    actor: str | None
    organisation: str | None
    correlation_id: str | None
    causation_id: UUID | None
    purpose: str | None
    tags: tuple[str, ...]
    sentence: str
    payload: dict[str, Any] | None
    withheld: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Eyes:
    """A viewer before what is hidden."""

    hidden: Hidden
    viewer: Viewer

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden from them."""
        return self.viewer.role != "partner" and self.viewer.clearances >= ALL_CLEARANCES

    @property
    def shielded(self) -> bool:
        """Cleared for shielded people."""
        return "shielded" in self.viewer.clearances

    @property
    def adoption(self) -> bool:
        """Cleared for adoptive placements."""
        return "adoption" in self.viewer.clearances

    def streams(self, secrets: ContactSecrets) -> bool:
        """Whether they may see the streams of a contact."""
        return secrets.known and secrets.streams <= self.viewer.clearances

    def open_text(self, secrets: ContactSecrets) -> bool:
        """Whether nothing in the contact needs to be kept from them, so that its free text can be trusted."""
        return (
            self.streams(secrets)
            and (self.shielded or not (secrets.shield or secrets.alleged))
            and (self.adoption or not secrets.placed)
        )

    def whereabouts(self, person: str | None) -> bool:
        """Whether they may know where this person is; of somebody without an id, only the cleared."""
        return self.shielded or (person is not None and not self.hidden.person(person).sheltered)

    def place(self, secrets: ContactSecrets, person: str | None) -> bool:
        """Whether an ask about this person may say where and by whom: nobody in the contact, nor they, may be sheltered."""
        return self.shielded or not (
            secrets.shield or (person and self.hidden.person(person).sheltered)
        )

    def ties(self, secrets: ContactSecrets, person: str | None) -> bool:
        """Whether naming this person beside this contact would tie a child in an adoptive placement to others."""
        if self.adoption:
            return False
        if secrets.placed:
            return sole_placed(secrets, self) != person
        return person is not None and self.hidden.person(person).placed

    def works_for(self, team: str) -> bool:
        """Whether their own team was asked; an auditor looks on and is never asked."""
        return self.viewer.role in ("duty", "operator") and works_for(self.viewer.team, team)

    def must_have_passed(self, position: int) -> None:
        """Refuse to answer before it is known what must be kept; raises Unavailable."""
        if not self.everything and not self.hidden.passed(position):
            raise Unavailable("It is not yet known what of this may be shown.")


# --- the queue --------------------------------------------------------------------------------------------------------


def see_queue(rows: Sequence[QueueRow], hidden: Hidden, viewer: Viewer) -> list[QueueRow]:
    """The rows of a queue that the viewer may know of. A team always sees that it was asked, and about whom."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hidden.prepare((r.person for r in rows if r.person), (r.contact for r in rows))
    return [seen for row in rows if (seen := see_row(row, eyes))]


def see_row(row: QueueRow, eyes: Eyes) -> QueueRow | None:
    """One row of a queue, or None where it may not be known of."""
    eyes.must_have_passed(row.position)
    secrets = eyes.hidden.contact(row.contact)
    if not may_know_of(row.rule, row.team, row.person, secrets, eyes):
        return None
    changes: dict[str, Any] = {}
    if not eyes.open_text(secrets) or not eyes.place(secrets, row.person):
        changes |= {"because": None, "reason": None}
    if not eyes.place(secrets, row.person):
        changes |= {
            "team": bare(row.team), "from_team": bare(row.from_team), "organisation": None, "partner": None,
            "concerns": plain_codes(row.concerns),
        }  # fmt: skip
    if not eyes.streams(secrets):
        concerns = tuple(
            c for c in row.concerns if c not in RESTRICTED_CONCERNS and PLAIN_CODE.fullmatch(c)
        )
        changes |= {
            "concerns": concerns,
            "family": None,
            "organisation": None,
            "partner": None,
            "door": None,
        }
    if secrets.tied and not eyes.adoption:
        changes |= {"family": None}
    if eyes.ties(secrets, row.person):
        changes |= {"family": None, "person": None, "about": None, "name": None}
    return row.model_copy(update={**changes, "withheld": tuple(changes)}) if changes else row


def may_know_of(
    rule: str, team: str, person: str | None, secrets: ContactSecrets, eyes: Eyes
) -> bool:
    """Whether it may be known that this team was asked under this rule.

    Of a restricted stream by the cleared alone; of another ask on a restricted contact by the team that was asked; of an
    ask to a locality's team about somebody sheltered by the cleared and that team, since the queue itself says where.
    """
    if stream_of(rule, team) - eyes.viewer.clearances:
        return False
    if eyes.works_for(team):
        return True
    return eyes.streams(secrets) and (eyes.place(secrets, person) or bare(team) == team)


# --- the contact ------------------------------------------------------------------------------------------------------


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
    seen = view if eyes.open_text(secrets) else guarded_contact(view, secrets, eyes)
    return untied_contact(seen, secrets, eyes) if secrets.tied and not eyes.adoption else seen


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
        referrals=own,
        withheld=("everything but its receipt",),
    )


def placed_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact that names a child in an adoptive placement, to those not cleared for it: that child alone, or nobody."""
    alone = sole_placed(secrets, eyes)
    refs = {m.ref for m in view.mentions if alone and m.person == alone}
    return stripped(
        view,
        status=view.status,
        content=content_about(view, refs, eyes),
        mentions=tuple(guarded_link(m) for m in view.mentions if m.ref in refs),
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


def guarded_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact that carries a shield, or an allegation of harm, to the uncleared: who and what, not where nor in whose words."""
    changes: dict[str, Any] = {
        "content": view.content and guarded_content(view.content, shield=secrets.shield),
        "mentions": tuple(guarded_link(m) for m in view.mentions),
        "decision": view.decision and guarded_decision(view.decision),
        "referrals": tuple(guarded_referral(r, secrets, eyes) for r in view.referrals),
        "obligations": tuple(guarded_obligation(o) for o in view.obligations),
        "answers": tuple(guarded_answer(a) for a in view.answers),
        "outcome": None,
        "withheld": ("allegations", "text", "because"),
    }
    if secrets.shield:
        changes |= {
            "source": None, "message_id": None, "partner": None, "carried_by": None, "body_sha256": None,
            "extensions": {}, "doubts": tuple(guarded_doubt(d) for d in view.doubts), "owner": bare(view.owner),
            "withheld": ("whereabouts", "locality", "reporter", "allegations", "text", "because"),
        }  # fmt: skip
    return view.model_copy(update=changes)


def untied_contact(view: ContactView, secrets: ContactSecrets, eyes: Eyes) -> ContactView:
    """A contact about somebody whose family has a placed child, without that child: F4 alone would name it."""
    kept = view.decision and Decision(
        routes=tuple(r for r in view.decision.routes if not eyes.ties(secrets, r.person)),
        obligations=tuple(o for o in view.decision.obligations if not eyes.ties(secrets, o.person)),
        tell=tuple(n for n in view.decision.tell if not eyes.ties(secrets, n.person)),
    )
    return view.model_copy(
        update={
            "family": None, "decision": kept,
            "mentions": tuple(m.model_copy(update={"candidate": None}) for m in view.mentions),
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


def guarded_content(content: ContactContent, shield: bool) -> ContactContent:
    """What was said, without free text and allegations; under a shield also without anybody's whereabouts or the reporter."""
    relations = tuple(r for r in content.relationships if r.type != "alleged-to-harm")
    changes: dict[str, Any] = {
        "relationships": relations, "strengths": (), "wants": (), "narrative": WITHHELD, "lawful_basis": None,
        "agreement": content.agreement and content.agreement.model_copy(update={"reason": None}),
    }  # fmt: skip
    if shield:
        changes |= {
            "reporter": Reporter(org=WITHHELD), "channel": None,
            "people": tuple(guarded_mention(p) for p in content.people),
            "concerns": tuple(c for c in content.concerns if PLAIN_CODE.fullmatch(c.code)),
            "relationships": tuple(
                r for r in relations if r.type not in TELLS_WHERE and PLAIN_CODE.fullmatch(r.type)
            ),
        }  # fmt: skip
    return content.model_copy(update=changes)


def guarded_mention(mention: Mention) -> Mention:
    """A person as named, without where they are: name, birth, sex and NHS number are kept."""
    return Mention(
        ref=mention.ref,
        ids=tuple(i for i in mention.ids if i.system == "nhs-number"),
        name=mention.name,
        dob=mention.dob,
        expected_dob=mention.expected_dob,
        sex=mention.sex,
        flags=tuple(f for f in mention.flags if f in SHOWN_FLAGS),
    )


def guarded_link(mention: LinkedMention) -> LinkedMention:
    """Who somebody is, without how it was told."""
    return mention.model_copy(update={"because": WITHHELD, "candidate": None})


def guarded_doubt(doubt: Doubt) -> Doubt:
    """A doubt by its code; its place and words could quote the message."""
    return Doubt(
        pointer=doubt.pointer if PLAIN_POINTER.fullmatch(doubt.pointer) else "",
        code=doubt.code,
        says=WITHHELD,
    )


def guarded_decision(decision: Decision) -> Decision:
    """A decision without localities, organisations and reasons."""
    return Decision(
        routes=tuple(guarded_route(r) for r in decision.routes),
        obligations=tuple(guarded_need(o) for o in decision.obligations),
        tell=tuple(guarded_notice(n) for n in decision.tell),
    )


def guarded_route(route: Route) -> Route:
    """A route without the locality of its team and without its reason."""
    return route.model_copy(update={"team": bare(route.team), "because": WITHHELD})


def guarded_need(owed: ObligationNeeded) -> ObligationNeeded:
    """A duty by its rule and clock."""
    return owed.model_copy(update={"does": WITHHELD, "because": WITHHELD})


def guarded_notice(notice: Notice) -> Notice:
    """Who must be told, where that is a team or a role; an organisation would say where."""
    known = notice.to in ("referrer", "person", "family") or team_book().find(notice.to)
    return notice.model_copy(
        update={"to": bare(notice.to) if known else WITHHELD, "because": WITHHELD}
    )


def guarded_referral(referral: Referral, secrets: ContactSecrets, eyes: Eyes) -> Referral:
    """An ask without free text, without its locality where that tells, and about nobody where naming them would tie."""
    changes: dict[str, Any] = {"because": None, "reason": None, "outcome": None, "note": None}
    if not eyes.place(secrets, referral.person):
        changes |= {"team": bare(referral.team), "next": bare(referral.next)}
    if not eyes.streams(secrets) or (secrets.tied and not eyes.adoption):
        changes |= {"family": None}
    if eyes.ties(secrets, referral.person):
        changes |= {"person": None, "about": None}
    return referral.model_copy(update={**changes, "withheld": tuple(changes)})


def guarded_obligation(owed: Obligation) -> Obligation:
    """A duty by its rule, clock and standing."""
    gone = dict.fromkeys(("does", "because", "reason", "outcome", "note"))
    return owed.model_copy(update={**gone, "team": bare(owed.team), "withheld": tuple(gone)})


def guarded_answer(answer: Answer) -> Answer:
    """An answer without locality and free text."""
    return answer.model_copy(
        update={
            "team": bare(answer.team), "next": bare(answer.next), "reason": None, "outcome": None,
            "withheld": ("reason", "outcome"),
        }
    )  # fmt: skip


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
        else guarded_obligation(owed)
    )


# --- answers to partners ----------------------------------------------------------------------------------------------


def see_outcome(answer: Answer, hidden: Hidden, viewer: Viewer) -> Answer | None:
    """An answer on its way to a partner, or None where it is not for them.

    Of a restricted stream it says that the contact was received, and no more. Localities are never told: they may have
    been learnt from others.
    """
    eyes = Eyes(hidden, viewer)
    eyes.must_have_passed(answer.position)
    secrets = hidden.contact(answer.contact)
    if viewer.role == "partner" and (not secrets.known or secrets.partner != viewer.id):
        return None
    if not eyes.streams(secrets) and answer.kind != "received":
        return None
    shown = answer.model_copy(
        update={
            "team": bare(answer.team), "next": bare(answer.next), "person": None, "about": own_ref(answer.about),
        }
    )  # fmt: skip
    return guarded_answer(shown) if secrets.shield or secrets.placed else shown


# --- people and families ----------------------------------------------------------------------------------------------


def see_person(person: PersonShown, hidden: Hidden, viewer: Viewer) -> PersonShown | None:
    """A person as the viewer may see them; None where all that is known of them must be kept."""
    if viewer.role == "partner":
        return None
    hidden.prepare([person.person], person.contacts)
    return seen_person(person, Eyes(hidden, viewer))


def seen_person(person: PersonShown, eyes: Eyes) -> PersonShown | None:
    """A person without what was said in contacts the viewer may not see, nor where they are if that must be kept."""
    if not person.said:
        return None
    eyes.must_have_passed(max(s.position for s in person.said))
    said = [s for s in person.said if eyes.streams(eyes.hidden.contact(s.contact))]
    if not said:
        return None
    secrets = eyes.hidden.person(person.person)
    said = [s.model_copy(update={"candidate": may_name(s.candidate, eyes)}) for s in said]
    withheld: list[str] = []
    if not eyes.whereabouts(person.person):
        said = [guarded_said(s) for s in said]
        withheld += ["address", "phones", "emails", "school", "gp", "reporter"]
    if secrets.with_placed and not eyes.adoption:
        said = [untied(s) if eyes.hidden.contact(s.contact).placed else s for s in said]
        withheld += ["relations", "contacts"]
    return PersonShown(person=person.person, said=tuple(said), withheld=tuple(withheld))


def may_name(candidate: str | None, eyes: Eyes) -> str | None:
    """Somebody who may be the same person, where they themselves are not hidden."""
    if candidate is None or eyes.everything or not eyes.hidden.person(candidate).hidden:
        return candidate
    return None


def guarded_said(said: Said) -> Said:
    """What a contact said of a person, without where they are or who told."""
    return said.model_copy(
        update={
            "mention": guarded_mention(said.mention), "organisation": None, "candidate": None,
            "withheld": (*WHEREABOUTS, "organisation"),
        }
    )  # fmt: skip


def untied(said: Said) -> Said:
    """What a contact said of a person, without which contact it was: the same contact on two pages would tie two people."""
    day = datetime.combine(said.at.astimezone(UTC).date(), time(), UTC)
    return said.model_copy(
        update={
            "contact": "", "ref": "", "position": 0, "at": day, "occurred_at": None, "candidate": None,
            "organisation": None, "withheld": tuple(dict.fromkeys((*said.withheld, "contact"))),
            "mention": said.mention.model_copy(update={"ref": ""}),
        }
    )  # fmt: skip


def see_family(family: FamilyShown, hidden: Hidden, viewer: Viewer) -> FamilyShown | None:
    """A family as the viewer may see it: connected anew from what they may know; None where they may not know the person."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return None
    if eyes.everything:
        return family
    everybody = {p.person: p for p in (*family.people, *family.beyond)}
    hidden.prepare(everybody, {c for p in everybody.values() for c in p.contacts})
    known = {p: part for p, person in everybody.items() if (part := may_know(person, eyes))}
    relations = [r for r in family.relations if may_know_relation(r, eyes)]
    for_asked = only_if_placed(family.asked, known, eyes)
    if for_asked is None:
        return None
    members = family_of(family.asked, for_asked, within(relations, for_asked))
    permitted = [r for r in within(relations, for_asked) if may_show_relation(r, eyes)]
    inside = set(members)
    own = [r for r in permitted if r.from_person in inside or r.to_person in inside]
    outside = {p for r in own for p in (r.from_person, r.to_person)} - inside
    in_order = [p.person for p in family.people if p.person in inside]
    return FamilyShown(
        asked=family.asked,
        root=in_order[0] if in_order else None,
        people=tuple(p for m in in_order if (p := seen_person(everybody[m], eyes))),
        relations=tuple(own),
        remarks=tuple(
            r
            for r in family.remarks
            if eyes.open_text(hidden.contact(r.contact))
            and (r.person is None or r.person in inside)
        ),
        beyond=tuple(
            p for m in everybody if m in outside and (p := seen_person(everybody[m], eyes))
        ),
        withheld=what_of_family(family, eyes),
    )


def may_know(person: PersonShown, eyes: Eyes) -> PersonShown | None:
    """A person by the contacts the viewer may see, whereabouts still there: for telling who shares a home."""
    eyes.must_have_passed(max((s.position for s in person.said), default=0))
    said = tuple(s for s in person.said if eyes.streams(eyes.hidden.contact(s.contact)))
    return PersonShown(person=person.person, said=said) if said else None


def may_know_relation(relation: RelationShown, eyes: Eyes) -> bool:
    """Whether a relation may play a part at all."""
    eyes.must_have_passed(relation.position)
    ends = (eyes.hidden.person(relation.from_person), eyes.hidden.person(relation.to_person))
    return (
        eyes.streams(eyes.hidden.contact(relation.contact))
        and (eyes.shielded or relation.type != "alleged-to-harm")
        and (eyes.adoption or not any(end.placed for end in ends))
    )


def may_show_relation(relation: RelationShown, eyes: Eyes) -> bool:
    """Whether a relation may be shown: living with somebody tells where a hidden person is."""
    plain = relation.type not in TELLS_WHERE and PLAIN_CODE.fullmatch(relation.type) is not None
    return plain or (
        eyes.whereabouts(relation.from_person) and eyes.whereabouts(relation.to_person)
    )


def only_if_placed(
    asked: str, known: Mapping[str, PersonShown], eyes: Eyes
) -> dict[str, PersonShown] | None:
    """Those who may be shown around `asked`: a placed child alone, else everybody but placed children; None without `asked`."""
    if asked not in known:
        return None
    if eyes.adoption:
        return dict(known)
    if eyes.hidden.person(asked).placed:
        return {asked: known[asked]}
    return {p: shown for p, shown in known.items() if not eyes.hidden.person(p).placed}


def within(
    relations: Iterable[RelationShown], people: Mapping[str, PersonShown]
) -> list[RelationShown]:
    """The relations whose both ends may be shown."""
    return [r for r in relations if r.from_person in people and r.to_person in people]


def what_of_family(family: FamilyShown, eyes: Eyes) -> tuple[str, ...]:
    """What is kept of a family, in words."""
    withheld: list[str] = []
    if any(not eyes.whereabouts(p.person) for p in family.people):
        withheld.append("whereabouts")
    if not eyes.adoption and any(eyes.hidden.person(p.person).with_placed for p in family.people):
        withheld.append("relations")
    return tuple(withheld)


def find_people(tables: Tables, asked: str, hidden: Hidden, viewer: Viewer) -> list[Hit]:
    """Search for people. Hidden people are found by the cleared alone, and never by what a restricted contact said."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hits = search(tables, asked, lambda hit: may_find(hit, eyes))
    return [
        untied_hit(h) if hidden.contact(h.contact).placed and not eyes.adoption else h for h in hits
    ]


def may_find(hit: Hit, eyes: Eyes) -> bool:
    """Whether the viewer may find this person by what this contact said."""
    eyes.must_have_passed(hit.position)
    person = eyes.hidden.person(hit.person)
    return (
        eyes.streams(eyes.hidden.contact(hit.contact))
        and (eyes.shielded or not person.hidden)
        and (eyes.adoption or not person.placed)
    )


def untied_hit(hit: Hit) -> Hit:
    """A person found, without which contact named them."""
    return hit.model_copy(update={"contact": "", "position": 0})


# --- what happened ----------------------------------------------------------------------------------------------------


def see_timeline(entries: Sequence[Entry], hidden: Hidden, viewer: Viewer) -> list[Entry]:
    """What happened, as far as the viewer may know of it."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hidden.prepare((e.person for e in entries if e.person), {e.contact for e in entries})
    return [seen for entry in entries if (seen := see_entry(entry, eyes))]


def see_entry(entry: Entry, eyes: Eyes) -> Entry | None:
    """One thing that happened: in plain words only, where the contact carries something to be kept."""
    eyes.must_have_passed(entry.position)
    secrets = eyes.hidden.contact(entry.contact)
    if (secrets.placed and not eyes.adoption) or eyes.ties(secrets, entry.person):
        return None
    if not eyes.streams(secrets):
        return plain_entry(entry) if entry.type == "contact.received" else None
    if entry.rule in RESTRICTED - eyes.viewer.clearances:
        return None
    return entry if eyes.place(secrets, entry.person) else plain_entry(entry)


def plain_entry(entry: Entry) -> Entry:
    """That something of this kind happened, without the place, the reporter and the words."""
    return entry.model_copy(
        update={
            "sentence": plain_sentence(entry.type), "organisation": None, "occurred_at": None, "team": bare(entry.team),
            "actor": plain_actor(entry.actor), "withheld": ("sentence", "reporter", "locality"),
        }
    )  # fmt: skip


def see_event(recorded: RecordedEvent, hidden: Hidden, viewer: Viewer) -> EventShown | None:
    """An event of the log, for auditors and for whoever follows it; None for partners, who are told outcomes instead."""
    if viewer.role == "partner":
        return None
    eyes = Eyes(hidden, viewer)
    whole = whole_event(recorded)
    if eyes.everything:
        return whole
    eyes.must_have_passed(recorded.position)
    contact = getattr(recorded.event, "contact", None)
    if contact is None:
        return refused_event(whole, eyes) if isinstance(recorded.event, MessageRefused) else whole
    hidden.prepare((), [contact])
    secrets = hidden.contact(contact)
    if not eyes.streams(secrets):
        return hidden_event(whole, contact)
    person = getattr(recorded.event, "person", None)
    tied = secrets.tied and not eyes.adoption
    if not eyes.place(secrets, person) or tied:
        return guarded_event(whole, tied)
    return whole if eyes.open_text(secrets) else whole.model_copy(update=WORDLESS)


def whole_event(recorded: RecordedEvent) -> EventShown:
    """An event with nothing kept back."""
    event = recorded.event
    return EventShown(
        position=recorded.position, event_id=recorded.event_id, type=event.TYPE, schema_version=event.VERSION,
        stream=recorded.stream, version=recorded.version, recorded_at=recorded.recorded_at,
        occurred_at=recorded.occurred_at, actor=recorded.actor, organisation=recorded.organisation,
        correlation_id=recorded.correlation_id, causation_id=recorded.causation_id, purpose=recorded.purpose,
        tags=recorded.tags, sentence=event.sentence(), payload=event.model_dump(mode="json"),
    )  # fmt: skip


def hidden_event(whole: EventShown, contact: str) -> EventShown:
    """An event of a restricted contact: that it was received; of all that followed, that something was recorded."""
    received = whole.type == "contact.received"
    return EventShown(
        position=whole.position, event_id=whole.event_id, type=whole.type if received else None, schema_version=None,
        stream=whole.stream if received else None, version=None, recorded_at=whole.recorded_at, occurred_at=None,
        actor=None, organisation=None, correlation_id=contact if received else None, causation_id=None, purpose=None,
        tags=(f"contact:{contact}",) if received else (),
        sentence="A contact was received." if received else "Something was recorded in a restricted stream.",
        payload=None, withheld=("everything else",),
    )  # fmt: skip


WORDLESS: dict[str, Any] = {"payload": None, "withheld": ("payload",)}


def guarded_event(whole: EventShown, tied: bool) -> EventShown:
    """An event of a contact with something to be kept: its envelope, without the reporter, the place and the words."""
    names_person = tied and (whole.stream or "").startswith("person:")
    return whole.model_copy(
        update={
            "payload": None, "sentence": plain_sentence(whole.type or ""), "actor": plain_actor(whole.actor),
            "organisation": None, "occurred_at": None, "purpose": None,
            "stream": "person" if names_person else whole.stream,
            "tags": tuple(t for tag in whole.tags if (t := guarded_tag(tag, tied))),
            "withheld": ("payload", "reporter", "locality"),
        }
    )  # fmt: skip


def refused_event(whole: EventShown, eyes: Eyes) -> EventShown:
    """A message that could not be read may say anything about anybody."""
    if eyes.shielded and eyes.adoption:
        return whole
    return whole.model_copy(update=WORDLESS)


def guarded_tag(tag: str, tied: bool) -> str | None:
    """A tag without its locality; without people, where they would tie a placed child to others."""
    kind, _, value = tag.partition(":")
    if kind == "team":
        return f"team:{bare(value)}"
    if kind == "partner" or (tied and kind in ("person", "family")):
        return None
    return tag


# --- messages that could not be used ----------------------------------------------------------------------------------


def see_refused(message: RefusedMessage, viewer: Viewer) -> RefusedMessage | None:
    """A message that could not be used. Its sender and the cleared see all of it: nobody knows whom an unread message names."""
    if viewer.role == "partner":
        return message if message.partner == viewer.id else None
    if viewer.clearances >= ALL_CLEARANCES:
        return message
    faults = tuple(guarded_fault(f) for f in message.faults)
    return message.model_copy(
        update={"faults": faults, "body_sha256": None, "withheld": ("body", "faults")}
    )


def may_read_raw(viewer: Viewer) -> bool:
    """Whether the viewer may open the bytes of a message as they came: nothing in them can be taken out."""
    return viewer.role != "partner" and viewer.clearances >= ALL_CLEARANCES


def guarded_fault(fault: Fault) -> Fault:
    """A fault by its code and a plain place; words could quote the message."""
    pointer = fault.pointer if PLAIN_POINTER.fullmatch(fault.pointer) else ""
    return Fault(pointer=pointer, code=fault.code, says=WITHHELD)


# --- words ------------------------------------------------------------------------------------------------------------


@overload
def bare(team: str) -> str: ...
@overload
def bare(team: None) -> None: ...
@overload
def bare(team: str | None) -> str | None: ...
def bare(team: str | None) -> str | None:
    """A team's code without its locality; a door such as voluntary-sector, or None, stays as it is."""
    return TEAM_CODE.sub(r"\1", team) if team else team


def own_ref(about: str | None) -> str | None:
    """The contact's own word for somebody; a person's id would tell that others are known."""
    return None if about is None or about.startswith("P-") else about


def plain_actor(actor: str | None) -> str | None:
    """Who acts, where that says nothing of a place."""
    return actor if actor in ("engine", "operator") else None


def plain_codes(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes that look like codes."""
    return tuple(c for c in codes if PLAIN_CODE.fullmatch(c))


def stream_of(rule: str, team: str) -> frozenset[str]:
    """The restricted stream an ask belongs to."""
    streams = {rule} & RESTRICTED
    by_team = STREAM_OF_TEAM.get(team.partition("-")[0])
    return frozenset({*streams, *([by_team] if by_team else [])})


def sole_placed(secrets: ContactSecrets, eyes: Eyes) -> str | None:
    """The one child in an adoptive placement that a contact names; None where there are several."""
    placed = [p for p in secrets.people if eyes.hidden.person(p).placed]
    return placed[0] if len(placed) == 1 else None
