"""Which services may fit a need, an age and a place, each with its reasons and with what is not known. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from events.service_entry import ServiceEntry, ServicePlace
from hub.directory.areas import Where, coverage
from hub.directory.rules import DirectoryRules
from hub.values import LONDON, AgeRange
from projections.rows import Shown
from projections.services import Listing, plain_term, words_of

RoomKind = Literal["available", "full", "not-known", "closed"]
ASK = "Ask: capacity not known"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. It holds nobody's name.

    needs        concerns; none: whatever the need
    ages         how old they may be; None: not known
    where        where they live; None: not known
    by_council   where they live must not count, because somebody is hidden
    words        words that must stand in the entry
    of_somebody  somebody is meant: what is not known of them is said
    """

    needs: tuple[str, ...] = ()
    ages: AgeRange | None = None
    where: Where | None = None
    by_council: bool = False
    words: tuple[str, ...] = ()
    of_somebody: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is looked for, and the postcode districts and sectors that are the council's own."""

    now: datetime
    districts: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()


class Suggestion(Shown):
    """A service that may fit: why, what is not known, and what the directory says of it.

    room      available only where its directory said not long ago that there is room; not known is never available
    stale     nobody has checked the entry for too long, or never
    """

    service: str
    name: str
    organisation: str | None
    room: RoomKind
    room_says: str
    stale: bool
    assured_says: str
    because: tuple[str, ...]
    not_known: tuple[str, ...]
    about: str | None
    eligibility: str | None
    alert: str | None
    when: tuple[str, ...]
    costs: tuple[str, ...]
    languages: tuple[str, ...]
    access: tuple[str, ...]
    places: tuple[str, ...]
    phones: tuple[str, ...]
    email: str | None
    url: str | None

    @property
    def may_take(self) -> bool:
        """Whether it is worth asking: neither full nor closed, and not stale."""
        return self.room in ("available", "not-known") and not self.stale


def suggest(
    listings: Iterable[Listing], asked: Asked, rules: DirectoryRules, at: Moment
) -> list[Suggestion]:
    """The services that may fit, best first: those that nobody has checked for long come last, whatever else fits."""
    found = (look(listing, asked, rules, at) for listing in listings)
    return sorted((s for s in found if s is not None), key=rank)


def rank(suggestion: Suggestion) -> tuple[bool, bool, int, int, str, str]:
    """Checked before stale, open before full, more reasons before fewer, less unknown before more; then by name."""
    return (
        suggestion.stale,
        suggestion.room in ("full", "closed"),
        -len(suggestion.because),
        len(suggestion.not_known),
        suggestion.name.casefold(),
        suggestion.service,
    )


def look(listing: Listing, asked: Asked, rules: DirectoryRules, at: Moment) -> Suggestion | None:
    """One service before what is asked; None where it surely does not fit."""
    entry = listing.entry
    meets = list(needs_met(entry, asked, rules))
    if (asked.needs and not meets) or not has_words(entry, asked.words):
        return None
    because, not_known = meets, list[str]()
    for fits, says in (age_fits(entry, asked), place_fits(entry, asked, rules, at)):
        if fits is False:
            return None
        if says:
            (because if fits else not_known).append(says)
    room, room_says = room_of(entry, rules, at.now)
    stale, assured_says = assurance(entry, rules, at.today)
    return Suggestion(
        service=listing.service, name=entry.name, organisation=entry.organisation, room=room, room_says=room_says,
        stale=stale, assured_says=assured_says, because=tuple(because), not_known=tuple(not_known), about=entry.description,
        eligibility=entry.eligibility, alert=entry.alert, when=entry.schedules, costs=entry.costs, languages=entry.languages,
        access=entry.access, places=tuple(filter(None, map(place_said, entry.places))), phones=entry.phones,
        email=entry.email, url=entry.url,
    )  # fmt: skip


def needs_met(entry: ServiceEntry, asked: Asked, rules: DirectoryRules) -> Iterable[str]:
    """A sentence for each need that the service's words meet."""
    words = set(words_of(entry.terms))
    for need in asked.needs:
        met = sorted(words & rules.terms_of(need))
        if met:
            yield f"It is for {rules.needs[need].say} ({', '.join(met)})."


def has_words(entry: ServiceEntry, words: Sequence[str]) -> bool:
    """Whether every word stands somewhere in the entry."""
    said = (entry.name, entry.organisation, entry.description, entry.eligibility, *(t.name for t in entry.terms))  # fmt: skip
    text = plain_term(" ".join(filter(None, said)))
    return all(plain_term(word) in text for word in words)


def age_fits(entry: ServiceEntry, asked: Asked) -> tuple[bool | None, str]:
    """Whether somebody of these ages may come: yes, surely not, or None for not known; with a sentence."""
    low, high, ages = entry.minimum_age, entry.maximum_age, asked.ages
    if low is None and high is None:
        return None, "The directory does not say for what ages it is." if asked.of_somebody else ""
    takes = ages_said(low, high)
    if ages is None:
        return None, f"{takes} Their age is not known." if asked.of_somebody else takes
    if (low is not None and ages.highest + 1 <= low) or (high is not None and ages.lowest > high):
        return False, takes
    surely = (low is None or ages.lowest >= low) and (high is None or ages.highest <= high)
    if not surely:
        return None, f"{takes} Whether they are of that age is not known for certain."
    return True, takes


def ages_said(low: float | None, high: float | None) -> str:
    """`It takes people from 18 to 25.`"""
    if low is None:
        return f"It takes people up to {high:g}."
    return f"It takes people from {low:g} to {high:g}." if high else f"It takes people of {low:g} and over."  # fmt: skip


def place_fits(
    entry: ServiceEntry, asked: Asked, rules: DirectoryRules, at: Moment
) -> tuple[bool | None, str]:
    """Whether it is for people where they live, likewise."""
    found = coverage(entry.areas, asked.where, rules, at.districts, by_council=asked.by_council)
    if found.covers == "not-known":
        return None, found.says if asked.of_somebody or asked.where else ""
    return found.covers == "yes", found.says


def room_of(entry: ServiceEntry, rules: DirectoryRules, now: datetime) -> tuple[RoomKind, str]:
    """How much room it has. Not known is not available: nobody is sent where nobody said that there is room."""
    if entry.status == "temporarily closed":
        return "closed", "Temporarily closed"
    old = now - timedelta(days=rules.room_after_days)
    told = [room for room in entry.rooms if room.updated_at and old <= room.updated_at <= now]
    free = [room for room in told if room.available > 0]
    if free:
        said = ", ".join(f"{r.available:g} {r.unit or 'places'}" for r in free)
        newest = max(room.updated_at for room in free if room.updated_at)
        return "available", f"{said} free on {day_said(newest.astimezone(LONDON).date())}"
    if told and len(told) == len(entry.rooms):
        newest = max(room.updated_at for room in told if room.updated_at)
        return "full", f"Full on {day_said(newest.astimezone(LONDON).date())}"
    return "not-known", ASK


def assurance(entry: ServiceEntry, rules: DirectoryRules, today: date) -> tuple[bool, str]:
    """Whether the entry is too old to be relied on, and what is said of it."""
    on = entry.assured_on
    if on is None:
        return True, "Not assured: nobody says when this was last checked"
    if on > today:
        return True, f"Not assured: it says that it was checked on a day to come, {day_said(on)}"
    if (today - on).days > rules.stale_after_days:
        return True, f"Not assured since {day_said(on)}"
    return False, f"Checked on {day_said(on)}"


def day_said(day: date) -> str:
    """`3 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def place_said(place: ServicePlace) -> str:
    """A place in one line."""
    parts = dict.fromkeys(filter(None, (place.name, *place.lines, place.town, place.postcode)))
    return ", ".join(parts)
