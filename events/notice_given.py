"""Somebody who must be told was told."""

from typing import ClassVar, Self

from events.base import Event


class NoticeGiven(Event):
    """A team that works on a contact told whoever the decision says must be told.

    to     a team's code, an organisation's code, or a word of the policy such as school
    team   the team that told them
    how    in short: by telephone, by letter
    """

    TYPE: ClassVar[str] = "notice.given"
    STREAM: ClassVar[str] = "notice"

    notice: str
    contact: str
    rule: str
    to: str
    team: str | None
    how: str

    def stream_id(self) -> str:
        return self.notice

    def tags(self) -> tuple[str, ...]:
        return (f"notice:{self.notice}", f"contact:{self.contact}")

    def sentence(self) -> str:
        return f"Notice {self.notice} was given."

    @classmethod
    def example(cls) -> Self:
        return cls(
            notice="N-26-000001-R1-school", contact="C-26-000001", rule="R1", to="school", team="MASH", how="By telephone",
        )  # fmt: skip
