"""The register of partners: who publishes, under which sources, and whose keys work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from events.envelope import RecordedEvent
from events.partner_added import PartnerAdded
from events.partner_key_issued import PartnerKeyIssued
from events.partner_revoked import PartnerRevoked
from events.partner_source_added import PartnerSourceAdded
from hub.errors import NotKnown


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner. `keys` work now; `issued` counts every key it ever had."""

    slug: str
    name: str
    sources: tuple[str, ...]
    keys: tuple[str, ...] = ()
    issued: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Partners:
    """Every partner by slug, and whose each source is: whoever had it first keeps it."""

    by_slug: Mapping[str, Partner] = field(default_factory=dict)
    slug_of: Mapping[str, str] = field(default_factory=dict)
    position: int = 0

    def find(self, slug_or_source: str) -> Partner:
        """The partner by slug or by source; raises NotKnown."""
        slug = self.slug_of.get(slug_or_source, slug_or_source)
        if slug not in self.by_slug:
            raise NotKnown(f"No partner is known by {slug_or_source[:80]!r}.")
        return self.by_slug[slug]

    def sources_of(self, slug: str) -> frozenset[str]:
        """The sources a partner may publish under; none where it is not known."""
        return frozenset(source for source, owner in self.slug_of.items() if owner == slug)


def evolve(partners: Partners, recorded: RecordedEvent) -> Partners:
    """The register after an event of the log."""
    match recorded.event:
        case PartnerAdded(partner=slug, name=name, sources=sources):
            partner = Partner(slug, name, sources)
        case PartnerSourceAdded(partner=slug, source=source):
            known = partners.by_slug[slug]
            partner, sources = replace(known, sources=(*known.sources, source)), (source,)
        case PartnerKeyIssued(partner=slug, key=key):
            known = partners.by_slug[slug]
            partner, sources = replace(known, keys=(*known.keys, key), issued=known.issued + 1), ()
        case PartnerRevoked(partner=slug):
            partner, sources = replace(partners.by_slug[slug], keys=()), ()
        case _:
            return partners
    partner = replace(partner, version=recorded.version)
    return Partners(
        by_slug={**partners.by_slug, partner.slug: partner},
        slug_of={**dict.fromkeys(sources, partner.slug), **partners.slug_of},
        position=recorded.position,
    )


def fold(recorded: Iterable[RecordedEvent]) -> Partners:
    """The register that events of the log, in order, make."""
    partners = Partners()
    for event in recorded:
        partners = evolve(partners, event)
    return partners
