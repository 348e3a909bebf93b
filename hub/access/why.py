"""Whether a viewer may ask why a rule was set off or not: what a rule lacks, or found, would tell what is hidden."""

from events.contact_routed import ContactRouted
from hub.access.eyes import Eyes
from hub.viewer import Viewer
from projections.secrets import Hidden


def may_ask_why(routed: ContactRouted, hidden: Hidden, viewer: Viewer) -> bool:
    """Only who may see all of the contact and of everybody the decision knew of, the family beyond the contact included."""
    eyes = Eyes(hidden, viewer)
    if eyes.everything:
        return True
    people = [p.person for p in routed.facts.people if p.person]
    hidden.prepare(people, [routed.contact])
    secrets, known = hidden.contact(routed.contact), [hidden.person(p) for p in people]
    flags = {flag for p in routed.facts.people for flag in p.flags}
    sheltered = any(p.sheltered for p in known) or "shielded" in flags
    placed = secrets.tied or any(p.with_placed for p in known) or "adoptive_placement" in flags
    return (
        eyes.open_text(secrets)
        and (eyes.shielded or not sheltered)
        and (eyes.adoption or not placed)
    )
