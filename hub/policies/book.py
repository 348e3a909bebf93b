"""A policy as a book that people read: each row with what sets it off, who has it, by when, and what else is to be done."""

from dataclasses import dataclass

from hub.policies.document import Policy
from hub.policies.row import Ages, Duty, Row, TeamsByAge
from hub.policies.said import in_words


@dataclass(frozen=True, slots=True)
class RowSaid:
    """One row in sentences."""

    row: str
    title: str
    source: str
    whom: str
    set_off: tuple[str, ...]
    goes_to: str
    by_when: str
    also: tuple[str, ...]
    told: tuple[str, ...]
    examples: tuple[str, ...]


def book(policy: Policy) -> tuple[RowSaid, ...]:
    """Every row of the policy, in its order."""
    return tuple(row_said(policy, row_id, row) for row_id, row in policy.rows.items())


def row_said(policy: Policy, row_id: str, row: Row) -> RowSaid:
    return RowSaid(
        row=row_id,
        title=row.title,
        source=row.source,
        whom=whom(row.ages),
        set_off=tuple(f"{sentence(in_words(t.when))}" for t in row.triggers),
        goes_to=goes_to(row),
        by_when=by_when(policy, row.clock) if row.clock else "No time is set.",
        also=tuple(also(policy, row)),
        told=tuple(
            f"{t.to}: {t.because}{f' (where {in_words(t.when)})' if t.when else ''}"
            for t in row.tell
        ),
        examples=tuple(f"{e.kind.capitalize()}: {e.says}" for e in row.examples),
    )


def sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def whom(ages: Ages) -> str:
    """`Everybody`, `Those under 18`."""
    low, high = ages.from_, ages.under
    if low and high:
        said = f"Those from {low} to under {high}"
    else:
        said = f"Those under {high}" if high else f"Those of {low} or over" if low else "Everybody"
    return f"{said} who are born" if ages.born else said


def goes_to(row: Row) -> str:
    if row.only_obligation:
        return "No team of its own: it is owed by whoever has the person's other routes."
    if row.team is None:
        return "No queue: the hub does it."
    if isinstance(row.team, TeamsByAge):
        return f"{row.team.child} for a child, {row.team.adult} for an adult: {row.pathway}."
    return f"{row.team}: {row.pathway}."


def by_when(policy: Policy, clock: str) -> str:
    rules = policy.clocks[clock]
    basis = "set by law" if rules.basis == "law" else "local practice"
    return f"{sentence(rules.say)[:-1]} ({basis})."


def also(policy: Policy, row: Row) -> list[str]:
    """What else belongs to the row."""
    said = [duty_said(policy, duty) for duty in (*row.further_clocks, *row.duties)]
    if row.needs_agreement:
        said.append("Needs agreement: refused, not asked or unsaid blocks it (F8).")
    if row.asks_about_siblings:
        said.append("Every other child of the home and of the parents is asked about (F4).")
    if row.cannot_wait:
        said.append(
            "Cannot wait: when the team is closed the emergency duty team is asked as well (R28)."
        )
    if row.pages:
        said.append(
            "Its team is paged by e-mail and webhook; where nobody sees it, others are too."
        )
    if row.sooner:
        said.append(f"{by_when(policy, row.sooner.clock)[:-1]} where {in_words(row.sooner.when)}.")
    return said


def duty_said(policy: Policy, duty: Duty) -> str:
    whose = "" if duty.who == "self" else f"For {duty.who.replace('-', ' ')}: "
    clock = f" {by_when(policy, duty.clock)}" if duty.clock else ""
    where = f" Where {in_words(duty.when)}." if duty.when else ""
    return f"{whose}{duty.does}{clock}{where}"
