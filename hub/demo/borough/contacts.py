"""Writes the contacts of the made-up borough: one message a step of an episode, as the partner of that door would send it."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from hub.clocks import Calendar, england
from hub.contacts.cloud_event import TAKEN, Message
from hub.demo.borough.casting import Cast
from hub.demo.borough.mess import Record, mention
from hub.demo.borough.partners import Sender, sender_for
from hub.demo.borough.population import Family, Home, Person, communal, nhs_number
from hub.demo.borough.words import words
from hub.values import LONDON

ALWAYS = ("police", "ambulance", "hospital", "mental-health")
CHANNELS = {"health": ("system", "system", "phone"), "school": ("email", "phone"), "police": ("system",)}  # fmt: skip
OTHERWISE = ("phone", "web", "email")
NUMBERS = ("dash", "pathway")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message with the moment the hub receives it, and the truth about it, which is never sent.

    who   each ref of the contact -> the id of who was truly meant
    """

    at: datetime
    slug: str
    source: str
    id: str
    message: Message
    family: str
    who: dict[str, str]
    urgent: bool = False


@dataclass(slots=True)
class Step:
    """One contact to be written: about whom, when, and in whose words."""

    family: Family
    cast: Cast
    says: Any  # the step of the episode
    number: int
    day: date
    chance: Random

    def sent(self) -> Sent:
        """The message as it is sent on its day."""
        sender, urgent = self.sender(), bool(self.says.get("urgent"))
        occurred = moment(self.day, self.chance, urgent, sender.use in ALWAYS)
        delay = self.chance.randrange(2, 20) if urgent else self.chance.randrange(5, 150)
        at = occurred + timedelta(minutes=delay, seconds=self.chance.randrange(60))
        return self.sent_at(sender, occurred, at, f"{self.family.id}-{self.number:03}")

    def sender(self) -> Sender:
        """Who tells of it."""
        return sender_for(self.chance.choice(self.says["by"]), self.about(), self.chance)

    def sent_at(self, sender: Sender, occurred: datetime, at: datetime, message_id: str) -> Sent:
        """The message as this sender sends it at that moment."""
        who, data = self.data(sender, occurred)
        event = {
            "specversion": "1.0", "id": message_id, "source": sender.source, "type": TAKEN,
            "subject": f"contact/{message_id}", "time": written(at - timedelta(seconds=self.chance.randrange(1, 5))), "data": data,
        }  # fmt: skip
        return Sent(
            at=at, slug=sender.slug, source=sender.source, id=message_id, family=self.family.id, who=who,
            message=Message(json.dumps(event, ensure_ascii=False).encode(), "application/cloudevents+json"),
            urgent=bool(self.says.get("urgent")),
        )  # fmt: skip

    def about(self) -> Person:
        """Whose surgery or school is asked."""
        young = [p for p in self.cast.values() if p.school]
        return young[0] if young else next(iter(self.cast.values()))

    def data(self, sender: Sender, occurred: datetime) -> tuple[dict[str, str], dict[str, Any]]:
        """The refs with the truth about them, and the contact."""
        named = [] if self.says.get("anonymous") else self.named()
        refs = {person.id: f"p{n}" for n, person in enumerate(named, 1)}
        record = Record(sender.door, self.day, self.chance)
        data: dict[str, Any] = {
            "occurred_at": written(occurred), "channel": self.chance.choice(CHANNELS.get(sender.door, OTHERWISE)),
            "door": sender.door, "reporter": sender.reporter(self.chance),
            "people": [self.mention(record, p, refs[p.id]) for p in named],
            "relationships": self.ties(named, refs), "concerns": [self.concern(c, refs) for c in self.says["concerns"]],
        }  # fmt: skip
        data |= self.more(refs)
        return {ref: person for person, ref in refs.items()}, {k: v for k, v in data.items() if v}

    def more(self, refs: dict[str, str]) -> dict[str, Any]:
        """What a contact may say beside who and why."""
        by = next(iter(refs.values()), None)
        agreement = self.says.get("agreement")
        said: dict[str, Any] = {"to_service": agreement, "by": by} if agreement and by else {}
        if agreement == "overridden":
            said["reason"] = "They may not grasp the risk, and it cannot wait."
        return {
            "facts": {k: v for k, v in self.says.get("facts", {}).items() if self.chance.random() < 0.95},
            "strengths": self.remarks("strengths", refs), "wants": self.remarks("wants", refs), "agreement": said,
            "lawful_basis": "public-task" if self.chance.random() < 0.8 else None,
            "narrative": self.spoken(self.chance.choice(self.says["says"])),
        }  # fmt: skip

    def named(self) -> list[Person]:
        """Who stands in the contact: those cast in it, and some of those at home."""
        asked = letters_of(self.says)
        people = [self.cast[letter] for letter in self.cast if letter in asked]
        others = [self.cast[n] for n in self.says["names"]] if "names" in self.says else self.some()
        return list({p.id: p for p in (*people, *others) if p.alive(self.day) or p in people}.values())  # fmt: skip

    def some(self) -> list[Person]:
        """Others of the home whom somebody thought of: children more often than not."""
        home = self.about().home(self.day)
        mates = [p for p in self.family.people if p.home(self.day) == home and p.alive(self.day)]
        return [
            p for p in mates
            if self.chance.random() < (0.55 if -1 < p.age(self.day) < 18 else 0.3) and (p.born - self.day).days < 190
        ]  # fmt: skip

    def mention(self, record: Record, person: Person, ref: str) -> dict[str, Any]:
        """One of them, as the record has them."""
        letter = next((key for key, cast in self.cast.items() if cast is person), "")
        flag = self.says.get("flags", {}).get(letter)
        said = mention(record, person, self.family, ref, [flag] if flag else [])
        match self.says.get("address"):
            case "communal":
                said["address"] = address_of(communal("homeless"))
            case "none":
                said["address"] = {"lines": ["No fixed abode"], "postcode": "ZZ99 3VZ"}
        return said

    def ties(self, named: list[Person], refs: dict[str, str]) -> list[dict[str, Any]]:
        """What the episode says of them, and most of what is true of those named."""
        said = [self.tie(text, refs) for text in self.says.get("ties", ())]
        pairs = {frozenset((t["from"], t["to"])) for t in said}
        for tie in self.family.ties:
            if tie.one in refs and tie.other in refs and self.chance.random() < 0.85:
                pair = frozenset((refs[tie.one], refs[tie.other]))
                since = tie.since if tie.since and tie.since <= self.day else None
                if pair in pairs or (tie.since and not since):
                    continue
                when = {"since": since.isoformat()} if since and self.chance.random() < 0.5 else {}
                if tie.type == "ex-partner-of" and since and self.chance.random() < 0.4:
                    when = {"until": f"{since.year}"}
                said.append(
                    {"from": refs[tie.one], "type": tie.type, "to": refs[tie.other], **when}
                )
        first = named[0] if named else None
        for other in named[1:]:
            assert first is not None
            together = first.home(self.day) == other.home(self.day)
            if together and self.chance.random() < 0.35 and -1 not in (first.age(self.day), other.age(self.day)):  # fmt: skip
                said.append({"from": refs[other.id], "type": "lives-with", "to": refs[first.id]})
        return said

    def tie(self, text: str, refs: dict[str, str]) -> dict[str, Any]:
        """`b cares-for a 35` as a relation of the contact."""
        one, kind, other, *hours = text.split()
        said: dict[str, Any] = {"from": refs[self.cast[one].id], "type": kind, "to": refs[self.cast[other].id]}  # fmt: skip
        if hours and self.chance.random() < 0.7:
            said["hours_per_week"] = max(1, int(hours[0]) + self.chance.randrange(-5, 6))
        return said

    def concern(self, text: str, refs: dict[str, str]) -> dict[str, Any]:
        """`domestic-abuse a dash=17 escalating` as a concern of the contact."""
        code, *rest = text.split()
        said: dict[str, Any] = {"code": code}
        if rest and rest[0] in self.cast and self.cast[rest[0]].id in refs:
            said["about"] = refs[self.cast[rest.pop(0)].id]
        for word in rest:
            name, _, value = word.partition("=")
            if name == "date":
                said["date"] = (self.day + timedelta(days=int(value))).isoformat()
            else:
                said[name] = int(value) if name in NUMBERS else True
        return said

    def remarks(self, kind: str, refs: dict[str, str]) -> list[dict[str, str]]:
        """One strength or wish, about whom it names."""
        choices = self.says.get(kind, ())
        if not choices or self.chance.random() > 0.6:
            return []
        text = self.chance.choice(choices)
        letter = text[text.index("{") + 1]
        person = self.cast[letter].id
        return [{"about": refs[person], "text": self.spoken(text)}] if person in refs else []

    def spoken(self, text: str) -> str:
        """A sentence with the first names in it. Nobody is named where the contact names nobody."""
        names = {letter: "They" if self.says.get("anonymous") else called(p) for letter, p in self.cast.items()}  # fmt: skip
        dates = [c.partition("date=")[2] for c in self.says["concerns"] if "date=" in c]
        on = self.day + timedelta(days=int(dates[0])) if dates else self.day
        return text.format(date=f"{on:%-d %B}", **names)


def letters_of(step: Any) -> set[str]:
    """The letters that a step's concerns and ties name."""
    words_of = [c.split()[1:2] for c in step["concerns"]]
    words_of += [[t.split()[0], t.split()[2]] for t in step.get("ties", ())]
    return {w for several in words_of for w in several if len(w) == 1} | set(step.get("flags", {}))


def called(person: Person) -> str:
    """The first name; an unborn child has none that is told."""
    return person.given[0]


def stranger(family: Family, letter: str, chance: Random) -> Person:
    """Somebody of no family here."""
    community = words("names")["communities"][0]
    sex = chance.choice(("female", "male"))
    return Person(
        id=f"{family.id}.{letter}", family=chance.choice(community["family"]), given=(chance.choice(community[sex]),),
        sex=sex, born=date(1960 + chance.randrange(35), chance.randrange(1, 13), chance.randrange(1, 29)),
        nhs=nhs_number(800_000 + family.number * 2),
        homes=[(date.min, Home((f"{chance.randrange(100, 200)} Fogbell Walk", "Tilbury"), "RM18 9ZX", None, 3))], role="stranger",
    )  # fmt: skip


def address_of(home: Home) -> dict[str, Any]:
    """A home as an address, written out."""
    said: dict[str, Any] = {"lines": list(home.lines), "postcode": home.postcode}
    return said | ({"uprn": home.uprn} if home.uprn else {})


def moment(day: date, chance: Random, urgent: bool, always: bool) -> datetime:
    """When on that day: in office hours on a working day, but at any hour where it is urgent, or the door never closes."""
    if urgent:
        hour = chance.choice((0, 2, 5, 7, 9, 11, 13, 15, 17, 18, 19, 20, 21, 22, 23))
    elif always:
        hour = chance.choice((7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20))
    else:
        day, hour = working(day), chance.choice((8, 9, 9, 10, 10, 11, 11, 12, 13, 14, 14, 15, 15, 16))  # fmt: skip
    return datetime.combine(day, time(hour, chance.randrange(60)), LONDON)


def working(day: date, calendar: Calendar | None = None) -> date:
    """That day, or the next on which offices work."""
    holidays = (calendar or england()).holidays
    while day.weekday() > 4 or day in holidays:
        day += timedelta(days=1)
    return day


def written(at: datetime) -> str:
    """A time with its zone, as a partner writes it."""
    return at.isoformat(timespec="seconds")
