"""What a viewer may see of people and families, and whom they may find."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time

from hub.access.eyes import Eyes
from hub.access.guarded import guarded_mention
from hub.access.words import is_plain_relation, plain_ref
from hub.viewer import Viewer
from projections.family_view import FamilyShown, PersonShown, RelationShown, RemarkShown, Said
from projections.kin import connected, home_marks, home_pairs, joins_now
from projections.person_index import Hit, search
from projections.secrets import Hidden
from projections.table import Tables

WHEREABOUTS = ("address", "phones", "emails", "school", "gp")


def see_person(person: PersonShown, hidden: Hidden, viewer: Viewer) -> PersonShown | None:
    """A person as the viewer may see them; None where all that is known of them must be kept."""
    if viewer.role == "partner":
        return None
    hidden.prepare([person.person], person.contacts)
    return seen_person(person, Eyes(hidden, viewer))


def seen_person(person: PersonShown, eyes: Eyes) -> PersonShown | None:
    """A person without what was said in contacts the viewer may not see, nor where they are if that must be kept."""
    if not person.said:
        return None
    eyes.must_have_passed(max(s.position for s in person.said))
    said = [s for s in person.said if eyes.streams(eyes.hidden.contact(s.contact))]
    if not said:
        return None
    secrets = eyes.hidden.person(person.person)
    said = [s.model_copy(update={"candidate": may_name(s.candidate, eyes)}) for s in said]
    withheld: list[str] = []
    if not eyes.whereabouts(person.person):
        said = [guarded_said(s) for s in said]
        withheld += ["address", "phones", "emails", "school", "gp", "reporter"]
    if secrets.with_placed and not eyes.adoption:
        said = [untied(s) if eyes.hidden.contact(s.contact).placed else s for s in said]
        withheld += ["relations", "contacts"]
    return PersonShown(person=person.person, said=tuple(said), withheld=tuple(withheld))


def may_name(candidate: str | None, eyes: Eyes) -> str | None:
    """Somebody who may be the same person, where they themselves are not hidden."""
    if candidate is None or eyes.everything or not eyes.hidden.person(candidate).hidden:
        return candidate
    return None


def guarded_said(said: Said) -> Said:
    """What a contact said of a person, without where they are or who told."""
    return said.model_copy(
        update={
            "ref": plain_ref(said.ref), "mention": guarded_mention(said.mention), "organisation": None, "candidate": None,
            "withheld": (*WHEREABOUTS, "organisation"),
        }
    )  # fmt: skip


def untied(said: Said) -> Said:
    """What a contact said of a person, without which contact it was: the same contact on two pages would tie two people."""
    day = datetime.combine(said.at.astimezone(UTC).date(), time(), UTC)
    return said.model_copy(
        update={
            "contact": "", "ref": "", "position": 0, "at": day, "occurred_at": None, "candidate": None,
            "organisation": None, "withheld": tuple(dict.fromkeys((*said.withheld, "contact"))),
            "mention": said.mention.model_copy(update={"ref": ""}),
        }
    )  # fmt: skip


def see_family(family: FamilyShown, hidden: Hidden, viewer: Viewer) -> FamilyShown | None:
    """A family as the viewer may see it: connected anew from what they may know; None where they may not know the person."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return None
    if eyes.everything:
        return family
    everybody = {p.person: p for p in (*family.people, *family.beyond)}
    hidden.prepare(everybody, {c for p in everybody.values() for c in p.contacts})
    known = {p: part for p, person in everybody.items() if (part := may_know(person, eyes))}
    around = only_if_placed(family.asked, known, eyes)
    if around is None:
        return None
    relations = [
        r
        for r in family.relations
        if may_know_relation(r, eyes) and r.from_person in around and r.to_person in around
    ]
    members = still_connected(family, around, relations, eyes)
    shown = [r for r in relations if may_show_relation(r, eyes)]
    ends = [{r.from_person, r.to_person} for r in shown]
    led_to = {p for pair in ends if pair & set(members) for p in pair}
    beyond = [p.person for p in family.beyond if p.person in led_to]
    named = {*members, *beyond}
    return FamilyShown(
        asked=family.asked,
        root=family.root if family.root in members else min(members),
        people=tuple(p for m in members if (p := seen_person(everybody[m], eyes))),
        relations=tuple(r for r in shown if {r.from_person, r.to_person} <= named),
        remarks=tuple(r for r in family.remarks if may_show_remark(r, members, eyes)),
        beyond=tuple(p for m in beyond if (p := seen_person(everybody[m], eyes))),
        left_out=family.left_out,
        withheld=what_of_family(family, eyes),
    )


def still_connected(
    family: FamilyShown,
    around: Mapping[str, PersonShown],
    relations: Sequence[RelationShown],
    eyes: Eyes,
) -> list[str]:
    """Who of a family is still of it by what the viewer may know alone; all, where nothing had to be taken out.

    Who lives with a hidden person tells where they are: a home, or a word for one, joins only those who may be found.
    """
    open_ = {p for p in around if eyes.whereabouts(p)}
    whole = all(around.get(p.person) == p and p.person in open_ for p in family.people)
    if whole and len(relations) == len(family.relations):
        return list(family.members)
    related = [
        (r.from_person, r.to_person)
        for r in relations
        if joins_now(r.type, r.until) and may_show_relation(r, eyes)
    ]
    homes = {
        p: home_marks(shown.homes[0]) for p, shown in around.items() if shown.homes and p in open_
    }
    pairs = among([*related, *home_pairs(homes)], set(family.members))
    reached = set(connected(family.asked, pairs))
    return [p for p in family.members if p in reached]


def among(pairs: Iterable[tuple[str, str]], people: set[str]) -> list[tuple[str, str]]:
    """The pairs whose both ends are among these people."""
    return [(one, other) for one, other in pairs if one in people and other in people]


def may_show_remark(remark: RemarkShown, members: Sequence[str], eyes: Eyes) -> bool:
    """Whether a strength or a wish may be shown: it is free text."""
    secrets = eyes.hidden.contact(remark.contact)
    return eyes.open_text(secrets) and (remark.person is None or remark.person in members)


def may_know(person: PersonShown, eyes: Eyes) -> PersonShown | None:
    """A person by the contacts the viewer may see, whereabouts still there: for telling who shares a home."""
    eyes.must_have_passed(max((s.position for s in person.said), default=0))
    said = tuple(s for s in person.said if eyes.streams(eyes.hidden.contact(s.contact)))
    return PersonShown(person=person.person, said=said) if said else None


def may_know_relation(relation: RelationShown, eyes: Eyes) -> bool:
    """Whether a relation may play a part at all."""
    eyes.must_have_passed(relation.position)
    ends = (eyes.hidden.person(relation.from_person), eyes.hidden.person(relation.to_person))
    return (
        eyes.streams(eyes.hidden.contact(relation.contact))
        and (eyes.shielded or relation.type != "alleged-to-harm")
        and (eyes.adoption or not any(end.placed for end in ends))
    )


def may_show_relation(relation: RelationShown, eyes: Eyes) -> bool:
    """Whether a relation may be shown: living with somebody tells where a hidden person is."""
    return is_plain_relation(relation.type) or (
        eyes.whereabouts(relation.from_person) and eyes.whereabouts(relation.to_person)
    )


def only_if_placed(
    asked: str, known: Mapping[str, PersonShown], eyes: Eyes
) -> dict[str, PersonShown] | None:
    """Those who may be shown around `asked`: a placed child alone, else everybody but placed children; None without `asked`."""
    if asked not in known:
        return None
    if eyes.adoption:
        return dict(known)
    if eyes.hidden.person(asked).placed:
        return {asked: known[asked]}
    return {p: shown for p, shown in known.items() if not eyes.hidden.person(p).placed}


def what_of_family(family: FamilyShown, eyes: Eyes) -> tuple[str, ...]:
    """What is kept of a family, in words."""
    withheld: list[str] = []
    if any(not eyes.whereabouts(p.person) for p in family.people):
        withheld.append("whereabouts")
    if not eyes.adoption and any(eyes.hidden.person(p.person).with_placed for p in family.people):
        withheld.append("relations")
    return tuple(withheld)


def find_people(
    tables: Tables, asked: str, hidden: Hidden, viewer: Viewer, until: int | None = None
) -> list[Hit]:
    """Search for people, by what was known up to a position where one is named. Hidden people are found by the cleared alone,
    and never by what a restricted contact said."""
    eyes = Eyes(hidden, viewer)
    if viewer.role == "partner":
        return []

    def prepare(hits: Collection[Hit]) -> None:
        hidden.prepare({hit.person for hit in hits}, {hit.contact for hit in hits})

    def may_see(hit: Hit) -> bool:
        return (until is None or hit.position <= until) and may_find(hit, eyes)

    hits = search(tables, asked, may_see, prepare, until)
    return [
        untied_hit(h) if hidden.contact(h.contact).placed and not eyes.adoption else h for h in hits
    ]


def may_find(hit: Hit, eyes: Eyes) -> bool:
    """Whether the viewer may find this person by what this contact said."""
    eyes.must_have_passed(hit.position)
    person = eyes.hidden.person(hit.person)
    return (
        eyes.streams(eyes.hidden.contact(hit.contact))
        and (eyes.shielded or not person.hidden)
        and (eyes.adoption or not person.placed)
    )


def untied_hit(hit: Hit) -> Hit:
    """A person found, without which contact named them."""
    return hit.model_copy(update={"contact": "", "position": 0})
