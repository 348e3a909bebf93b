"""A surge began: a list of people who need something now."""

from typing import ClassVar, Self

from events.base import Event


class SurgeBegun(Event):
    """A bulk list, for instance of people who shield, was taken up: each of its rows becomes a contact from `source`.

    surge   its short name in addresses
    about   what it is called
    """

    TYPE: ClassVar[str] = "surge.begun"
    STREAM: ClassVar[str] = "surge"

    surge: str
    about: str
    source: str

    def stream_id(self) -> str:
        return self.surge

    def tags(self) -> tuple[str, ...]:
        return (f"surge:{self.surge}",)

    def sentence(self) -> str:
        return f"The surge {self.surge} began."

    @classmethod
    def example(cls) -> Self:
        return cls(
            surge="shielding-2026",
            about="Shielding, winter 2026",
            source="urn:nwd:surge:shielding-2026",
        )
