"""What a worker must know before they ring or visit, each in one of four states: a blank is never left to be read as “none”."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hub.page_reading import FamilyPage
from hub.pages.isolating import isolated
from hub.viewer import Viewer
from projections.contact_view import Circumstances


class State(StrEnum):
    """How much is known."""

    KNOWN = "Known"
    NOTHING = "Checked, nothing held"
    UNCHECKED = "Not checked"
    WITHHELD = "Cannot share"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to know: what it is about, how much is known, and that in words."""

    about: str
    state: State
    says: str


STREAMS = {
    "R14": "High-risk domestic abuse (MARAC)",
    "R15": "An allegation against somebody who works with children",
    "R16": "A concern about radicalisation (Prevent)",
}
NOT_TOLD = "Your team is not told whether anything is held. Ask the front door."
FLAGS = {
    "deceased": ("Somebody has died", "nobody was said to have died"),
    "works_with_children": ("Somebody works with children", "nobody was said to"),
}


def warnings_of(shown: FamilyPage, viewer: Viewer) -> list[Notice]:
    """Everything to know about a family, as far as this viewer may."""
    return [
        safe_to_ring(shown.told),
        kept_hidden(shown),
        said_to_harm(shown, viewer),
        *(stream(shown, viewer, rule, about) for rule, about in STREAMS.items()),
        *(flagged(shown, flag, *words) for flag, words in FLAGS.items()),
        Notice(
            "Dogs, stairs, weapons, visiting alone", State.UNCHECKED, "Nobody tells the hub: ask."
        ),
        Notice(
            "Case records of social care, health and police",
            State.UNCHECKED,
            "The hub holds what was reported to it, and looks into no other system.",
        ),
    ]


def safe_to_ring(told: Mapping[str, Circumstances]) -> Notice:
    """Whether it is safe to call: a no of any contact stays until somebody says otherwise later."""
    about = "Safe to call"
    said = [(c, told[c].facts.safe_to_call) for c in sorted(told, reverse=True)]
    last = next(((c, answer) for c, answer in said if answer != "unknown"), None)
    if last is None:
        return Notice(about, State.UNCHECKED, "No contact says whether it is safe to call.")
    contact, answer = last
    says = "It is NOT safe to call" if answer == "no" else "It is safe to call"
    return Notice(about, State.KNOWN, f"{says}, said in {contact}.")


def kept_hidden(shown: FamilyPage) -> Notice:
    """Whether somebody's whereabouts must be kept."""
    about = "Somebody must not be found"
    if "whereabouts" in shown.family.withheld or "relations" in shown.family.withheld:
        says = "The hub holds something here that it cannot share with your team."
        return Notice(about, State.WITHHELD, says)
    hidden = named(shown, "shielded", "adoptive_placement")
    if hidden:
        return Notice(about, State.KNOWN, f"Tell nobody where they are: {hidden}.")
    return Notice(about, State.NOTHING, "No contact asks for anybody here to be hidden.")


def said_to_harm(shown: FamilyPage, viewer: Viewer) -> Notice:
    """Whether somebody is said to have harmed somebody; only who is cleared for shielded people is told."""
    about = "Somebody is alleged to harm"
    if "shielded" not in viewer.clearances:
        return Notice(about, State.WITHHELD, NOT_TOLD)
    names = {p.person: p.name for p in (*shown.family.people, *shown.family.beyond)}
    harming = dict.fromkeys(
        names.get(r.from_person) or r.from_person
        for r in shown.family.relations
        if r.type == "alleged-to-harm"
    )
    if harming:
        return Notice(about, State.KNOWN, f"{', '.join(harming)}. See the relations below.")
    return Notice(about, State.NOTHING, "No contact says so.")


def stream(shown: FamilyPage, viewer: Viewer, rule: str, about: str) -> Notice:
    """What a restricted stream holds."""
    if rule not in viewer.clearances:
        return Notice(about, State.WITHHELD, NOT_TOLD)
    asks = [r for r in shown.referrals if r.rule == rule]
    if asks:
        return Notice(about, State.KNOWN, f"Asked in {contacts(r.contact for r in asks)}.")
    return Notice(about, State.NOTHING, "No contact led there.")


def flagged(shown: FamilyPage, flag: str, about: str, none: str) -> Notice:
    """What contacts marked people with."""
    who = named(shown, flag)
    if who:
        return Notice(about, State.KNOWN, f"{who}.")
    return Notice(about, State.NOTHING, f"In what the hub holds {none}.")


def named(shown: FamilyPage, *flags: str) -> str:
    """The people with one of these flags."""
    return ", ".join(
        isolated(p.name) or p.person
        for p in shown.family.people
        if not set(flags).isdisjoint(p.flags)
    )


def contacts(found: Iterable[str]) -> str:
    """Contacts, each once."""
    return ", ".join(dict.fromkeys(found))
