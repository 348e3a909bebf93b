"""The names of the topics: each partner has three by its slug, and the hub has one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one hub. `prefix` sets several hubs on one cluster apart."""

    prefix: str = "nwd"

    @property
    def events(self) -> str:
        """Every event, without personal data."""
        return f"{self.prefix}.events"

    def contacts(self, slug: str) -> str:
        """Where a partner's contacts come in."""
        return f"{self.prefix}.contacts.{slug}"

    def outcomes(self, slug: str) -> str:
        """Where a partner reads what became of its contacts."""
        return f"{self.prefix}.outcomes.{slug}"

    def refused(self, slug: str) -> str:
        """Where a partner reads its messages that could not be used, with the reason."""
        return f"{self.prefix}.refused.{slug}"

    def partner_of(self, topic: str) -> str:
        """The slug in the name of a partner's topic."""
        return topic.removeprefix(self.prefix).split(".", 2)[2]

    def of_partner(self, slug: str) -> tuple[str, str, str]:
        """All three topics of a partner."""
        return self.contacts(slug), self.outcomes(slug), self.refused(slug)
