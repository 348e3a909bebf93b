"""The services told as stories: fixed families in the borough, each of which one can open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from hub.contacts.cloud_event import TAKEN, Message
from hub.demo.borough.bulk_list import BulkList, rows_sent
from hub.demo.borough.contacts import Sent, address_of, working, written
from hub.demo.borough.partners import senders
from hub.demo.borough.population import Home, nhs_number
from hub.demo.borough.words import words
from hub.values import LONDON

AS_IT_IS = ("sex", "phones", "school", "flags")


@dataclass(frozen=True, slots=True)
class Story:
    """A family with what happened to it. `about` is who it is about, by their word in the story.

    work     message id -> what teams do with it that is not left to chance, by the row that asked them
    answers  message id -> what staff answer on a person whom the hub could not tell, by the message's own word for them
    listed   the bulk list by which its contacts came, where it tells of one
    """

    slug: str
    title: str
    about: str
    tells: str
    sent: list[Sent] = field(default_factory=list)
    work: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: BulkList | None = None


@cache
def stories(ends_on: date) -> tuple[Story, ...]:
    """Every story, as it happened before that day."""
    return tuple(_told(said, ends_on, number) for number, said in enumerate(words("stories")["stories"]))  # fmt: skip


def _told(said: Any, ends_on: date, number: int) -> Story:
    if "list" in said:
        return _of_a_list(said, ends_on)
    story = Story(said["slug"], said["title"], said["about"], said["tells"])
    for nth, contact in enumerate(said["contacts"], 1):
        sent = _contact(said, contact, ends_on, number, nth)
        story.sent.append(sent)
        story.work[sent.id] = contact.get("teams", {})
        refs = refs_of(contact)
        answers = contact.get("answers", {})
        story.answers[sent.id] = {refs[who]: answer for who, answer in answers.items()}
    return story


def _of_a_list(said: Any, ends_on: date) -> Story:
    """A story about everybody on a list."""
    listed = BulkList(said["list"]["surge"], said["list"]["about"])
    story = Story(said["slug"], said["title"], said["about"], said["tells"], listed=listed)
    for sent, teams in rows_sent(said["slug"], said["list"], ends_on):
        story.sent.append(sent)
        story.work[sent.id], story.answers[sent.id] = teams, {}
    return story


def _contact(said: Any, contact: Any, ends_on: date, number: int, nth: int) -> Sent:
    """One contact of a story, in the words of its file."""
    sender = next(s for s in senders() if s.slug == contact["by"])
    hours, minutes = map(int, contact["at"].split(":"))
    day = ends_on - timedelta(days=contact["days_ago"])
    if contact.get("working", True):
        day = working(day)
    occurred = datetime.combine(day, time(hours, minutes), LONDON)
    at = occurred + timedelta(minutes=6, seconds=number)
    refs = refs_of(contact)
    data = {
        "occurred_at": written(occurred), "channel": contact.get("channel", "phone"), "door": sender.door,
        "reporter": {"org": sender.org, "cin_source": sender.cin, **contact["reporter"]},
        "people": [_mention(said, name, refs[name], contact["people"][name] or {}, ends_on) for name in refs],
        "relationships": [_tie(text, refs) for text in contact.get("ties", ())],
        "concerns": [_concern(text, refs, day) for text in contact["concerns"]],
        "facts": contact.get("facts"), "strengths": _remarks(contact.get("strengths", {}), refs),
        "wants": _remarks(contact.get("wants", {}), refs), "agreement": _agreement(contact.get("agreement"), refs),
        "lawful_basis": "public-task", "narrative": contact["says"],
    }  # fmt: skip
    message_id = f"story-{said['slug']}-{nth}"
    event = {
        "specversion": "1.0", "id": message_id, "source": sender.source, "type": TAKEN,
        "time": written(at - timedelta(seconds=2)), "data": {k: v for k, v in data.items() if v},
    }  # fmt: skip
    return Sent(
        at=at, slug=sender.slug, source=sender.source, id=message_id, family=f"story:{said['slug']}", urgent=bool(contact.get("urgent")),
        who={ref: f"story:{said['slug']}.{name}" for name, ref in refs.items()},
        message=Message(json.dumps(event, ensure_ascii=False).encode(), "application/cloudevents+json"),
    )  # fmt: skip


def refs_of(contact: Any) -> dict[str, str]:
    """The words of a contact of a story for its people, by the story's own."""
    return {name: f"p{n}" for n, name in enumerate(contact["people"], 1)}


def _mention(said: Any, name: str, ref: str, differs: Any, ends_on: date) -> dict[str, Any]:
    """A person as the story has them, and what this contact says otherwise: null for what it does not say."""
    person = {**said["people"][name], **differs}
    found: dict[str, Any] = {"ref": ref, "name": {"family": person["family"], "given": person["given"]}}  # fmt: skip
    if person.get("nhs"):
        found["ids"] = [{"system": "nhs-number", "value": nhs_number(person["nhs"]), "status": "verified"}]  # fmt: skip
    if person.get("aged"):
        born = born_on(person["aged"], ends_on)
        found["dob"] = str(born.year) if person.get("dob_part") == "year" else born.isoformat()
    home = said["homes"].get(person.get("home", "home")) if person.get("home", "home") else None
    if home:
        found["address"] = address_of(Home(tuple(home["lines"]), home["postcode"], home.get("uprn")))  # fmt: skip
    found |= {key: person[key] for key in AS_IT_IS if person.get(key)}
    return found


def born_on(aged: Sequence[int], ends_on: date) -> date:
    """The birth date of somebody who is so many years and days old on that day."""
    years, days = aged
    year = ends_on.year - years
    birthday = ends_on.replace(year=year, day=min(ends_on.day, 28))
    return birthday - timedelta(days=days)


def _tie(text: str, refs: dict[str, str]) -> dict[str, Any]:
    one, kind, other, *hours = text.split()
    said = {"from": refs[one], "type": kind, "to": refs[other]}
    return said | ({"hours_per_week": int(hours[0])} if hours else {})


def _concern(text: str, refs: dict[str, str], day: date) -> dict[str, Any]:
    code, *rest = text.split()
    said: dict[str, Any] = {"code": code}
    if rest and rest[0] in refs:
        said["about"] = refs[rest.pop(0)]
    for word in rest:
        name, _, value = word.partition("=")
        if name == "date":
            said["date"] = (day + timedelta(days=int(value))).isoformat()
        else:
            said[name] = int(value) if value else True
    return said


def _remarks(said: dict[str, str], refs: dict[str, str]) -> list[dict[str, str]]:
    return [{"about": refs[name], "text": text} for name, text in said.items()]


def _agreement(said: str | None, refs: dict[str, str]) -> dict[str, str] | None:
    if said is None:
        return None
    given, _, by = said.partition(" ")
    return {"to_service": given} | ({"by": refs[by]} if by else {})
