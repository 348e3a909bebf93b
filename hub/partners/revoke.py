"""A partner's keys stop working."""

from dataclasses import dataclass

from events.base import Event
from events.partner_revoked import PartnerRevoked
from hub.partners.state import Partners


@dataclass(frozen=True, slots=True)
class RevokePartner:
    """No key of the partner, named by slug or source, works any more, at once. What it sent stays."""

    partner: str


def decide(partners: Partners, command: RevokePartner) -> list[Event]:
    """Every key is revoked; nothing where none works."""
    partner = partners.find(command.partner)
    return [PartnerRevoked(partner=partner.slug)] if partner.keys else []
