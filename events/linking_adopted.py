"""The parameters by which people are compared were taken into use."""

from typing import ClassVar, Self

from events.base import Event


class LinkingAdopted(Event):
    """The comparison of people goes by these parameters from here on, as the whole document with its hash.

    mentions   of so many mentions they were learnt
    """

    TYPE: ClassVar[str] = "linking.adopted"
    STREAM: ClassVar[str] = "policy"

    model: str
    hash: str
    document: str
    mentions: int

    def stream_id(self) -> str:
        return "linking"

    def tags(self) -> tuple[str, ...]:
        return ("policy:linking",)

    def sentence(self) -> str:
        return f"People are compared by {self.model} from here on, learnt from {self.mentions} mentions."

    @classmethod
    def example(cls) -> Self:
        return cls(model="learnt-1", hash="0" * 64, document='{"name": "learnt-1"}', mentions=1200)
