"""A team that must be told has seen it."""

from typing import ClassVar, Self

from events.base import Event


class NoticeReceived(Event):
    """Somebody of the team that must be told saw that it is told: the receipt of a notice."""

    TYPE: ClassVar[str] = "notice.received"
    STREAM: ClassVar[str] = "notice"

    notice: str
    contact: str
    rule: str
    to: str
    team: str | None

    def stream_id(self) -> str:
        return self.notice

    def tags(self) -> tuple[str, ...]:
        return (f"notice:{self.notice}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Notice {self.notice} was received."

    @classmethod
    def example(cls) -> Self:
        return cls(
            notice="N-26-000001-R1-TF",
            contact="C-26-000001",
            rule="R1",
            to="TF",
            team="TF",
        )
