"""A contact that was corrected or withdrawn: what it said of people before counts no longer, what it says now does.

What a correction says waits (`amending`) until `mentions.amended` says who is meant by it. Each contact stays in its place among
the others: what it says now is learnt as if it had been said when it was received.
"""

from collections.abc import Mapping
from typing import Any

from events.contact_corrected import ContactCorrected
from events.content import ContactContent
from events.mentions_amended import MentionsAmended
from hub.people.corrections import apart_from, forget, know_anew, note_apart
from hub.people.told import spoken_of
from projections.table import Row, TableDef, Tables

WARNINGS = ("family_may_be_informed", "safe_to_call")
AMENDING = TableDef(
    "amending", {"contact": "text", "position": "int", "content": "text"}, ("contact", "position")
)


def fold_corrected(tables: Tables, corrected: ContactCorrected, position: int) -> None:
    """What a contact should have said waits until its people are known."""
    row = {"contact": corrected.contact, "position": position}
    tables.put("amending", {**row, "content": spoken_of(corrected.content)})


def fold_amended(tables: Tables, amended: MentionsAmended) -> None:
    """The people of the contact are known: everybody it named, and everybody it names, is known anew."""
    row = tables.get("told", amended.contact)
    if row is None:
        return  # of a part of the log not every contact is at hand
    waiting = tables.get("amending", amended.contact, amended.input_position)
    content = said_by_now(row["content"], waiting["content"]) if waiting else row["content"]
    people = {m.ref: m.person for m in amended.mentions if m.person}
    before = dict(row["people"])
    changed = {
        **row, "content": content, "withdrawn": amended.withdrawn, "amended": row["amended"] + 1,
    }  # fmt: skip
    say_anew(tables, changed, people)
    tables.delete("amending", amended.contact, amended.input_position)
    move_asks(tables, amended.contact, before, people)


def said_by_now(before: str, corrected: str) -> str:
    """What a contact says by now, as it is kept."""
    read = ContactContent.model_validate_json
    return spoken_of(careful(read(corrected), read(before)))


def careful(content: ContactContent, before: ContactContent) -> ContactContent:
    """A correction that is silent on whether the family may be informed, or called, takes back no warning against it."""
    stands = {
        name: "no"
        for name in WARNINGS
        if getattr(before.facts, name) == "no" and getattr(content.facts, name) != "yes"
    }
    return content.model_copy(update={"facts": content.facts.model_copy(update=stands)})


def say_anew(tables: Tables, row: Row, people: Mapping[str, str]) -> None:
    """From here on the contact says this of these people, and nothing of whomever it named before."""
    contact, before = row["contact"], dict(row["people"])
    everybody = sorted({*before.values(), *people.values()})
    for person in everybody:
        if known := tables.get("known_person", person):
            forget(tables, known)
    for person in sorted(set(before.values()) - set(people.values())):
        tables.delete("told_of", person, contact)
    for person in sorted(set(people.values())):
        tables.put("told_of", {"person": person, "contact": contact})
    tables.put("told", {**row, "people": dict(people)})
    know_anew(tables, *everybody)
    for person in sorted({*everybody, *(a for p in everybody for a in apart_from(tables, p))}):
        note_apart(tables, person)


def move_asks(
    tables: Tables, contact: str, before: Mapping[str, str], people: Mapping[str, str]
) -> None:
    """What teams were asked for somebody whom the contact now says to be another goes along."""
    for ref, person in people.items():
        if ref in before and before[ref] != person:
            for asked in tables.find("asked_referral", contact=contact):
                if asked["about"] == ref:
                    tables.put("asked_referral", {**asked, "person": person})


def fold_decided(tables: Tables, decided: Any) -> None:
    """What was decided on a contact last, read light or not: what is newly decided is told by it."""
    row = tables.get("told", decided.contact)
    if row is not None:
        tables.put("told", {**row, "decided": decided_row(decided.decision)})


def decided_row(decision: Any) -> Row:
    """The routes and obligations of a decision, each by what makes it the same as one of another decision."""
    return {
        "routes": [[r.row, r.about, r.person, r.team, r.held_by] for r in decision.routes],
        "owed": [[o.rule, o.about, o.person, o.does] for o in decision.obligations],
    }
