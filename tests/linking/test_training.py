"""What is usual is learnt from the people themselves, taken into use by an event, and goes with every answer from then on."""

from collections.abc import Iterator
from functools import cache

import pytest

from adapters.postgres.log import PostgresLog
from benchmarks.linking.mentions import COLUMNS
from benchmarks.linking.stream import against_a_master
from events.contact_received import ContactReceived
from events.envelope import new_event
from events.linking_adopted import LinkingAdopted
from events.mentions_linked import LinkedMention, MentionsLinked
from events.policy_published import PolicyPublished
from hub.clocks import england
from hub.engine import Engine
from hub.errors import NotAllowed
from hub.folding import TABLES
from hub.linking.adoption import FEWEST, adopt, adopted, learn_from
from hub.linking.levels import FIELDS
from hub.linking.model import Model, shipped
from hub.linking.profile import Profile, profile_of_mention
from hub.linking.records import Record
from hub.linking.shares import compact
from hub.linking.train import learn_model
from hub.log import Append
from hub.policies.register import SHIPPED, publish
from projections.table import MemoryTables
from tests.linking.given import World, content, person


@cache
def made() -> tuple[list[Profile], list[Profile]]:
    """Mentions and the people known, of a made-up borough."""
    files = against_a_master(3_000, 1_000, 0.1, seed=5)
    mentions, master = (
        [profile_of_mention(record_of(row).evidence) for row in rows]
        for rows in (files.mentions, files.master)
    )
    return mentions, master


def record_of(row: tuple[str, ...]) -> Record:
    """A row as `hub link` reads it."""
    return Record(1, dict(zip(COLUMNS, row, strict=True)))


@cache
def learnt() -> Model:
    """The parameters of that borough."""
    return learn_model(shipped(), "learnt", *made())


def test_what_is_learnt_tells_one_person_a_house_mate_and_a_stranger_apart() -> None:
    chances = learnt().chances
    assert chances["birth"]["exact"].same > 0.85
    assert chances["birth"]["exact"].mate < 0.02
    assert chances["birth"]["exact"].mate > 10 * chances["birth"]["exact"].stranger
    assert chances["surname"]["exact"].mate > 0.3 > chances["surname"]["exact"].stranger
    assert chances["forename"]["exact"].same > 0.85
    assert chances["forename"]["exact"].mate < 0.05
    assert chances["home"]["exact"].mate == chances["home"]["exact"].same


def test_the_chances_of_a_field_are_chances() -> None:
    for name, levels in learnt().chances.items():
        assert set(levels) == set(FIELDS[name])
        assert all(0 < chance < 1 for c in levels.values() for chance in c), name


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    _, master = made()
    model = learnt()
    counts: dict[str, int] = {}
    for profile in master:
        for named in profile.names:
            counts["".join(named.family)] = counts.get("".join(named.family), 0) + 1
    common, rare = max(counts, key=lambda n: counts[n]), min(counts, key=lambda n: counts[n])
    assert model.share("surname", common) > 10 * model.share("surname", rare)
    assert model.share("surname", common) == pytest.approx(counts[common] / 3_000, rel=0.4)


def test_the_same_people_teach_the_same() -> None:
    assert learn_model(shipped(), "learnt", *made()).hash == learnt().hash


def test_few_people_teach_little_and_nobody_teaches_nothing() -> None:
    few = learn_model(shipped(), "few", made()[0][:5])
    for name, levels in few.chances.items():
        for level, chances in levels.items():
            assert chances.same == pytest.approx(shipped().chances[name][level].same, abs=0.1)
    assert learn_model(shipped(), "nobody", []).population == 1


def test_parameters_come_back_from_their_text_and_are_small_enough_for_an_event() -> None:
    small = compact(learnt())
    assert Model.from_text(small.as_text()).hash == small.hash
    assert len(small.as_text()) < 400_000
    common = max(learnt().shares["surname"].items(), key=lambda each: each[1])
    assert small.share("surname", common[0]) == pytest.approx(common[1], abs=1e-6)


def test_a_document_that_lacks_a_level_is_no_model() -> None:
    document = shipped().as_json()
    del document["chances"]["birth"]["slip"]
    with pytest.raises(KeyError, match="slip"):
        Model.read(document)


# In the hub


def test_from_its_adoption_on_the_engine_compares_by_it() -> None:
    world, engine, tables = World(), Engine(england()), MemoryTables(TABLES)
    policy = PolicyPublished(
        policy="thurrock", label="1", hash="0" * 64, document=SHIPPED.read_text(encoding="utf-8")
    )
    engine.step(tables, [world.record(policy)])
    said = content([person("p1", "Grace Okoro", "1981-06-12")])
    model = learnt().with_(name="learnt-1")
    adoption = LinkingAdopted(
        model=model.name, hash=model.hash, document=model.as_text(), mentions=9
    )
    names = []
    for event in (None, adoption, None):
        recorded = world.record(event) if event else world.receive(said)
        for decided in engine.step(tables, [recorded]):
            names += [e.event.model for e in decided.events if isinstance(e.event, MentionsLinked)]
    assert names == [shipped().name, "learnt-1"]


@pytest.mark.asyncio
async def test_too_few_mentions_are_refused(log: PostgresLog) -> None:
    with pytest.raises(NotAllowed, match=str(FEWEST)):
        await learn_from(log, lambda _done, _total: None)


@pytest.mark.asyncio
async def test_what_the_log_tells_is_learnt_and_taken_into_use_once(log: PostgresLog) -> None:
    await publish(log, SHIPPED.read_text(encoding="utf-8"), england())
    for append in contacts():
        await log.append(append)
    model, mentions = await learn_from(log, lambda _done, _total: None)
    assert (model.name, mentions, model.population) == ("learnt-1", 600, 300)
    event = await adopt(log, model, mentions, "operator")
    assert event is not None
    again, _ = await learn_from(log, lambda _done, _total: None)
    assert await adopt(log, again, mentions, "operator") is None
    assert [e.model for e in await adopted(log)] == ["learnt-1"]


def contacts() -> Iterator[Append]:
    """Three hundred people, each told of twice."""
    for number in range(600):
        one = number % 300
        contact = f"C-26-{number + 1:06}"
        mention = person(
            "p1", f"Name{one:03} Family{one // 3:03}", f"{1940 + one // 12}-{one % 12 + 1:02}-11"
        )
        said = ContactReceived(
            contact=contact, source="urn:test", message_id=contact, carried_by="http", body_sha256="0" * 64,
            content=content([mention]),
        )  # fmt: skip
        linked = MentionsLinked(
            contact=contact,
            model="shipped-1",
            input_position=1,
            mentions=(
                LinkedMention(ref="p1", outcome="link", person=f"P-{one + 1:06}", because="So."),
            ),
        )
        yield Append(
            (new_event(said, 1, actor="partner:test"), new_event(linked, 2, actor="engine"))
        )
