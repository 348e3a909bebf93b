"""The door to the register of partners: reads it from the log, decides, records; and answers whose a source is."""

import secrets
from collections.abc import Callable
from datetime import datetime

from events.base import Event
from events.envelope import new_event
from events.partner_key_issued import PartnerKeyIssued
from events.partner_revoked import PartnerRevoked
from hub.errors import Conflict
from hub.keys import PARTNER_KEY, SECRET_BYTES, digest, key_text
from hub.log import Append, KeyRow, Log, RevokeKeys, VersionConflict
from hub.partners import add, issue_key, revoke
from hub.partners.state import Partner, Partners, fold

REGISTER = "register:partners"
TABLE = "partner_keys"
TRIES = 3


async def add_partner(
    log: Log,
    source: str,
    name: str,
    slug: str | None = None,
    *,
    actor: str = "operator",
    recorded_at: datetime | None = None,
) -> Partner:
    """Add a partner, or a source to one; returns it as it is then. Raises SourceTaken, InvalidCommand."""
    command = add.AddPartner(source, name, slug)
    await _record(log, lambda partners: add.decide(partners, command), actor, recorded_at)
    return (await read_partners(log)).find(source)


async def issue_partner_key(
    log: Log, partner: str, *, actor: str = "operator", recorded_at: datetime | None = None
) -> str:
    """A new key of a partner (slug or source), to be shown once: only its hash is kept. Raises NotKnown."""
    key = key_text(PARTNER_KEY, secrets.token_bytes(SECRET_BYTES))
    command = issue_key.IssuePartnerKey(partner)
    await _record(
        log, lambda partners: issue_key.decide(partners, command), actor, recorded_at, key
    )
    return key


async def revoke_partner(
    log: Log, partner: str, *, actor: str = "operator", recorded_at: datetime | None = None
) -> Partner:
    """Every key of a partner (slug or source) stops working at once. Raises NotKnown."""
    command = revoke.RevokePartner(partner)
    await _record(log, lambda partners: revoke.decide(partners, command), actor, recorded_at)
    return (await read_partners(log)).find(partner)


async def list_partners(log: Log) -> list[Partner]:
    """Every partner, by slug."""
    known = (await read_partners(log)).by_slug
    return [known[slug] for slug in sorted(known)]


async def read_partners(log: Log) -> Partners:
    """The register as the log has it now."""
    return fold(await log.read_tagged([REGISTER]))


class PartnerDirectory:
    """Whose a source is. A source once given is never taken away, so what is known is never wrong; what is not is looked up."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._known = Partners()
        self._own: dict[str, frozenset[str]] = {}

    async def slug_of(self, source: str) -> str | None:
        """The partner that a source belongs to."""
        if source not in self._known.slug_of:
            self._known = await read_partners(self._log)
        return self._known.slug_of.get(source)

    async def sources_of(self, slug: str) -> frozenset[str]:
        """The sources of a partner as of now."""
        self._known = await read_partners(self._log)
        self._own[slug] = self._known.sources_of(slug)
        return self._own[slug]

    async def known_sources(self, slug: str) -> frozenset[str]:
        """The sources of a partner as last read: one that was added since may be missing, and is worth a second look."""
        if slug not in self._own:
            self._own[slug] = await self.sources_of(slug)
        return self._own[slug]

    async def owns(self, slug: str, source: str) -> bool:
        """Whether a partner may publish under a source."""
        return await self.slug_of(source) == slug


async def _record(
    log: Log,
    decide: Callable[[Partners], list[Event]],
    actor: str,
    recorded_at: datetime | None,
    key: str = "",
) -> None:
    for _ in range(TRIES):
        partners = await read_partners(log)
        decided = decide(partners)
        if not decided:
            return
        [event] = decided
        known = partners.by_slug.get(event.stream_id())
        version = known.version + 1 if known else 1
        recorded = new_event(event, version, actor=actor, tags=(REGISTER,))
        try:
            await log.append(Append((recorded,), keys=_keys(event, key), recorded_at=recorded_at))
        except VersionConflict:
            continue
        return
    raise Conflict


def _keys(event: Event, key: str) -> tuple[KeyRow | RevokeKeys, ...]:
    match event:
        case PartnerKeyIssued():
            return (KeyRow(TABLE, event.key, event.partner, digest(key)),)
        case PartnerRevoked():
            return (RevokeKeys(TABLE, event.partner),)
        case _:
            return ()
