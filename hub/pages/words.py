"""Times, due dates and codes in the words people use, London time."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.mentions_linked import FieldWeight
from hub.clocks.words import roughly
from hub.linking.words import of_level
from hub.teams.book import team_book

LONDON = ZoneInfo("Europe/London")


def said_at(moment: datetime | None) -> str:
    """`22 November 2026, 14:05`; nothing for no moment."""
    if moment is None:
        return ""
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y}, {local:%H:%M}"


def day_said(moment: datetime) -> str:
    """`Sunday 22 November 2026`."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B %Y}"


def moment_said(moment: datetime) -> str:
    """The moment as a browser's field of a date and a time takes it: `2026-11-22T14:05:00`."""
    return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M:%S}"


def time_said(moment: datetime) -> str:
    """`14:05`."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def due_in_words(due: datetime | None, now: datetime) -> str:
    """`Overdue by 2 hours`, `Due in 40 minutes`, `Due today by 23:59`, `Due Thursday 26 November`; `No clock` for none."""
    if due is None:
        return "No clock"
    if due <= now:
        return f"Overdue by {roughly(now - due)}"
    if due - now < timedelta(hours=3):
        return f"Due in {roughly(due - now)}"
    local, today = due.astimezone(LONDON), now.astimezone(LONDON).date()
    if local.date() == today:
        return f"Due today by {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"Due tomorrow by {local:%H:%M}"
    return f"Due {local:%A} {local.day} {local:%B}"


SPELT = {"childrens-services": "children's services", "gp": "GP"}
HELD_BACK = {
    "text": "what was written",
    "because": "reasons",
    "gp": "GP practice",
    "sentence": "words",
}


def plain(code: str | None) -> str:
    """A code of the vocabulary as words: `young-carer` is `young carer`."""
    return SPELT.get(code or "", (code or "").replace("-", " ").replace("_", " "))


def team_said(code: str | None) -> str:
    """A team by its name: `CLS-2` is `Community-led Support 2`; any other code in plain words."""
    name = team_book().name_of(code) if code else None
    return plain(code) if name is None else name


def born_on(said: str | None) -> str:
    """A date of birth, as far as it was said: `12 June 1981`, `June 1981`, `1981`; what is no date as it was written."""
    year, _, rest = (said or "").partition("-")
    month, _, day = rest.partition("-")
    try:
        when = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return said or ""
    return f"{when.day} {when:%B} {year}" if day else f"{when:%B} {year}" if month else year


def age_said(birth: str | None, now: datetime) -> str:
    """`44`, or `about 44` where the day or the month was not said; nothing where the year cannot be read."""
    year, month, day = (*(birth or "").split("-"), "", "")[:3]
    try:
        born = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    today = now.astimezone(LONDON).date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years < 0:
        return ""
    whole = years or "under 1"
    return f"{whole}" if day else f"about {whole}"


def sentence_case(text: str) -> str:
    """The same with a capital at its beginning, its other letters as they are."""
    return text[:1].upper() + text[1:]


def held_back(what: str) -> str:
    """What is withheld, in words."""
    return HELD_BACK.get(what, plain(what))


def bits_said(bits: float) -> str:
    """Bits with their sign: `+6.8`, `−1.0`, `0.0`."""
    said = f"{bits:+.1f}"
    return "0.0" if said[1:] == "0.0" else said.replace("-", "−")


def weight_said(weight: FieldWeight) -> str:
    """A field of a comparison and how far it agrees."""
    return sentence_case(of_level(weight.field, weight.level))
