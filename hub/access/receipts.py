"""What a viewer may see of the receipts of notices: by whom and how somebody was told can say where they are."""

from collections.abc import Iterable

from hub.access.eyes import Eyes
from hub.access.words import bare
from hub.viewer import Viewer
from projections.notices import Notice
from projections.secrets import Hidden


def see_receipts(found: Iterable[Notice], hidden: Hidden, viewer: Viewer) -> list[Notice]:
    """The same notices; of a contact with something to be kept without the words of who told, and without their locality."""
    found, eyes = list(found), Eyes(hidden, viewer)
    if eyes.everything:
        return found
    hidden.prepare((), {one.contact for one in found})
    return [guarded_receipt(one, eyes) for one in found]


def guarded_receipt(one: Notice, eyes: Eyes) -> Notice:
    """A notice as the viewer may see it."""
    if eyes.everything:
        return one
    secrets = eyes.hidden.contact(one.contact)
    if eyes.open_text(secrets) and (eyes.adoption or not secrets.tied):
        return one
    return one.model_copy(update={"how": None, "given_by": bare(one.given_by)})
