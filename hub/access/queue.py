"""What a viewer may see of a team's queue."""

from collections.abc import Sequence
from typing import Any

from hub.access.eyes import Eyes
from hub.access.words import RESTRICTED_CONCERNS, bare, plain_codes, plain_ref, stream_of
from hub.viewer import Viewer
from projections.duty_queue import QueueRow
from projections.hidden_people import ContactSecrets, Hidden


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
    if stream_of(rule, team) - eyes.viewer.clearances:
        return False
    if eyes.works_for(team):
        return True
    return eyes.streams(secrets) and (eyes.place(secrets, person) or bare(team) == team)
