"""A directory of services was read."""

from typing import ClassVar, Self

from events.base import Event


class DirectoryImported(Event):
    """A directory of services was read to its end, and what changed in it was recorded beside this.

    source     the file or the address it was read from
    hash       SHA-256 over the services read, whatever their order
    read       how many services it had that can be used
    listed     how many of them were new or had changed
    withdrawn  how many are suggested no more
    left_out   how many of its entries could not be used
    whole      false where a part was read: then nothing counts as gone
    """

    TYPE: ClassVar[str] = "directory.imported"
    STREAM: ClassVar[str] = "directory"

    source: str
    hash: str
    read: int
    listed: int
    withdrawn: int
    left_out: int
    whole: bool

    def stream_id(self) -> str:
        return "services"

    def tags(self) -> tuple[str, ...]:
        return ("directory:services",)

    def sentence(self) -> str:
        return (
            f"A directory of {self.read} services was read: {self.listed} new or changed, "
            f"{self.withdrawn} withdrawn, {self.left_out} left out."
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            source="https://directory.example/api", hash="0" * 64, read=40, listed=3, withdrawn=1, left_out=2,
            whole=True,
        )  # fmt: skip
