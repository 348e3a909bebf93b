"""What a corrected contact said before beside what it says now, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.content import ContactContent, Mention
from hub.pages.words import plain
from projections.contact_view import Amendment, ContactView

NOTHING = "nothing said"


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that is said otherwise than before."""

    what: str
    was: str
    now: str


def changed(view: ContactView) -> list[Changed]:
    """Everything that the contact says otherwise than it did first."""
    if view.said_first is None or view.content is None:
        return []
    before, after = words_of(view.said_first), words_of(view.content)
    named = dict.fromkeys((*before, *after))
    pairs = ((what, before.get(what, NOTHING), after.get(what, NOTHING)) for what in named)
    return [Changed(what, was, now) for what, was, now in pairs if was != now]


def reconsidered(view: ContactView) -> Amendment | None:
    """The correction by which it was decided anew last; None on a contact of which nothing is decided any more."""
    if view.withdrawn_at:
        return None
    return next((a for a in reversed(view.amendments) if a.decision is not None), None)


def words_of(content: ContactContent) -> Mapping[str, str]:
    """What a contact says, each thing by its name; what is not said is left out."""
    said = {
        "Door": plain(content.door),
        "Worries": ", ".join(
            sorted(
                f"{plain(c.code)}{f' about {c.about}' if c.about else ''}" for c in content.concerns
            )
        ),
        "Relations": ", ".join(
            sorted(f"{r.from_ref} {plain(r.type)} {r.to_ref}" for r in content.relationships)
        ),
        "Agreement to a service": plain(content.agreement.to_service) if content.agreement else "",
        "In their words": content.narrative or "",
        **{
            plain(name).capitalize(): v
            for name, v in content.facts.model_dump().items()
            if v != "unknown"
        },
    }
    for person in content.people:
        said |= {f"{person.ref}: {name}": value for name, value in words_of_person(person)}
    return {name: value for name, value in said.items() if value}


def words_of_person(person: Mention) -> Iterator[tuple[str, str]]:
    """What is said of one person."""
    name, home = person.name, person.address
    yield "name", " ".join((*name.given, name.family or "")).strip() if name else ""
    yield "born", person.dob or ""
    yield "expected", person.expected_dob or ""
    yield "sex", person.sex or ""
    yield "home", ", ".join((*home.lines, home.postcode or "")) if home else ""
    yield "telephones", ", ".join(person.phones)
    yield "e-mail", ", ".join(person.emails)
    yield "numbers", ", ".join(f"{i.system} {i.value}" for i in person.ids)
    yield "school", person.school or ""
    yield "practice", person.gp or ""
    yield "flags", ", ".join(map(plain, person.flags))
