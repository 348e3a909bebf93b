"""What a viewer may see of what happened: timelines, and the log itself."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from events.envelope import RecordedEvent
from events.mentions_unlinked import MentionsUnlinked
from events.message_refused import MessageRefused
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from events.person_split import PersonSplit
from events.policy_shadowed import PolicyShadowed
from events.teams_adopted import TeamsAdopted
from hub.access.eyes import Eyes
from hub.access.words import bare, plain_actor
from hub.viewer import Viewer
from projections.hidden_people import RESTRICTED
from projections.rows import Shown
from projections.secrets import ContactSecrets, Hidden
from projections.timeline import Entry, plain_sentence


class EventShown(Shown):
    """An event of the log as an auditor sees it; `payload` is None where any of it must be kept."""

    position: int
    event_id: UUID | None
    type: str | None
    schema_version: int | None
    stream: str | None
    version: int | None
    recorded_at: datetime
    occurred_at: datetime | None
    actor: str | None
    organisation: str | None
    correlation_id: str | None
    causation_id: UUID | None
    purpose: str | None
    tags: tuple[str, ...]
    sentence: str
    payload: dict[str, Any] | None
    withheld: tuple[str, ...] = ()


def see_timeline(entries: Sequence[Entry], hidden: Hidden, viewer: Viewer) -> list[Entry]:
    """What happened, as far as the viewer may know of it."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []
    hidden.prepare((e.person for e in entries if e.person), {e.contact for e in entries})
    return [seen for entry in entries if (seen := see_entry(entry, eyes))]


def see_entry(entry: Entry, eyes: Eyes) -> Entry | None:
    """One thing that happened: in plain words only, where the contact carries something to be kept."""
    eyes.must_have_passed(entry.position)
    secrets = eyes.hidden.contact(entry.contact)
    if (secrets.placed and not eyes.adoption) or eyes.ties(secrets, entry.person):
        return None
    if not eyes.streams(secrets):
        return plain_entry(entry) if entry.type == "contact.received" else None
    if entry.rule in RESTRICTED - eyes.viewer.clearances:
        return None
    if entry.type in TOLD_OF_TWO and names_somebody_hidden(entry, eyes):
        return None if entry.type == PeopleProposed.TYPE else plain_entry(entry)
    if eyes.place(secrets, entry.person):
        return entry
    named = entry.person if entry.person in secrets.people else None
    return plain_entry(entry).model_copy(update={"person": named})


TOLD_OF_TWO = frozenset({PeopleProposed.TYPE, PeopleMerged.TYPE, PersonSplit.TYPE})
A_PERSON = re.compile(r"P-\d+")


def names_somebody_hidden(entry: Entry, eyes: Eyes) -> bool:
    """Whether what is said of two people names one whom the viewer may not find: the contact need not be of them at all."""
    found = (eyes.hidden.person(person) for person in A_PERSON.findall(entry.sentence))
    return not eyes.everything and any(
        (p.hidden and not eyes.shielded) or (p.placed and not eyes.adoption) for p in found
    )


def plain_entry(entry: Entry) -> Entry:
    """That something of this kind happened, without the place, the reporter and the words."""
    return entry.model_copy(
        update={
            "sentence": plain_sentence(entry.type), "organisation": None, "occurred_at": None, "team": bare(entry.team),
            "actor": plain_actor(entry.actor), "withheld": ("sentence", "reporter", "locality"),
        }
    )  # fmt: skip


def see_events(
    recorded: Sequence[RecordedEvent], hidden: Hidden, viewer: Viewer
) -> list[EventShown]:
    """Events of the log as the viewer may see them; what must be kept of all their contacts is fetched at once."""
    if not Eyes(hidden, viewer).everything:
        contacts = (getattr(e.event, "contact", None) for e in recorded)
        hidden.prepare((), {contact for contact in contacts if contact})
    return [seen for event in recorded if (seen := see_event(event, hidden, viewer))]


def see_event(recorded: RecordedEvent, hidden: Hidden, viewer: Viewer) -> EventShown | None:
    """An event of the log, for auditors and for whoever follows it; None for partners, who are told outcomes instead."""
    if viewer.role == "partner":
        return None
    eyes = Eyes(hidden, viewer)
    whole = whole_event(recorded)
    if eyes.everything:
        return whole
    eyes.must_have_passed(recorded.position)
    contact = getattr(recorded.event, "contact", None)
    if contact is None or isinstance(recorded.event, CORRECTIONS):
        return event_of_people(recorded, whole, eyes)
    hidden.prepare((), [contact])
    secrets = hidden.contact(contact)
    if not eyes.streams(secrets):
        return hidden_event(whole, contact)
    person = getattr(recorded.event, "person", None)
    tied = secrets.tied and not eyes.adoption
    if not eyes.place(secrets, person) or tied:
        return guarded_event(whole, tied, secrets)
    return whole if eyes.open_text(secrets) else whole.model_copy(update=WORDLESS)


CORRECTIONS = (PeopleJudged, PeopleProposed, MentionsUnlinked, PeopleMerged, PersonSplit)


def event_of_people(recorded: RecordedEvent, whole: EventShown, eyes: Eyes) -> EventShown:
    """An event of no one contact: what somebody said of who people are tells which of them are tied, and may say where."""
    event = recorded.event
    if isinstance(event, MessageRefused):
        return refused_event(whole, eyes)
    if isinstance(event, TeamsAdopted):  # where teams are paged is as good as a key to their door
        return whole.model_copy(update=WORDLESS)
    if isinstance(event, PolicyShadowed):  # it lists contacts by what a row would change of them
        return whole.model_copy(update=WORDLESS)
    if not isinstance(event, CORRECTIONS):
        return whole
    people = {tag.partition(":")[2] for tag in event.tags() if tag.startswith("person:")}
    contacts = {tag.partition(":")[2] for tag in event.tags() if tag.startswith("contact:")}
    eyes.hidden.prepare(people, contacts)
    secrets = [eyes.hidden.person(person) for person in people]
    tells = (
        any((s.hidden or s.sheltered) and not eyes.shielded for s in secrets)
        or any((s.placed or s.with_placed) and not eyes.adoption for s in secrets)
        or not all(eyes.open_text(eyes.hidden.contact(contact)) for contact in contacts)
    )
    if not tells:
        return whole
    return whole.model_copy(
        update={
            "payload": None, "sentence": plain_sentence(whole.type or ""), "actor": plain_actor(whole.actor),
            "stream": (whole.stream or "").partition(":")[0], "tags": (), "correlation_id": None,
            "withheld": ("payload", "people"),
        }
    )  # fmt: skip


def whole_event(recorded: RecordedEvent) -> EventShown:
    """An event with nothing kept back."""
    event = recorded.event
    return EventShown(
        position=recorded.position, event_id=recorded.event_id, type=event.TYPE, schema_version=event.VERSION,
        stream=recorded.stream, version=recorded.version, recorded_at=recorded.recorded_at,
        occurred_at=recorded.occurred_at, actor=recorded.actor, organisation=recorded.organisation,
        correlation_id=recorded.correlation_id, causation_id=recorded.causation_id, purpose=recorded.purpose,
        tags=recorded.tags, sentence=event.sentence(), payload=event.model_dump(mode="json"),
    )  # fmt: skip


def hidden_event(whole: EventShown, contact: str) -> EventShown:
    """An event of a restricted contact: that it was received; of all that followed, that something was recorded."""
    received = whole.type == "contact.received"
    return EventShown(
        position=whole.position, event_id=whole.event_id, type=whole.type if received else None, schema_version=None,
        stream=whole.stream if received else None, version=None, recorded_at=whole.recorded_at, occurred_at=None,
        actor=None, organisation=None, correlation_id=contact if received else None, causation_id=None, purpose=None,
        tags=(f"contact:{contact}",) if received else (),
        sentence="A contact was received." if received else "Something was recorded in a restricted stream.",
        payload=None, withheld=("everything else",),
    )  # fmt: skip


WORDLESS: dict[str, Any] = {"payload": None, "withheld": ("payload",)}


def guarded_event(whole: EventShown, tied: bool, secrets: ContactSecrets) -> EventShown:
    """An event of a contact with something to be kept: its envelope, without the reporter, the place and the words."""
    names_person = tied and (whole.stream or "").startswith("person:")
    return whole.model_copy(
        update={
            "payload": None, "sentence": plain_sentence(whole.type or ""), "actor": plain_actor(whole.actor),
            "organisation": None, "occurred_at": None, "purpose": None,
            "stream": "person" if names_person else whole.stream,
            "tags": tuple(t for tag in whole.tags if (t := guarded_tag(tag, tied, secrets))),
            "withheld": ("payload", "reporter", "locality"),
        }
    )  # fmt: skip


def refused_event(whole: EventShown, eyes: Eyes) -> EventShown:
    """A message that could not be read may say anything about anybody."""
    if eyes.shielded and eyes.adoption:
        return whole
    return whole.model_copy(update=WORDLESS)


def guarded_tag(tag: str, tied: bool, secrets: ContactSecrets) -> str | None:
    """A tag without its locality; of people those named alone, and nobody where they would tie a placed child to others."""
    kind, _, value = tag.partition(":")
    if kind == "team":
        return f"team:{bare(value)}"
    if kind in ("partner", "family") or (
        kind == "person" and (tied or value not in secrets.people)
    ):
        return None
    return tag
