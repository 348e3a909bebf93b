"""The door to the register of staff: reads it from the log, decides, records; and says who holds a key."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from events.base import Event
from events.envelope import new_event
from events.staff_key_issued import StaffKeyIssued
from events.staff_removed import StaffRemoved
from events.staff_session_ended import StaffSessionEnded
from hub.errors import Conflict, NotKnown, NotSignedIn
from hub.keys import SECRET_BYTES, SESSION, SIGN_IN_LINK, STAFF_KEY, Keys, digest, key_text
from hub.log import Append, KeyRow, Log, RevokeKeys, VersionConflict
from hub.teams import add, end_session, issue_key, remove
from hub.teams.book import go_by
from hub.teams.in_force import TeamsOf, teams_in_force
from hub.teams.state import NOBODY, Member, Staff, fold
from hub.teams.viewers import viewer_of
from hub.viewer import Viewer

REGISTER = "register:staff"
STAFF_ID = re.compile(r"S-[1-9][0-9]{0,8}")
TABLE = "staff_keys"
TRIES = 3
LINK_LASTS = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=12)
PREFIXES: dict[issue_key.Kind, str] = {"key": STAFF_KEY, "link": SIGN_IN_LINK, "session": SESSION}


async def add_staff(
    log: Log,
    name: str,
    team: str,
    role: str = "duty",
    *,
    actor: str = "operator",
    recorded_at: datetime | None = None,
) -> Member:
    """Add a member of staff; returns them. Raises InvalidCommand."""
    command = add.AddStaff(name, team, await teams_in_force(log), role)
    await _record(log, lambda staff: add.decide(staff, command), actor, recorded_at)
    members = (await read_staff(log)).members.values()
    said = (name.strip(), team, role)
    return next(m for m in members if not m.removed and (m.name, m.team, m.role) == said)


async def issue_staff_key(
    log: Log, staff: str, *, actor: str = "operator", recorded_at: datetime | None = None
) -> str:
    """A new key of a member (id or name), to be shown once: only its hash is kept. Raises NotKnown."""
    return await _issue(log, staff, "key", None, actor, recorded_at)


async def issue_sign_in_link(
    log: Log, staff: str, now: datetime, *, lasts: timedelta = LINK_LASTS, actor: str = "operator"
) -> str:
    """A token that signs a member (id or name) in once, until it expires. Raises NotKnown."""
    return await _issue(log, staff, "link", now + lasts, actor, None)


async def begin_session(
    log: Log, staff: str, now: datetime, *, lasts: timedelta = SESSION_LASTS
) -> str:
    """The token of a browser's session of a member (id): it expires, and it ends when they leave. Raises NotKnown."""
    return await _issue(log, staff, "session", now + lasts, f"staff:{staff}", None)


async def sign_in(log: Log, keys: Keys, link: str, now: datetime) -> str:
    """The session that a single-use link begins; raises NotSignedIn where it was used, revoked or has expired."""
    held = await keys.use(TABLE, digest(link))
    if held is None:
        raise NotSignedIn("The link does not work: it was used already, or it has expired.")
    return await begin_session(log, held[0], now)


async def sign_out(log: Log, keys: Keys, session: str) -> None:
    """End a browser's session: its token works nowhere any more. Nothing happens where it is none that works."""
    held = await keys.find(TABLE, digest(session)) if session.startswith(SESSION) else None
    if held is None:
        return
    command = end_session.EndSession(*held)
    await _record(
        log, lambda known: end_session.decide(known, command), f"staff:{held[0]}", None, by=held[0]
    )


async def remove_staff(
    log: Log, staff: str, *, actor: str = "operator", recorded_at: datetime | None = None
) -> None:
    """A member (id or name) leaves: all their keys stop working at once. Raises NotKnown."""
    command = remove.RemoveStaff(staff)
    await _record(log, lambda known: remove.decide(known, command), actor, recorded_at, by=staff)


async def list_staff(log: Log) -> list[Member]:
    """Those who may sign in, in order of arrival."""
    return [m for m in (await read_staff(log)).members.values() if not m.removed]


async def read_staff(log: Log) -> Staff:
    """The register as the log has it now."""
    return fold(await log.read_tagged([REGISTER]))


class Members:
    """Members of staff, each as of now: of the years of somebody's sign-ins only what is new is read again."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known: dict[str, Staff] = {}

    async def find(self, staff: str) -> Member:
        """One member by id; raises NotKnown, for those who left too."""
        if not STAFF_ID.fullmatch(staff):
            raise NotKnown(f"No member of staff has the id {staff[:80]!r}.")
        before = self._known.get(staff, NOBODY)
        version = before.members[staff].version if before.members else 0
        new = await self._log.read_stream(f"staff:{staff}", version)
        now = fold(new, before)
        if now.members:
            self._known[staff] = now
        return now.find(staff)


async def member_of(log: Log, staff: str) -> Member:
    """One member by id; raises NotKnown, for those who left too."""
    return await Members(log).find(staff)


async def viewer_by(log: Log, staff: str) -> Viewer:
    """The member (id or name) in whose name the operator acts (`--by STAFF`); raises NotKnown."""
    return viewer_of((await read_staff(log)).find(staff), await teams_in_force(log))


async def viewer_of_key(
    log: Log,
    keys: Keys,
    sha256: str,
    members: Members | None = None,
    teams: TeamsOf | None = None,
) -> Viewer | None:
    """Who holds a key, by its hash: a partner, a member of staff, or nobody. Of the `members` and `teams` that were read before
    only what is new is read. Staff are cleared as the register in force says, and answered with its names."""
    if held := await keys.find("partner_keys", sha256):
        return Viewer("partner", held[0])
    if held := await keys.find(TABLE, sha256):
        try:
            member = await (members or Members(log)).find(held[0])
        except NotKnown:
            return None
        book = await (teams or TeamsOf(log)).now()
        go_by(book)
        return viewer_of(member, book)
    return None


async def _issue(
    log: Log,
    staff: str,
    kind: issue_key.Kind,
    expires_at: datetime | None,
    actor: str,
    recorded_at: datetime | None,
) -> str:
    key = key_text(PREFIXES[kind], secrets.token_bytes(SECRET_BYTES))
    command = issue_key.IssueStaffKey(staff, kind)
    await _record(
        log,
        lambda known: issue_key.decide(known, command),
        actor,
        recorded_at,
        key,
        expires_at,
        by=staff,
    )
    return key


async def _record(
    log: Log,
    decide: Callable[[Staff], list[Event]],
    actor: str,
    recorded_at: datetime | None,
    key: str = "",
    expires_at: datetime | None = None,
    by: str = "",
) -> None:
    for _ in range(TRIES):
        staff = await _known_for(log, by)
        decided = decide(staff)
        if not decided:
            return
        [event] = decided
        known = staff.members.get(event.stream_id())
        recorded = new_event(
            event, known.version + 1 if known else 1, actor=actor, tags=(REGISTER,)
        )
        try:
            await log.append(
                Append((recorded,), keys=_keys(event, key, expires_at), recorded_at=recorded_at)
            )
        except VersionConflict:
            continue
        return
    raise Conflict


async def _known_for(log: Log, by: str) -> Staff:
    """What a command about one member, named `by` their id, is decided on: their own stream. The register, which holds
    every sign-in of everybody, is read where they are named otherwise."""
    if STAFF_ID.fullmatch(by):
        alone = fold(await log.read_stream(f"staff:{by}"))
        if alone.members:
            return alone
    return await read_staff(log)


def _keys(event: Event, key: str, expires_at: datetime | None) -> tuple[KeyRow | RevokeKeys, ...]:
    match event:
        case StaffKeyIssued():
            row = KeyRow(
                TABLE, event.key, event.staff, digest(key), event.kind == "link", expires_at
            )
            return (row,)
        case StaffSessionEnded():
            return (RevokeKeys(TABLE, event.staff, event.key),)
        case StaffRemoved():
            return (RevokeKeys(TABLE, event.staff),)
        case _:
            return ()
