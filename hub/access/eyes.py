"""A viewer before what is hidden: the few questions that every redaction asks."""

from dataclasses import dataclass

from hub.errors import Unavailable
from hub.teams.book import works_for
from hub.viewer import ALL_CLEARANCES, Viewer
from projections.secrets import ContactSecrets, Hidden


@dataclass(frozen=True, slots=True)
class Eyes:
    """A viewer before what is hidden."""

    hidden: Hidden
    viewer: Viewer

    @property
    def everything(self) -> bool:
        """Whether nothing is hidden from them."""
        return self.viewer.role != "partner" and self.viewer.clearances >= ALL_CLEARANCES

    @property
    def shielded(self) -> bool:
        """Cleared for shielded people."""
        return "shielded" in self.viewer.clearances

    @property
    def adoption(self) -> bool:
        """Cleared for adoptive placements."""
        return "adoption" in self.viewer.clearances

    def streams(self, secrets: ContactSecrets) -> bool:
        """Whether they may see the streams of a contact."""
        return self.everything or (secrets.known and secrets.streams <= self.viewer.clearances)

    def open_text(self, secrets: ContactSecrets) -> bool:
        """Whether nothing in the contact needs to be kept from them, so that its free text can be trusted."""
        return (
            self.streams(secrets)
            and (self.shielded or not (secrets.shield or secrets.alleged))
            and (self.adoption or not secrets.placed)
        )

    def whereabouts(self, person: str | None) -> bool:
        """Whether they may know where this person is; of somebody without an id, only the cleared."""
        return self.shielded or (person is not None and not self.hidden.person(person).sheltered)

    def place(self, secrets: ContactSecrets, person: str | None) -> bool:
        """Whether an ask about this person may say where and by whom: nobody in the contact, nor they, may be sheltered."""
        return self.shielded or not (
            secrets.shield or (person and self.hidden.person(person).sheltered)
        )

    def ties(self, secrets: ContactSecrets, person: str | None) -> bool:
        """Whether naming this person beside this contact would tie a child in an adoptive placement to others."""
        if self.adoption:
            return False
        if secrets.placed:
            return self.sole_placed(secrets) != person
        return person is not None and self.hidden.person(person).placed

    def sole_placed(self, secrets: ContactSecrets) -> str | None:
        """The one child in an adoptive placement that a contact names; None where there are several."""
        placed = [p for p in secrets.people if self.hidden.person(p).placed]
        return placed[0] if len(placed) == 1 else None

    def works_for(self, team: str) -> bool:
        """Whether their own team was asked; an auditor looks on and is never asked."""
        return self.viewer.role in ("duty", "operator") and works_for(self.viewer.team, team)

    def must_have_passed(self, position: int) -> None:
        """Refuse to answer before it is known what must be kept; raises Unavailable."""
        if not self.everything and not self.hidden.passed(position):
            raise Unavailable("It is not yet known what of this may be shown.")
