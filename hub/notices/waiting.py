"""What a team is to know and has not seen: by when what is new about its people is to be read, and who hears where it is not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from hub import access
from hub.access.words import bare, stream_of
from hub.clocks import england
from hub.explaining import policy_by
from hub.policies import Policy
from hub.reading import caught_up, codes_of
from hub.referrals.about_child import CHILD_ROWS
from hub.services import Hub
from hub.teams.book import TeamBook
from hub.viewer import Viewer
from projections import notices
from projections.notices import Notice, Unseen
from projections.secrets import Hidden
from projections.table import Tables

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that nobody of its team has seen.

    due_at      by when it is to be read: of what is new about people whom the team has
    escalated   it is another team's, which left it unseen past its time
    """

    notice: Notice
    due_at: datetime | None
    escalated: bool = False


async def waiting_for(
    hub: Hub, viewer: Viewer, team: str, min_position: int = 0, as_at: datetime | None = None
) -> list[Waiting]:
    """What a team is to know and nobody of it has seen, now or by a moment: what is new of those it has, soonest due first, then the rest,
    oldest first; then what other teams left unseen and this one hears of. Raises as its queue does."""
    codes = await codes_of(hub, viewer, team, min_position, as_at)
    await caught_up(hub, await hub.log.head() if as_at else 0, [notices.NAME])
    asked = list(dict.fromkeys((*codes, bare(team))))
    heard = {team, *codes}

    def question(tables: Tables) -> tuple[list[Unseen], list[Unseen]]:
        see = partial(access.see_notices, hidden=Hidden(tables), viewer=viewer)
        news = [n for n in notices.unseen_news(tables, as_at) if told_of(n, book) in heard]
        return see(notices.unseen(tables, asked, as_at)), see(news)

    book = await hub.teams()
    own, others = await hub.views.ask(question)
    policies = {n.policy: await policy_by(hub.log, n.policy) for n in (*own, *others) if n.policy}
    then = as_at or hub.now()
    late = (w for w in due(others, policies) if w.due_at and w.due_at <= then)
    return [
        *soonest_first(due(own, policies)),
        *soonest_first(Waiting(w.notice, w.due_at, escalated=True) for w in late),
    ]


def told_of(one: Unseen, book: TeamBook) -> str | None:
    """Who hears where a team leaves it unseen: whom the team's record names; of a restricted stream nobody else; else the front door of the
    side, which hears of its own anyway."""
    team = one.notice.to
    record = book.find(team)
    if record and record.escalates_to:
        return record.escalates_to
    if any(stream_of(row, team) for row in one.rows):
        return None
    front_door = book.front_door(bool(CHILD_ROWS & set(one.rows)))
    return front_door if front_door != bare(team) else None


def due(found: Iterable[Unseen], policies: Mapping[str, Policy]) -> Iterable[Waiting]:
    """Each with when it is to be read."""
    return (Waiting(n.notice, due_at(n, policies.get(n.policy or ""))) for n in found)


def due_at(one: Unseen, policy: Policy | None) -> datetime | None:
    """The soonest clock of the rows by which it came, from when the team was told; where they have none, that by which an ask is looked at
    which has moved on. By the policy of the day; None where it has none of these."""
    told_at = one.notice.told_at
    if policy is None or told_at is None:
        return None
    rows = (policy.rows[row] for row in one.rows if row in policy.rows)
    dues = dues_of(policy, [row.clock for row in rows], told_at)
    return min(dues or dues_of(policy, [policy.timekeeping.moved_on], told_at), default=None)


def dues_of(policy: Policy, clocks: Iterable[str | None], at: datetime) -> list[datetime]:
    """When each of these clocks of a policy is due that was started at a moment; those left out that set no time."""
    known = (clock for name in clocks if (clock := policy.clock(name)))
    return [due for clock in known if (due := clock.due(at, england()))]


def soonest_first(found: Iterable[Waiting]) -> Sequence[Waiting]:
    """By when each is to be read; the rest stays in its order."""
    return sorted(found, key=lambda one: one.due_at or NEVER)
