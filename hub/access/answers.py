"""What goes back to a partner."""

from hub.access.eyes import Eyes
from hub.access.guarded import guarded_answer
from hub.access.words import bare, own_ref, plain_ref
from hub.viewer import Viewer
from projections.answers import Answer
from projections.secrets import Hidden


def see_outcome(answer: Answer, hidden: Hidden, viewer: Viewer) -> Answer | None:
    """An answer on its way to a partner, or None where it is not for them.

    Of a restricted stream it says that the contact was received, and no more. Localities are never told: they may have
    been learnt from others.
    """
    eyes = Eyes(hidden, viewer)
    eyes.must_have_passed(answer.position)
    secrets = hidden.contact(answer.contact)
    if viewer.role == "partner" and (not secrets.known or secrets.partner != viewer.id):
        return None
    if not eyes.streams(secrets) and answer.kind != "received":
        return None
    shown = answer.model_copy(
        update={
            "team": bare(answer.team), "next": bare(answer.next), "person": None, "about": own_ref(answer.about),
        }
    )  # fmt: skip
    if not (secrets.shield or secrets.placed):
        return shown
    kept = guarded_answer(shown)
    if viewer.role == "partner":
        return kept  # its own words for people are told back to it
    return kept.model_copy(update={"about": plain_ref(kept.about)})
