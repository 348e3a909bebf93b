"""What a viewer may see of who told, on the page of the people it is about."""

from collections.abc import Mapping

from events.content import ContactFacts, Reporter
from hub.access.eyes import Eyes
from hub.access.words import WITHHELD
from hub.viewer import Viewer
from projections.contact_view import Circumstances
from projections.secrets import ContactSecrets, Hidden


def see_circumstances(
    told: Mapping[str, Circumstances], hidden: Hidden, viewer: Viewer
) -> dict[str, Circumstances]:
    """Who told each contact, where nobody in it is hidden; that it is not safe to call reaches all who may know of it."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return {}
    hidden.prepare((), told)
    secrets = {contact: hidden.contact(contact) for contact in told}
    return {
        contact: one if may_name_reporter(secrets[contact], eyes) else nameless(one)
        for contact, one in told.items()
        if eyes.streams(secrets[contact])
    }


def may_name_reporter(secrets: ContactSecrets, eyes: Eyes) -> bool:
    """Whether who told may be named: it can say where somebody is, or tie a placed child to others."""
    return (eyes.shielded or not secrets.shield) and (
        eyes.adoption or not (secrets.placed or secrets.tied)
    )


def nameless(one: Circumstances) -> Circumstances:
    """The same without who told, and of what was asked no more than whether it is safe to call."""
    return one.model_copy(
        update={
            "reporter": Reporter(org=WITHHELD),
            "facts": ContactFacts(safe_to_call=one.facts.safe_to_call),
        }
    )
