"""A notice is given by the team that works on the contact, or received by the team it is to. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.base import Event
from events.envelope import RecordedEvent
from events.notice_given import NoticeGiven
from events.notice_received import NoticeReceived
from hub.plain_text import plain_text


@dataclass(frozen=True, slots=True)
class NoticeStands:
    """Whether it was given and received; `version` is the last place in its stream."""

    given: bool = False
    received: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class GiveNotice:
    """Somebody told them, and how."""

    notice: str
    contact: str
    rule: str
    to: str
    team: str | None
    how: str


@dataclass(frozen=True, slots=True)
class ReceiveNotice:
    """Somebody of the team it is to has seen it."""

    notice: str
    contact: str
    rule: str
    to: str
    team: str | None


def fold(events: Iterable[RecordedEvent]) -> NoticeStands:
    """How it stands after these events of its stream."""
    state = NoticeStands()
    for recorded in events:
        given = state.given or isinstance(recorded.event, NoticeGiven)
        received = state.received or isinstance(recorded.event, NoticeReceived)
        state = NoticeStands(given, received, recorded.version)
    return state


def decide(state: NoticeStands, command: GiveNotice | ReceiveNotice) -> list[Event]:
    """The receipt; a second one of the same kind changes nothing. Raises InvalidCommand where nobody says how."""
    key = {"notice": command.notice, "contact": command.contact, "rule": command.rule, "to": command.to, "team": command.team}  # fmt: skip
    if isinstance(command, GiveNotice):
        how = plain_text("how", command.how)
        return [] if state.given else [NoticeGiven.model_validate({**key, "how": how})]
    return [] if state.received else [NoticeReceived.model_validate(key)]
