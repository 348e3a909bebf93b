"""A partner gets a new key."""

from dataclasses import dataclass

from events.base import Event
from events.partner_key_issued import PartnerKeyIssued
from hub.partners.state import Partners


@dataclass(frozen=True, slots=True)
class IssuePartnerKey:
    """A new key for a partner, named by slug or source. Keys it has go on working, so that it can change over in its own time."""

    partner: str


def decide(partners: Partners, command: IssuePartnerKey) -> list[Event]:
    """The partner has one more key, by the next number."""
    partner = partners.find(command.partner)
    return [PartnerKeyIssued(partner=partner.slug, key=f"k{partner.issued + 1}")]
