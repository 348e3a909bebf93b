"""The working-day calendar in force."""

from datetime import date
from typing import ClassVar, Self

from events.base import Event


class CalendarAdopted(Event):
    """The bank holidays that working days are counted with, from here on. Decisions pin `hash`, so old clocks can be counted again."""

    TYPE: ClassVar[str] = "calendar.adopted"
    STREAM: ClassVar[str] = "policy"

    calendar: str
    hash: str
    holidays: tuple[date, ...]

    def stream_id(self) -> str:
        return f"calendar-{self.calendar}"

    def tags(self) -> tuple[str, ...]:
        return (f"policy:calendar-{self.calendar}",)

    def sentence(self) -> str:
        return f"The calendar of {self.calendar} with {len(self.holidays)} bank holidays came into use."

    @classmethod
    def example(cls) -> Self:
        return cls(
            calendar="england-and-wales",
            hash="0" * 64,
            holidays=(date(2026, 12, 25), date(2026, 12, 28)),
        )
