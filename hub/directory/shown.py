"""The directory as pages, the API and commands read it: searched, and suggested for the people of a contact as one viewer may see it.

Nothing of a person leaves the hub: all of it is looked up in the hub's own copy of the directory.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from events.content import Mention
from hub.directory.areas import Where, read_where
from hub.directory.fit import Asked, Moment, Suggestion, suggest
from hub.directory.rules import DirectoryRules, directory_rules
from hub.errors import InvalidCommand, NotKnown
from hub.reading import caught_up, contact_for
from hub.services import Hub
from hub.values import AgeRange, PartialDate, Postcode, age_on
from hub.viewer import Viewer
from projections import services as view
from projections.contact_view import ContactView
from projections.secrets import Hidden
from projections.services import Listing
from projections.table import Tables

OLDEST = 130
LONGEST = 100


def read_asked(need: str = "", postcode: str = "", age: str = "", q: str = "") -> Asked:
    """What a search asks for; raises InvalidCommand for a need, postcode or age that is none."""
    rules = directory_rules()
    if need and need not in rules.needs:
        raise InvalidCommand(f"`need` must be one of {', '.join(rules.needs)}.")
    if age and not (age.isascii() and age.isdigit() and int(age) <= OLDEST):
        raise InvalidCommand(f"`age` must be whole years, {OLDEST} at most.")
    if len(q) > LONGEST:
        raise InvalidCommand(f"`q` must be {LONGEST} characters at most.")
    ages = AgeRange(int(age), int(age)) if age else None
    needs = (need,) if need else ()
    return Asked(needs, ages, read_where(postcode), words=tuple(q.split()), of_somebody=False)


async def moment_of(hub: Hub) -> Moment:
    """Now, and the council's own postcodes."""
    localities = (await hub.teams()).register.localities
    return Moment(hub.now(), frozenset(localities.postcodes if localities else ()))


async def search(hub: Hub, asked: Asked, min_position: int = 0) -> list[Suggestion]:
    """The services that may fit, best first."""
    await caught_up(hub, min_position, [view.NAME])
    listings = await hub.views.ask(lambda tables: listings_for(tables, asked))
    return suggest(listings, asked, directory_rules(), await moment_of(hub))


def listings_for(tables: Tables, asked: Asked) -> list[Listing]:
    """The services that can meet any of the needs; all, where none is named."""
    if not asked.needs:
        return view.every(tables)
    terms = {term for need in asked.needs for term in directory_rules().terms_of(need)}
    return view.about(tables, terms)


async def service_for(hub: Hub, service: str) -> Suggestion:
    """One service; raises NotKnown."""
    listing = await hub.views.ask(lambda tables: view.one(tables, service))
    if listing is None:
        raise NotKnown("The directory has no such service.")
    [found] = suggest([listing], Asked(of_somebody=False), directory_rules(), await moment_of(hub))
    return found


async def read_when(hub: Hub) -> Sequence[view.Read]:
    """When each directory was last read."""
    return await hub.views.ask(view.reads)


@dataclass(frozen=True, slots=True)
class ForPerson:
    """What may fit one person of a contact.

    needs     the concerns it was looked for by
    more      how many more may fit than are shown
    none_may  no service that fits can take them, as far as is known: an unmet need
    by_council  where they live did not count
    """

    ref: str
    person: str | None
    needs: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    more: int
    none_may: bool
    by_council: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the services."""
        return tuple(s.name for s in self.suggestions)

    def told(self) -> dict[str, object]:
        """The same for a script."""
        return {
            "ref": self.ref, "person": self.person, "needs": list(self.needs), "by_council": self.by_council,
            "services": [s.model_dump(mode="json") for s in self.suggestions], "more": self.more, "unmet": self.none_may,
        }  # fmt: skip


async def for_contact(
    hub: Hub, viewer: Viewer, contact: str, min_position: int = 0
) -> list[ForPerson]:
    """What may fit the people of a contact, by what of it the viewer may see. Raises NotKnown."""
    return await for_view(hub, await contact_for(hub, viewer, contact, min_position))


async def for_view(hub: Hub, seen: ContactView) -> list[ForPerson]:
    """The same of a contact that went through hub/access already: nothing is read of it that this viewer may not see."""
    at, rules = await moment_of(hub), directory_rules()

    def question(tables: Tables) -> list[ForPerson]:
        hidden = Hidden(tables)
        hidden.prepare(seen.people, (seen.contact,))
        found = []
        for mention in people_asked_for(seen):
            asked = asked_for(seen, mention, hidden, rules, at)
            if asked.needs:
                fits = suggest(listings_for(tables, asked), asked, rules, at)
                found.append(for_person(seen, mention, asked, fits, rules))
        return found

    return await hub.views.ask(question)


def people_asked_for(seen: ContactView) -> Sequence[Mention]:
    """The people of a contact for whom services may be looked for: nobody's who said no to any, and nobody who has died or is not
    born yet."""
    content = seen.content
    if content is None or (content.agreement and content.agreement.to_service == "refused"):
        return ()
    return [m for m in content.people if not {"deceased", "unborn"} & set(m.flags)]


def asked_for(
    seen: ContactView, mention: Mention, hidden: Hidden, rules: DirectoryRules, at: Moment
) -> Asked:
    """What is looked for, for one person of a contact. Where somebody hidden is near, where they live does not count, whoever looks."""
    concerns = seen.content.concerns if seen.content else ()
    needs = dict.fromkeys(
        c.code for c in concerns if c.about in (None, mention.ref) and c.code in rules.needs
    )
    birth = PartialDate.parse(mention.dob) if mention.dob else None
    by_council = must_hide_place(seen, mention, hidden)
    return Asked(
        needs=tuple(needs),
        ages=age_on(at.today, birth) if birth else None,
        where=None if by_council else where_of(mention),
        by_council=by_council,
    )


def must_hide_place(seen: ContactView, mention: Mention, hidden: Hidden) -> bool:
    """Whether where somebody lives must not count: they, or somebody of the contact, are hidden, or that was held back."""
    secrets = hidden.contact(seen.contact)
    person = next((m.person for m in seen.mentions if m.ref == mention.ref), None)
    return (
        bool(seen.withheld)
        or secrets.shield
        or secrets.placed
        or bool(secrets.streams)
        or person is None
        or hidden.person(person).sheltered
        or hidden.person(person).placed
    )


def where_of(mention: Mention) -> Where | None:
    """Where somebody lives, as far as their postcode says."""
    written = mention.address.postcode if mention.address else None
    code = Postcode.parse(written) if written else None
    return Where(code.outward, code.sector) if code and not code.pseudo else None


def for_person(
    seen: ContactView,
    mention: Mention,
    asked: Asked,
    fits: Sequence[Suggestion],
    rules: DirectoryRules,
) -> ForPerson:
    """The best of what may fit somebody."""
    return ForPerson(
        ref=mention.ref,
        person=next((m.person for m in seen.mentions if m.ref == mention.ref), None),
        needs=asked.needs,
        suggestions=tuple(fits[: rules.suggest_most]),
        more=max(len(fits) - rules.suggest_most, 0),
        none_may=not any(s.may_take for s in fits),
        by_council=asked.by_council,
    )
