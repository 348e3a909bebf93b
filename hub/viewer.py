"""Who asks: a partner, a member of staff, an auditor or the operator, with what they are cleared for."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["partner", "duty", "auditor", "operator"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who reads or acts. `id` is a partner's slug or a staff id; `team` a code of vocabulary.yaml (with locality).

    clearances   `shielded`, `adoption`, and the restricted streams `R14`, `R15`, `R16`
    """

    role: Role
    id: str
    team: str | None = None
    clearances: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """How events name them."""
        if self.role == "operator":
            return "operator"
        return f"{'partner' if self.role == 'partner' else 'staff'}:{self.id}"


ALL_CLEARANCES = frozenset({"shielded", "adoption", "R14", "R15", "R16"})
OPERATOR = Viewer("operator", "operator", clearances=ALL_CLEARANCES)
