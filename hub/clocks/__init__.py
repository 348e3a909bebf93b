"""When things are due: working days with England's bank holidays, calendar days, hours, opening times; all by London's clock."""

from hub.clocks.calendar import Calendar, england
from hub.clocks.hours import OpeningTimes, next_nine_o_clock
from hub.clocks.span import Basis, Clock, Span, Unit, end_of_day

__all__ = [
    "Basis",
    "Calendar",
    "Clock",
    "OpeningTimes",
    "Span",
    "Unit",
    "end_of_day",
    "england",
    "next_nine_o_clock",
]
