"""A partner is added, or has one more source."""

import re
import unicodedata
from dataclasses import dataclass

from events.base import Event
from events.message_refused import Fault
from events.partner_added import PartnerAdded
from events.partner_source_added import PartnerSourceAdded
from hub.errors import InvalidCommand, SourceTaken
from hub.partners.state import Partners
from hub.plain_text import plain_text

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
SLUG_LENGTH = 60
SOURCE = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AddPartner:
    """An organisation's system may publish contacts under `source`. Its `slug` names its topics; without one it is made of
    its name. The same slug with a new source gives a partner one more source."""

    source: str
    name: str
    slug: str | None = None


def decide(partners: Partners, command: AddPartner) -> list[Event]:
    """A new partner, or one more source of a known one; nothing where all that is so already."""
    name, source = plain_text("name", command.name), valid_source(command.source)
    wanted = valid_slug(command.slug) if command.slug is not None else None
    owner = partners.slug_of.get(source)
    if owner is not None:
        if wanted == owner or (wanted is None and partners.by_slug[owner].name == name):
            return []
        raise SourceTaken(f"The source belongs to partner {owner} already.")
    if wanted is not None and wanted in partners.by_slug:
        return [PartnerSourceAdded(partner=wanted, source=source)]
    return [PartnerAdded(partner=wanted or free_slug(partners, name), name=name, sources=(source,))]


def valid_slug(slug: str) -> str:
    """`slug` where it can name a topic; raises InvalidCommand."""
    if SLUG.fullmatch(slug) and len(slug) <= SLUG_LENGTH:
        return slug
    says = f"A slug is 1 to {SLUG_LENGTH} lower-case letters and digits, with single dashes between them."
    raise InvalidCommand(says, [Fault(pointer="/slug", code="not-a-slug", says=says)])


def valid_source(source: str) -> str:
    """`source` where it has the characters of a URI reference, as CloudEvents asks; raises InvalidCommand."""
    if SOURCE.fullmatch(source):
        return source
    says = "A source is a URI of at most 255 characters, such as urn:ods:F81XXX/systmone."
    raise InvalidCommand(says, [Fault(pointer="/source", code="not-a-source", says=says)])


def free_slug(partners: Partners, name: str) -> str:
    """A slug made of a name, with a number where another partner has it."""
    plain = (
        unicodedata.normalize("NFKD", name)
        .encode("ascii", "ignore")
        .decode()
        .lower()
        .replace("'", "")
    )
    made = re.sub(r"[^a-z0-9]+", "-", plain)[: SLUG_LENGTH - 5].strip("-") or "partner"
    slug, n = made, 1
    while slug in partners.by_slug:
        n += 1
        slug = f"{made}-{n}"
    return slug
