"""The redactions themselves: each part of a contact without where, by whom and in whose words."""

import re
from typing import Any

from events.content import ContactContent, Doubt, Mention, Reporter
from events.decision import Decision, Notice, ObligationNeeded, Route
from events.mentions_linked import LinkedMention
from events.nhs_numbers import is_nhs
from hub.access.eyes import Eyes
from hub.access.words import (
    WITHHELD,
    bare,
    is_plain_relation,
    plain_codes,
    plain_pointer,
    plain_ref,
)
from hub.policies.vocabulary import vocabulary
from projections.answers import Answer
from projections.referrals_and_clocks import Obligation, Referral
from projections.secrets import ContactSecrets

A_ROLE = re.compile(
    r"[a-z-]+|999"
)  # a word of the policy, such as school; an organisation has a code
NOBODY: dict[str, Any] = {"person": None, "about": None}
SHOWN_FLAGS = frozenset(
    {"shielded", "adoptive_placement", "deceased", "unborn", "works_with_children"}
)


def guarded_content(content: ContactContent, shield: bool) -> ContactContent:
    """What was said, without free text and allegations; under a shield also without anybody's whereabouts or the reporter."""
    relations = tuple(r for r in content.relationships if r.type != "alleged-to-harm")
    changes: dict[str, Any] = {
        "relationships": relations, "strengths": (), "wants": (), "narrative": WITHHELD, "lawful_basis": None,
        "agreement": content.agreement and content.agreement.model_copy(
            update={"reason": None, "by": plain_ref(content.agreement.by)}
        ),
    }  # fmt: skip
    if shield:
        changes |= {
            "reporter": Reporter(org=WITHHELD), "channel": None,
            "people": tuple(guarded_mention(p) for p in content.people),
            "concerns": tuple(
                c.model_copy(update={"about": plain_ref(c.about)}) for c in content.concerns if plain_codes([c.code])
            ),
            "relationships": tuple(
                r.model_copy(update={"from_ref": plain_ref(r.from_ref), "to_ref": plain_ref(r.to_ref)})
                for r in relations if is_plain_relation(r.type)
            ),
        }  # fmt: skip
    return content.model_copy(update=changes)


def guarded_mention(mention: Mention) -> Mention:
    """A person as named, without where they are: name, birth, sex and NHS number are kept."""
    return Mention(
        ref=plain_ref(mention.ref),
        ids=tuple(i for i in mention.ids if is_nhs(i.system)),
        name=mention.name,
        dob=mention.dob,
        expected_dob=mention.expected_dob,
        sex=mention.sex,
        flags=tuple(f for f in mention.flags if f in SHOWN_FLAGS),
    )


def guarded_link(mention: LinkedMention) -> LinkedMention:
    """Who somebody is, without how it was told."""
    return mention.model_copy(
        update={
            "ref": plain_ref(mention.ref),
            "because": WITHHELD,
            "candidate": None,
            "considered": (),
        }
    )


def guarded_doubt(doubt: Doubt) -> Doubt:
    """A doubt by its code; its place and words could quote the message."""
    return Doubt(
        pointer=plain_pointer(doubt.pointer),
        code=doubt.code,
        says=WITHHELD,
    )


def guarded_decision(decision: Decision, secrets: ContactSecrets, eyes: Eyes) -> Decision:
    """A decision without localities, organisations, reasons, and those whom only a home may have led to."""
    return Decision(
        routes=tuple(
            guarded_route(r).model_copy(update=unless_named(r.person, r.team, secrets, eyes))
            for r in decision.routes
        ),
        obligations=tuple(
            guarded_need(o).model_copy(update=unless_named(o.person, None, secrets, eyes))
            for o in decision.obligations
        ),
        tell=tuple(
            guarded_notice(n).model_copy(update=unless_named(n.person, None, secrets, eyes))
            for n in decision.tell
        ),
    )


def unless_named(
    person: str | None, team: str | None, secrets: ContactSecrets, eyes: Eyes
) -> dict[str, Any]:
    """Nobody, in the place of somebody whom the contact does not name: who shares a home with a hidden person would be told.

    A team is told whom it was asked about itself.
    """
    if person is None or person in secrets.people or (team and eyes.works_for(team)):
        return {}
    return dict(NOBODY)


def guarded_route(route: Route) -> Route:
    """A route without the locality of its team and without its reason."""
    return route.model_copy(
        update={"team": bare(route.team), "about": plain_ref(route.about), "because": WITHHELD}
    )


def guarded_need(owed: ObligationNeeded) -> ObligationNeeded:
    """A duty without its reason."""
    return owed.model_copy(
        update={
            "about": plain_ref(owed.about), "does": duty(owed.rule, owed.does), "because": WITHHELD,
        }
    )  # fmt: skip


def duty(rule: str, does: str | None) -> str | None:
    """What is to be done, in the policy's own words, which know of no place; F4's tell of who is alleged to harm."""
    return WITHHELD if rule == "F4" else does


def guarded_notice(notice: Notice) -> Notice:
    """Who must be told, where that is a team or a role; an organisation would say where."""
    known = A_ROLE.fullmatch(notice.to) or bare(notice.to) in vocabulary().teams
    return notice.model_copy(
        update={
            "to": bare(notice.to) if known else WITHHELD, "about": plain_ref(notice.about), "because": WITHHELD,
        }
    )  # fmt: skip


def guarded_referral(referral: Referral, secrets: ContactSecrets, eyes: Eyes) -> Referral:
    """An ask without free text, without its locality where that tells, and about nobody where naming them would tie."""
    changes: dict[str, Any] = dict.fromkeys(("because", "reason", "outcome", "note"))
    changes["about"] = plain_ref(referral.about)
    if not eyes.place(secrets, referral.person):
        named = unless_named(referral.person, referral.team, secrets, eyes)
        changes |= {
            "team": bare(referral.team), "next": bare(referral.next), "family": None if named else referral.person, **named,
        }  # fmt: skip
    if not eyes.streams(secrets) or (secrets.tied and not eyes.adoption):
        changes |= {"family": None}
    if eyes.ties(secrets, referral.person):
        changes |= {"person": None, "about": None}
    withheld = tuple(name for name in changes if changes[name] is None or name != "about")
    return referral.model_copy(update={**changes, "withheld": withheld})


def guarded_obligation(owed: Obligation, secrets: ContactSecrets, eyes: Eyes) -> Obligation:
    """A duty by its rule, clock and standing, and what is to be done."""
    gone = dict.fromkeys(("because", "reason", "outcome", "note"))
    more = {"team": bare(owed.team), "owner": bare(owed.owner), "about": plain_ref(owed.about),
            "does": duty(owed.rule, owed.does), "withheld": tuple(gone)}  # fmt: skip
    if not eyes.place(secrets, owed.person):
        more |= unless_named(owed.person, owed.team, secrets, eyes)
    return owed.model_copy(update={**gone, **more})


def guarded_answer(answer: Answer) -> Answer:
    """An answer without locality and free text."""
    return answer.model_copy(
        update={
            "team": bare(answer.team), "next": bare(answer.next), "reason": None, "outcome": None,
            "withheld": ("reason", "outcome"),
        }
    )  # fmt: skip
