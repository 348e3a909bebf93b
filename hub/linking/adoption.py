"""Learns the parameters of the comparison from the hub's own contacts, and takes them into use by an event."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from events.contact_received import ContactReceived
from events.envelope import RecordedEvent, new_event
from events.linking_adopted import LinkingAdopted
from events.mentions_linked import MentionsLinked
from hub.errors import Conflict, NotAllowed
from hub.linking.model import Model, shipped
from hub.linking.profile import Profile, profile_of_mention
from hub.linking.shares import compact
from hub.linking.train import learn_model
from hub.log import Append, Log, VersionConflict
from hub.people.said import read_people

STREAM = "policy:linking"
AT_ONCE = 500  # contacts
MOST = 150_000
"""Of so many mentions it is learnt, the newest."""
FEWEST = 500
"""Fewer mentions teach nothing: what was shipped knows more."""

Tell = Callable[[int, int], None]


@dataclass(slots=True)
class Heard:
    """What the log tells of people: each mention, and of each person the first."""

    mentions: list[Profile] = field(default_factory=list)
    people: dict[str, Profile] = field(default_factory=dict)


async def adopted(log: Log) -> list[LinkingAdopted]:
    """All that were ever taken into use, oldest first; the last is in use."""
    events = await log.read_stream(STREAM)
    return [e.event for e in events if isinstance(e.event, LinkingAdopted)]


async def in_use(log: Log) -> Model:
    """The parameters in use: those taken into use last, else those that were shipped."""
    found = await adopted(log)
    return Model.from_text(found[-1].document) if found else shipped()


async def learn_from(log: Log, tell: Tell) -> tuple[Model, int]:
    """The parameters of the people of the log, and from how many mentions. Raises NotAllowed where there are too few."""
    heard = await hear(log, tell)
    number = len(heard.mentions)
    if number < FEWEST:
        raise NotAllowed(
            f"There are {number} mentions of people, and {FEWEST} are needed to learn what is usual."
        )
    name = f"learnt-{len(await adopted(log)) + 1}"
    people = list(heard.people.values())
    return compact(learn_model(shipped(), name, heard.mentions, people=people)), number


async def hear(log: Log, tell: Tell) -> Heard:
    """Read every contact, and who its people were found to be."""
    heard, until = Heard(), await log.head()
    linked = of_type(log, MentionsLinked.TYPE, until)
    person_of: dict[tuple[str, str], str] = {}
    async for batch in linked:
        for recorded in batch:
            said = recorded.event
            assert isinstance(said, MentionsLinked)
            person_of.update({(said.contact, m.ref): m.person for m in said.mentions if m.person})
    async for batch in of_type(log, ContactReceived.TYPE, until):
        for recorded in batch:
            assert isinstance(recorded.event, ContactReceived)
            take(heard, recorded.event, person_of)
        tell(batch[-1].position, until)
    return heard


async def of_type(log: Log, type_: str, until: int) -> AsyncIterator[Sequence[RecordedEvent]]:
    """All events of one type, a batch at a time."""
    after = 0
    while batch := await log.read_type(type_, after, until, AT_ONCE):
        yield batch
        after = batch[-1].position


def take(heard: Heard, contact: ContactReceived, person_of: dict[tuple[str, str], str]) -> None:
    """The mentions of one contact; of very many the newest."""
    for said in read_people(contact.content):
        person = person_of.get((contact.contact, said.evidence.ref))
        if person is None:
            continue
        profile = profile_of_mention(said.evidence)
        heard.people.setdefault(person, profile)
        heard.mentions.append(profile)
    if len(heard.mentions) > 2 * MOST:
        del heard.mentions[:MOST]


async def adopt(log: Log, model: Model, mentions: int, actor: str) -> LinkingAdopted | None:
    """Take parameters into use, unless they are already (None). Raises Conflict where somebody else does so at this moment."""
    before = await log.read_stream(STREAM)
    event = LinkingAdopted(
        model=model.name, hash=model.hash, document=model.as_text(), mentions=mentions
    )
    last = before[-1].event if before else None
    if isinstance(last, LinkingAdopted) and same(last, model):
        return None
    try:
        await log.append(Append((new_event(event, len(before) + 1, actor=actor),)))
    except VersionConflict:
        raise Conflict from None
    return event


def same(last: LinkingAdopted, model: Model) -> bool:
    """Whether these are the parameters in use, but for their name."""
    return Model.from_text(last.document).with_(name=model.name).hash == model.hash
