"""`hub policy`: the policy in force, drafts and their faults, what they would change, and how one comes into force."""

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer

from events.base import Event
from events.policy_published import PolicyPublished
from events.policy_shadowed import PolicyShadowed, Shift
from hub.cli._files import document_at, text_of
from hub.cli._open import with_hub
from hub.cli._say import AsJson, say, say_faults, say_json
from hub.errors import InvalidCommand, NotKnown
from hub.policies import document_hash, read_policy
from hub.policies.register import agree, keep_shadow, policies, publish, put_forward
from hub.policies.state import PolicyDraft
from hub.services import Hub
from hub.teams.register import read_staff
from hub.values import LONDON

group = typer.Typer(
    help="The routing policy: data in the log. Draft, check, shadow, and publish by two people.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="The policy document (YAML).")]
FileOrHash = Annotated[
    str,
    typer.Argument(metavar="FILE|HASH", help="A policy document, or the hash of one in the log."),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="STAFF", help="In whose name: the id or name of staff."),
]
Day = Annotated[
    str | None, typer.Option(metavar="DATE", help="A day (2026-03-04) or a moment (ISO 8601).")
]


@group.command("show")
def show(
    which: Annotated[
        str | None, typer.Argument(metavar="HASH", help="Another than the one in force.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The policy in force, or another that the log knows, as the whole document."""
    known = with_hub(lambda hub: policies(hub.log))
    if which is None and known.in_force is None:
        raise NotKnown("No policy was published yet.")
    found = known.find(which or known.in_force or "")
    if as_json:
        say_json(
            {"name": found.policy, "version": found.label, "hash": found.hash, "document": found.document}
        )  # fmt: skip
    else:
        say([f"# {found.policy} {found.label}, SHA-256 {found.hash}", found.document])


@group.command("list")
def list_all(as_json: AsJson = False) -> None:
    """Every policy and draft that the log knows, oldest first, and how far each has come."""
    known = with_hub(lambda hub: policies(hub.log))
    rows = [draft.told(known.in_force) for draft in known.known.values()]
    if as_json:
        say_json(rows)
    else:
        say(f"{r['hash'][:12]}  {r['name']} {r['version']}  {r['stands']}" for r in rows)


@group.command("check")
def check_file(
    file: File,
    teams: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also whether this register has every team it sends to."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every fault of a draft, with its place: syntax, unknown words, rules that nothing can set off, examples that fail.

    `hub policy draft` finds besides which teams it sends to that the register in force lacks.
    """
    from hub.policies.check import check
    from hub.teams.document import read_register

    known = read_register(text_of(teams)).teams if teams else None
    say_faults(check(text_of(file), teams=known), "The policy can be published.", as_json)


@group.command("draft")
def draft_file(file: File, by: By = None, as_json: AsJson = False) -> None:
    """Put a policy forward as a draft: kept in the log, checked, shown on the pages. It decides nothing yet."""
    from hub.clocks import england

    document = text_of(file)

    async def put(hub: Hub) -> PolicyDraft:
        await put_forward(hub.log, document, england(), by=await staff_of(hub, by))
        return (await policies(hub.log)).find(document_hash(document))

    draft = with_hub(put)
    faults = draft.faults or ()
    if as_json:
        errors = [f.model_dump(exclude_none=True) for f in faults]
        say_json({"hash": draft.hash, "ok": not faults, "errors": errors})
        return
    say([f"{f.pointer}: {f.says}" for f in faults])
    say(f"{draft.policy} {draft.label} is kept as a draft ({draft.hash[:12]}).")


@group.command("shadow")
def shadow(
    draft: FileOrHash,
    since: Day = None,
    until: Day = None,
    contacts: Annotated[
        int, typer.Option(min=0, help="How many of the contacts that would change are listed.")
    ] = 20,
    as_json: AsJson = False,
) -> None:
    """Run a draft over decisions that were made, and print what would change: by team, clock and obligation, with the contacts.

    The facts are those that each decision pinned. Of a draft in the log the result is kept and shown on its page.
    """
    from hub.bootstrap import upkeep
    from hub.settings import read_settings

    period = moment(since, "since"), moment(until, "until")
    document = document_at(draft)
    known = with_hub(lambda hub: policies(hub.log), settled=True)
    text = document or known.find(draft).document
    pin = read_policy(text).pin
    result = upkeep.shadow(read_settings(), text, *period, progress_bar=not as_json)
    event = result.event(pin, *period)

    kept = pin.hash in known.known
    if kept:
        with_hub(lambda hub: keep_shadow(hub.log, event))
    if as_json:
        told = [
            {"contact": o.contact, "position": o.position, "changes": o.sentences}
            for o in result.otherwise
        ]
        say_json({**event.model_dump(mode="json"), "contacts": told, "kept": kept})
        return
    say(in_lines(event))
    for each in result.otherwise[:contacts]:
        say([f"  {each.contact} {'; '.join(each.sentences)}"])
    if len(result.otherwise) > contacts:
        say(f"  … and {len(result.otherwise) - contacts} contacts more (--contacts N, or --json).")


def in_lines(event: PolicyShadowed) -> list[str]:
    """What a run over history came to."""
    lines = [
        f"{event.policy} {event.label} ({event.hash[:12]}): {event.changed} of {event.decisions} decisions would have come out"
        " otherwise."
    ]
    for title, shifts in (
        ("By team", event.teams), ("By clock", event.clocks), ("By obligation", event.obligations),
        ("By who is told", event.notices),
    ):  # fmt: skip
        if shifts:
            lines += [f"{title}:", *(f"  {shifted(shift)}" for shift in shifts)]
    return lines


def shifted(shift: Shift) -> str:
    more = f"+{shift.more}" if shift.more else ""
    fewer = f"-{shift.fewer}" if shift.fewer else ""
    return f"{shift.what}: {' '.join(filter(None, (more, fewer)))}"


def moment(said: str | None, name: str) -> datetime | None:
    """A day or a moment of England; raises InvalidCommand."""
    if said is None:
        return None
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        raise InvalidCommand(f"--{name} is no day or moment: {said[:40]!r}.") from None
    if len(said) == len("2026-03-04"):
        return datetime.combine(when.date(), time(), LONDON)
    return when if when.tzinfo else when.replace(tzinfo=LONDON)


@group.command("publish")
def publish_file(draft: FileOrHash, by: By = None, as_json: AsJson = False) -> None:
    """Agree that a policy comes into force for every contact from here on; it does when two people have agreed.

    Where fewer than two members of staff are operators, the operator of the machine publishes it alone.
    """
    from hub.clocks import england

    document = document_at(draft)

    async def put(hub: Hub) -> tuple[PolicyDraft, list[Event]]:
        text = document or (await policies(hub.log)).find(draft).document
        staff = await staff_of(hub, by)
        if staff is None:
            event = await publish(hub.log, text, england())
            done: list[Event] = [event] if event else []
        else:
            await put_forward(hub.log, text, england(), by=staff)
            done = await agree(hub.log, document_hash(text), staff, england())
        return (await policies(hub.log)).find(document_hash(text)), done

    policy, done = with_hub(put)
    in_force = any(isinstance(event, PolicyPublished) for event in done)
    if as_json:
        say_json(
            {"published": in_force, "agreed": list(policy.agreed), "hash": policy.hash if done else None}
        )  # fmt: skip
    elif in_force:
        say(f"{policy.policy} {policy.label} is in force ({policy.hash[:12]}).")
    elif done:
        say(
            f"{' and '.join(policy.agreed)} agreed to {policy.policy} {policy.label} ({policy.hash[:12]}). It comes into force"
            " when a second person agrees: hub policy publish, --by another."
        )
    else:
        say("Nothing changed: it is in force already, or they had agreed before.")


async def staff_of(hub: Hub, by: str | None) -> str | None:
    """The id of a member of staff by id or name; raises NotKnown."""
    return (await read_staff(hub.log)).find(by).staff if by else None
