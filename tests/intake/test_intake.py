"""The door over the real log: stored once, answered alike, refused and kept, however often and however many at once."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.postgres.log import PostgresLog
from events.contact_received import ContactReceived
from events.envelope import RecordedEvent
from events.message_refused import MessageRefused
from hub.contacts.cloud_event import Message
from hub.contacts.intake import Intake
from hub.contacts.receive import Carrier
from hub.errors import (
    HubError,
    InvalidContact,
    MessageIdTaken,
    NotJson,
    NotYourSource,
    WrongContentType,
)
from tests.intake.given import NOW, SOURCE, STRUCTURED, binary, drop, event, message, put

SURGERY = Carrier("http", "grays-surgery", frozenset({SOURCE}))


@pytest.fixture
def intake(log: PostgresLog) -> Intake:
    """The door, with nobody's source but the surgery's."""

    async def sources_of(_slug: str) -> frozenset[str]:
        return frozenset({SOURCE})

    return Intake(log, log.next_contact, sources_of, lambda: NOW)


async def stored(log: PostgresLog, kind: type) -> list[RecordedEvent]:
    """The events of a kind that the log holds."""
    return [e for e in await log.read(0, 1000) if isinstance(e.event, kind)]


async def refusal(intake: Intake, sent: Message, carrier: Carrier = SURGERY) -> HubError:
    """Why the door refuses a message."""
    with pytest.raises(HubError) as refused:
        await intake.accept(sent, carrier)
    return refused.value


async def test_a_contact_is_stored_with_its_bytes_before_it_is_answered(
    intake: Intake, log: PostgresLog
) -> None:
    answer = await intake.accept(message(), SURGERY)
    (recorded,) = await stored(log, ContactReceived)
    assert isinstance(recorded.event, ContactReceived)
    assert (recorded.position, recorded.recorded_at) == (answer.position, answer.recorded_at)
    assert recorded.event.contact == answer.contact
    raw = await log.raw(recorded.event.body_sha256)
    assert raw and raw.body == message().body and raw.content_type == STRUCTURED


async def test_the_same_message_gets_its_first_answer_again_however_it_is_laid_out(
    intake: Intake, log: PostgresLog
) -> None:
    change = put("/data/people/1/dob", "2012")
    first = await intake.accept(message(change), SURGERY)
    laid_out = json.dumps(event(change), indent=3, sort_keys=True).encode()
    for again in (Message(laid_out, STRUCTURED), binary(change)):
        answer = await intake.accept(again, SURGERY)
        assert answer.again and not first.again
        assert (answer.contact, answer.position, answer.recorded_at, answer.doubts) == (
            first.contact, first.position, first.recorded_at, first.doubts,
        )  # fmt: skip
    assert len(await stored(log, ContactReceived)) == 1


async def test_the_first_answer_again_has_the_first_doubts_years_later(intake: Intake) -> None:
    sent = message(put("/data/people/0/dob", "1910"))
    first = await intake.accept(sent, SURGERY)

    def later() -> datetime:
        return NOW + timedelta(days=20 * 365)

    years_on = replace(intake, now=later)
    again = await years_on.accept(sent, SURGERY)
    assert again.doubts == first.doubts and again.again


async def test_another_body_under_a_taken_id_is_refused_and_kept_once(
    intake: Intake, log: PostgresLog
) -> None:
    await intake.accept(message(), SURGERY)
    other = message(put("/data/narrative", "Something else."))
    for _ in range(3):
        assert isinstance(await refusal(intake, other), MessageIdTaken)
    (kept,) = await stored(log, MessageRefused)
    assert isinstance(kept.event, MessageRefused)
    assert (kept.event.problem, kept.event.message_id) == ("message-id-taken", "01J8Z3-0007")
    raw = await log.raw(kept.event.body_sha256)
    assert raw and raw.body == other.body


@pytest.mark.parametrize(
    "sent",
    [
        Message(b"\x00\xff", STRUCTURED),
        Message(rb'{"a":"\ud800"}', None),
        Message(b"", "text/\x00plain"),
        message(drop("/data/door")),
        message(put("/source", "urn:nobody")),
        binary(id="a\0b"),
        binary(id="a\udce9"),
    ],
)
async def test_a_refused_message_is_kept_once_with_its_bytes(
    intake: Intake, log: PostgresLog, sent: Message
) -> None:
    reasons = [(await refusal(intake, sent)).slug for _ in range(2)]
    (kept,) = await stored(log, MessageRefused)
    assert isinstance(kept.event, MessageRefused)
    assert reasons == [kept.event.problem] * 2
    raw = await log.raw(kept.event.body_sha256)
    assert raw and raw.body.endswith(sent.body)
    assert not await stored(log, ContactReceived)


async def test_a_refused_message_takes_no_id_and_holds_nothing_up(intake: Intake) -> None:
    assert isinstance(await refusal(intake, message(drop("/data/door"))), InvalidContact)
    answer = await intake.accept(message(), SURGERY)
    assert not answer.again


async def test_a_source_that_was_added_a_moment_ago_is_a_source(intake: Intake) -> None:
    stale = Carrier("http", "grays-surgery", frozenset())
    assert (await intake.accept(message(), stale)).contact


async def test_another_partners_source_stays_refused(intake: Intake) -> None:
    assert isinstance(
        await refusal(intake, message(put("/source", "urn:ods:other"))), NotYourSource
    )


async def test_of_many_who_send_the_same_at_once_one_is_first_and_all_hear_the_same(
    intake: Intake, log: PostgresLog
) -> None:
    answers = await asyncio.gather(*(intake.accept(message(), SURGERY) for _ in range(20)))
    assert len({(a.contact, a.position) for a in answers}) == 1
    assert [a.again for a in answers].count(False) == 1
    assert len(await stored(log, ContactReceived)) == 1


async def test_of_many_bodies_under_one_id_at_once_one_is_accepted_and_all_others_are_kept(
    intake: Intake, log: PostgresLog
) -> None:
    sent = [message(put("/data/narrative", f"Version {n}.")) for n in range(10)]
    became = await asyncio.gather(
        *(intake.accept(m, SURGERY) for m in sent), return_exceptions=True
    )
    assert sum(isinstance(b, MessageIdTaken) for b in became) == 9
    assert len(await stored(log, ContactReceived)) == 1
    assert len(await stored(log, MessageRefused)) == 9


async def test_the_same_refused_message_many_times_at_once_is_kept_once(
    intake: Intake, log: PostgresLog
) -> None:
    sent = Message(b"{", STRUCTURED)
    became = await asyncio.gather(
        *(intake.accept(sent, SURGERY) for _ in range(20)), return_exceptions=True
    )
    assert all(isinstance(b, NotJson) for b in became)
    assert len(await stored(log, MessageRefused)) == 1


async def test_what_was_not_even_read_is_kept(intake: Intake, log: PostgresLog) -> None:
    error = await intake.keep_unread(Message(b"<xml/>", "text/xml"), SURGERY, WrongContentType())
    assert isinstance(error, WrongContentType)
    (kept,) = await stored(log, MessageRefused)
    assert isinstance(kept.event, MessageRefused) and kept.event.problem == "wrong-content-type"
