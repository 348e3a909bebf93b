"""Who the people of a contact are, now that it was corrected or withdrawn."""

from typing import ClassVar, Self

from events.base import Event
from events.mentions_linked import LinkedMention


class MentionsAmended(Event):
    """A contact was corrected or withdrawn, and the hub took it in: who its people are from here on, and who they no longer are.

    Somebody named by the same word as before stays who they were, unless what is said of them now contradicts it.

    amendment        its own number, `K-` and the place in the log of the correction or the withdrawal
    input_position   that place
    first_position   the place of the contact itself: what it says now counts as if it had been said then
    withdrawn        whether the contact was taken back: then it is about nobody
    mentions         everybody the contact names by now
    before           whom each of its words meant until then
    opened           of a withdrawal, whether a team must look again: then the contact is not at its end
    """

    TYPE: ClassVar[str] = "mentions.amended"
    STREAM: ClassVar[str] = "correction"

    contact: str
    amendment: str
    input_position: int
    first_position: int
    withdrawn: bool
    model: str
    mentions: tuple[LinkedMention, ...]
    before: dict[str, str]
    opened: bool = False

    def stream_id(self) -> str:
        return self.amendment

    def tags(self) -> tuple[str, ...]:
        people = (*(m.person for m in self.mentions if m.person), *self.before.values())
        return tuple(dict.fromkeys((f"contact:{self.contact}", *(f"person:{p}" for p in people))))

    def sentence(self) -> str:
        if self.withdrawn:
            return f"What contact {self.contact} said of people counts no longer."
        return f"What contact {self.contact} says of people was taken in anew."

    @classmethod
    def example(cls) -> Self:
        return cls(
            contact="C-26-000001", amendment="K-000052", input_position=52, first_position=7, withdrawn=False,
            model="shipped-1",
            mentions=(
                LinkedMention(ref="p1", outcome="link", person="P-000001", because="The same person, told of anew."),
                LinkedMention(ref="p2", outcome="new", person="P-000009", because="Nobody like this is known."),
            ),
            before={"p1": "P-000001", "p2": "P-000002"},
        )  # fmt: skip
