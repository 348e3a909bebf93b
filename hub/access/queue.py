"""What a viewer may see of a team's queue."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.access.eyes import Eyes
from hub.access.receipts import guarded_receipt
from hub.access.words import RESTRICTED_CONCERNS, bare, plain_codes, plain_ref, stream_of
from hub.viewer import Viewer
from projections import duty_queue
from projections.duty_queue import QueueRow
from projections.notices import Unseen
from projections.secrets import ContactSecrets, Hidden
from projections.table import Row, Tables


def see_queue(rows: Sequence[QueueRow], hidden: Hidden, viewer: Viewer) -> list[QueueRow]:
    """The rows of a queue that the viewer may know of. A team always sees that it was asked, and about whom."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hidden.prepare((r.person for r in rows if r.person), (r.contact for r in rows))
    return [seen for row in rows if (seen := see_row(row, eyes))]


def see_notices(found: Sequence[Unseen], hidden: Hidden, viewer: Viewer) -> list[Unseen]:
    """The notices that the viewer may know of: all that are to their own team, and of others' as of an ask of that team."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hidden.prepare((), (n.notice.contact for n in found))
    return [
        replace(n, notice=guarded_receipt(n.notice, eyes)) for n in found if may_see_notice(n, eyes)
    ]


def may_see_notice(one: Unseen, eyes: Eyes) -> bool:
    """Whether it may be known that this team was told this of the contact."""
    team, rules = one.notice.to, one.rows or (one.notice.rule,)
    if eyes.works_for(team):
        return True
    eyes.must_have_passed(one.position)
    secrets = eyes.hidden.contact(one.notice.contact)
    return all(may_know_of(rule, team, None, secrets, eyes) for rule in rules)


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a long queue: those from `first` on (from 0), of `total` that the viewer may know of."""

    rows: tuple[QueueRow, ...]
    first: int
    total: int


def see_part(
    rows: Sequence[Row],
    told: Tables,
    hidden: Hidden,
    viewer: Viewer,
    begin: int,
    size: int,
    door: str | None,
) -> Part:
    """The page of a queue that holds its row number `begin`, the last where it is shorter. `rows` are the glances of the
    projection, in order, of which those of the page are read whole from the tables that `told` them. With `door`, those
    alone whose door is that one and may be told."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner" or not rows:
        return Part((), 0, 0)
    eyes.must_have_passed(max(row["position"] for row in rows))
    known = known_of([row for row in rows if door in (None, row["door"])], eyes)
    if door is not None:
        streams = hidden.streams(row["contact"] for row in known)
        known = [row for row in known if tells_door(streams[row["contact"]], eyes)]
    first = page_begin(begin, size, len(known))
    some = duty_queue.whole(told, known[first : first + size])
    return Part(tuple(see_queue(some, hidden, viewer)), first, len(known))


def tells_door(streams: frozenset[str], eyes: Eyes) -> bool:
    """Whether the door of a contact of these streams may be told."""
    return eyes.everything or streams <= eyes.viewer.clearances


def page_begin(begin: int, size: int, total: int) -> int:
    """Where the page with that row begins; the last page, where there is no such row."""
    last = max(total - 1, 0) // size * size
    return min(max(begin, 0) // size * size, last)


def known_of(rows: Sequence[Row], eyes: Eyes) -> list[Row]:
    """The rows that may be known of. What is kept is fetched for those alone that do not tell by themselves."""
    if eyes.everything:
        return list(rows)
    asks = {(row["rule"], row["team"]) for row in rows}
    own = {ask for ask in asks if own_ask(*ask, eyes)}
    others = [row for row in rows if (row["rule"], row["team"]) not in own]
    eyes.hidden.prepare(
        (r["person"] for r in others if r["person"]), (r["contact"] for r in others)
    )
    return [row for row in rows if (row["rule"], row["team"]) in own or may_know_row(row, eyes)]


def own_ask(rule: str, team: str, eyes: Eyes) -> bool:
    """Whether an ask is one of the viewer's own team, under no stream that they are not cleared for."""
    return may_be_told(rule, team, eyes) and eyes.works_for(team)


def may_be_told(rule: str, team: str, eyes: Eyes) -> bool:
    """Whether an ask is under no stream that the viewer is not cleared for."""
    return not stream_of(rule, team) - eyes.viewer.clearances


def may_know_row(row: Row, eyes: Eyes) -> bool:
    """Whether another row may be known of."""
    secrets = eyes.hidden.contact(row["contact"])
    return may_know_of(row["rule"], row["team"], row["person"], secrets, eyes)


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
            "concerns": plain_codes(row.concerns), "family": row.person, "about": plain_ref(row.about),
        }  # fmt: skip
    if not eyes.streams(secrets):
        concerns = tuple(c for c in plain_codes(row.concerns) if c not in RESTRICTED_CONCERNS)
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
    if not may_be_told(rule, team, eyes):
        return False
    if eyes.works_for(team):
        return True
    return eyes.streams(secrets) and (eyes.place(secrets, person) or bare(team) == team)
