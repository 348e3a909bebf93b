"""Times, due dates and codes in the words people use, London time."""

from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from events.mentions_linked import FieldWeight
from hub.clocks import OpeningTimes, Unit, england
from hub.clocks.pause import stood_still
from hub.clocks.words import counted, roughly
from hub.linking.words import of_level
from hub.teams.book import team_book

LONDON = ZoneInfo("Europe/London")


def way_said(way: str | None) -> str:
    """`e-mail`, as people write it."""
    return {"email": "e-mail"}.get(way or "", way or "")


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


class Clocked(Protocol):
    """Whatever shows a clock: an ask or a duty."""

    @property
    def clock(self) -> str | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def met_at(self) -> datetime | None: ...
    @property
    def missed_at(self) -> datetime | None: ...
    @property
    def paused_at(self) -> datetime | None: ...
    @property
    def paused_because(self) -> str | None: ...


def clock_in_words(shown: Clocked, now: datetime) -> str:
    """How a clock stands: `Paused since 3 March: waiting for the person`, `Clock met, late`, else when it is due."""
    if shown.paused_at:
        local = shown.paused_at.astimezone(LONDON)
        return f"Paused since {local.day} {local:%B}: {shown.paused_because}"
    if shown.met_at:
        return "Clock met, late" if shown.missed_at else "Clock met"
    return due_in_words(shown.due_at, now)


def is_overdue(shown: Clocked, now: datetime) -> bool:
    """Whether a clock has run out: not one that stands still or was met."""
    waits = shown.due_at is not None and not shown.paused_at and not shown.met_at
    return waits and shown.due_at is not None and shown.due_at <= now


def law_in_words(shown: Clocked, started: datetime | None, now: datetime) -> str:
    """Where the law sets the clock, how much of it has gone: `Day 3 of 45 working days; the law allows 45`; else nothing."""
    name, due = shown.clock or "", shown.due_at
    if not name.endswith("(law)") or due is None or started is None or shown.met_at:
        return ""
    if "hour" in name:
        gone, most = ((t - started) // timedelta(hours=1) for t in (now, due))
        return f"Hour {gone} of {counted(most, 'hour')}; the law allows {most}"
    unit: Unit = "working-days" if "working day" in name else "days"
    gone, most = (stood_still(unit, started, moment, england()) for moment in (now, due))
    return f"Day {gone} of {counted(most, unit[:-1].replace('-', ' '))}; the law allows {most}"


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


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours_said(hours: OpeningTimes) -> str:
    """`Monday to Friday, 09:00 to 17:00, not on bank holidays`; `At all hours`."""
    if hours.always:
        return "At all hours"
    holidays = "on bank holidays too" if hours.on_bank_holidays else "not on bank holidays"
    return (
        f"{days_said(sorted(hours.days))}, {hours.opens:%H:%M} to {hours.closes:%H:%M}, {holidays}"
    )


def days_said(days: list[int]) -> str:
    """`Every day`, `Monday to Friday`, `Monday and Thursday`; Monday is 0."""
    if len(days) == len(DAYS):
        return "Every day"
    names = [DAYS[day] for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} to {names[-1]}"
    return (
        f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "Never"
    )


def month_said(month: str) -> str:
    """`March 2026` of `2026-03`."""
    year, _, number = month.partition("-")
    return f"{date(int(year), int(number), 1):%B} {year}"
