"""`hub explain`: why a contact went where it did."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.cli._open import seen_by, with_hub
from hub.cli._say import AsJson, AsTeam, say, say_json
from hub.explaining import reasons_for
from hub.reading import contact_for
from hub.routing.why import Reason
from hub.services import Hub
from projections.contact_view import Amendment, ContactView


def command(
    contact: Annotated[str, typer.Argument(help="The contact's id, such as C-26-000001.")],
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="RULE…", help="Why these rules, or why not: R17, F3."),
    ] = None,
    as_: AsTeam = None,
    as_json: AsJson = False,
) -> None:
    """Why: who the people are and how we know, which rules matched, under which policy, and what came of it.

    Of rules that are named: why each was set off, or why not, in sentences.
    """
    if rules:
        explain_rules(as_, contact, [rule.upper() for rule in rules], as_json)
        return

    async def asked(hub: Hub) -> ContactView:
        return await contact_for(hub, await seen_by(hub, as_), contact)

    view = with_hub(asked, settled=True)
    if as_json:
        say_json(view)
    else:
        say(in_lines(view))


def explain_rules(as_: str | None, contact: str, rules: list[str], as_json: bool) -> None:
    """Why these rules, or why not."""

    async def ask(hub: Hub) -> tuple[Reason, ...]:
        return await reasons_for(hub, await seen_by(hub, as_), contact, rules)

    reasons = with_hub(ask, settled=True)
    if as_json:
        say_json({"contact": contact, "why": [asdict(reason) for reason in reasons]})
    else:
        say(
            f"{r.rule} {r.about or 'the contact'}: {'yes' if r.applies else 'no'}. {r.says}"
            for r in reasons
        )


def in_lines(view: ContactView) -> list[str]:
    """The explanation for a person."""
    lines = [f"{view.contact}: {view.status}, answered for by {view.owner or 'nobody yet'}."]
    lines += [f"  Held back: {what}." for what in view.withheld]
    lines += [
        f"  {m.ref} is {m.person or 'nobody known'} ({m.outcome}): {m.because}"
        for m in view.mentions
    ]
    if view.policy:
        lines.append(
            f"  Policy {view.policy.name} {view.policy.version} ({view.policy.hash[:12]}), decider {view.decider}."
        )
    if view.decision:
        for r in view.decision.routes:
            due = f", due {r.due_at:%Y-%m-%d %H:%M} UTC ({r.clock})" if r.due_at else ""
            lines.append(
                f"  {r.rank}. {r.rule} about {r.about or 'the contact'} to {r.team or 'no team'}{due}: {r.because}"
            )
        lines += [f"  Owed ({o.rule}): {o.does} {o.because}" for o in view.decision.obligations]
        lines += [f"  To be told ({t.rule}): {t.to}. {t.because}" for t in view.decision.tell]
    for amendment in view.amendments:
        lines += of_amendment(amendment)
    lines += [
        f"  {a.at:%Y-%m-%d %H:%M} UTC: {a.kind}{f', {a.team}' if a.team else ''}{f': {a.reason}' if a.reason else ''}"
        for a in view.answers
    ]
    return lines


def of_amendment(amendment: Amendment) -> list[str]:
    """What corrected or withdrew the contact, and what would now be decided beside what was."""
    why = f": {amendment.reason.rstrip('.')}" if amendment.reason else ""
    lines = [f"  {amendment.kind.capitalize()} on {amendment.at:%Y-%m-%d %H:%M} UTC{why}."]
    if amendment.decision is None:
        return lines
    lines.append("  It would now be decided:")
    lines += [
        f"    {r.rank}. {r.rule} about {r.about or 'the contact'} to {r.team or 'no team'}: {r.because}"
        for r in amendment.decision.routes
    ]
    for word, routes in (("Asked besides", amendment.newly), ("No longer", amendment.no_longer)):
        named = ", ".join(f"{r.team or 'no team'} ({r.row})" for r in routes)
        lines += [f"    {word}: {named}."] if named else []
    return lines
