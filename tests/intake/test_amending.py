"""A message that corrects or withdraws an earlier one: read strictly, tied to that one's contact, refused clearly, kept and sent again."""

import json
from copy import deepcopy
from datetime import datetime
from typing import Any

import jsonschema
import pytest

from adapters.postgres.integrity import check as check_log
from adapters.postgres.log import PostgresLog
from events.contact_corrected import ContactCorrected
from events.contact_received import ContactReceived
from events.contact_withdrawn import ContactWithdrawn
from events.message_refused import MessageRefused
from hub.contacts.check import check
from hub.contacts.cloud_event import CORRECTED, WITHDRAWN, Message
from hub.contacts.intake import Intake
from hub.contacts.receive import Carrier
from hub.contacts.schema import correction_schema, withdrawal_schema
from hub.errors import (
    AlreadyWithdrawn,
    FirstNotReceived,
    HubError,
    InvalidContact,
    MessageIdTaken,
    OfAnotherSource,
)
from tests.intake.given import (
    EVENT,
    NOW,
    SOURCE,
    Change,
    accepted,
    binary,
    drop,
    message,
    places,
    put,
    refused,
    structured,
)
from tests.postgres import COUNCIL

OTHER = "urn:ods:F81XXX/emis"
SURGERY = Carrier("http", "grays-surgery", frozenset({SOURCE, OTHER}))
FIRST = EVENT["id"]


def correction(
    change: Change | None = None, message_id: str = "c1", corrects: str = FIRST
) -> Message:
    """The example corrected, and changed."""
    said = deepcopy(EVENT) | {"id": message_id, "type": CORRECTED}
    said["data"]["corrects"] = corrects
    if change:
        change(said)
    return structured(said)


def withdrawal(change: Change | None = None, message_id: str = "w1") -> Message:
    """The example withdrawn, and changed."""
    data = {"withdraws": FIRST, "reason": "Sent about another patient."}
    said: dict[str, Any] = {**EVENT, "id": message_id, "type": WITHDRAWN, "data": data}
    if change:
        change(said)
    return structured(said)


@pytest.fixture
def intake(log: PostgresLog) -> Intake:
    """The door, with the surgery's two sources."""

    async def sources_of(_slug: str) -> frozenset[str]:
        return frozenset({SOURCE, OTHER})

    return Intake(log, log.next_contact, sources_of, lambda: NOW)


async def refusal(intake: Intake, sent: Message) -> HubError:
    """Why the door refuses a message."""
    with pytest.raises(HubError) as found:
        await intake.accept(sent, SURGERY)
    return found.value


def test_a_correction_is_the_whole_contact_and_the_name_of_the_first_message() -> None:
    found = accepted(correction(put("/data/people/1/dob", "2013")))
    assert found.amends and found.amends.message_id == FIRST
    assert found.kind == "corrected" and found.content.people[1].dob == "2013"
    assert [d.pointer for d in found.doubts] == ["/data/people/1/dob"]


def test_a_binary_correction_is_read_alike() -> None:
    def change(said: dict[str, Any]) -> None:
        said["type"] = CORRECTED
        said["data"]["corrects"] = FIRST

    found = accepted(binary(change))
    assert found.amends and found.amends.message_id == FIRST
    assert found.content == accepted(message()).content


@pytest.mark.parametrize(
    ("sent", "where", "code"),
    [
        (correction(drop("/data/corrects")), "/data/corrects", "missing"),
        (correction(put("/data/corrects", 7)), "/data/corrects", "type"),
        (correction(put("/data/corrects", "  ")), "/data/corrects", "empty"),
        (correction(put("/data/corrects", "x" * 600)), "/data/corrects", "too-long"),
        (correction(put("/data/corrects", "a\nb")), "/data/corrects", "characters"),
        (correction(put("/data/withdraws", FIRST)), "/data/withdraws", "unknown-member"),
        (correction(drop("/data/door")), "/data/door", "missing"),
        (message(put("/data/corrects", FIRST)), "/data/corrects", "unknown-member"),
        (withdrawal(drop("/data/withdraws")), "/data/withdraws", "missing"),
        (withdrawal(drop("/data/reason")), "/data/reason", "missing"),
        (withdrawal(put("/data/reason", "")), "/data/reason", "empty"),
        (withdrawal(put("/data/reason", ["no"])), "/data/reason", "type"),
        (withdrawal(put("/data/people", [])), "/data/people", "unknown-member"),
        (withdrawal(put("/data", "nothing")), "/data", "type"),
    ],
)
def test_each_fault_has_its_place(sent: Message, where: str, code: str) -> None:
    error = refused(sent)
    assert isinstance(error, InvalidContact)
    assert places(error.faults) == {(where, code)}
    told = check(sent, "line 1", NOW)
    assert not told.ok and any(where in line for line in told.lines())


def test_what_can_be_used_checks_as_such() -> None:
    for sent in (correction(), withdrawal()):
        assert check(sent, "line 1", NOW).ok


def test_both_have_a_schema_that_takes_what_the_reader_takes() -> None:
    for schema, sound, broken in (
        (correction_schema(), correction(), correction(drop("/data/corrects"))),
        (correction_schema(), correction(), correction(drop("/data/concerns"))),
        (correction_schema(), correction(), message()),
        (withdrawal_schema(), withdrawal(), withdrawal(put("/data/reason", " "))),
        (withdrawal_schema(), withdrawal(), withdrawal(put("/data/people", []))),
    ):
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        assert validator.is_valid(json.loads(sound.body))
        assert not validator.is_valid(json.loads(broken.body))


async def test_a_correction_is_answered_with_the_first_contact_and_kept_with_its_bytes(
    intake: Intake, log: PostgresLog, owner_dsn: str
) -> None:
    first = await intake.accept(message(), SURGERY)
    sent = correction(put("/data/people/1/dob", "2013"))
    answer = await intake.accept(sent, SURGERY)
    assert answer.contact == first.contact and answer.position == first.position + 1
    assert [d.code for d in answer.doubts] == ["partial-date"]
    taken_back = await intake.accept(withdrawal(), SURGERY)
    assert taken_back.contact == first.contact
    stored = [e.event for e in await log.read(1, 100)]
    assert [type(e) for e in stored] == [ContactReceived, ContactCorrected, ContactWithdrawn]
    for event in stored[1:]:
        assert isinstance(event, ContactCorrected | ContactWithdrawn)
        raw = await log.raw(event.body_sha256)
        assert raw is not None and raw.body in (sent.body, withdrawal().body)
    assert check_log(owner_dsn, COUNCIL).fault is None


async def test_the_same_correction_again_gets_its_first_answer_and_another_body_is_refused(
    intake: Intake,
) -> None:
    await intake.accept(message(), SURGERY)
    sent = correction(put("/data/people/1/dob", "2013"))
    first = await intake.accept(sent, SURGERY)
    await intake.accept(withdrawal(), SURGERY)
    again = await intake.accept(sent, SURGERY)
    assert again.again and (again.contact, again.position) == (first.contact, first.position)
    assert again.doubts == first.doubts
    assert isinstance(await refusal(intake, correction()), MessageIdTaken)
    taken = await refusal(intake, correction(message_id=FIRST))
    assert isinstance(taken, MessageIdTaken)


@pytest.mark.parametrize("sent", [correction(), withdrawal()])
async def test_what_amends_something_unknown_is_kept_and_can_be_sent_again(
    intake: Intake, log: PostgresLog, sent: Message
) -> None:
    error = await refusal(intake, sent)
    assert isinstance(error, FirstNotReceived) and error.status == 409
    assert error.faults[0].pointer in ("/data/corrects", "/data/withdraws")
    [kept] = [e.event for e in await log.read(1, 10)]
    assert isinstance(kept, MessageRefused) and kept.problem == "first-not-received"
    first = await intake.accept(message(), SURGERY)
    assert (await intake.accept(sent, SURGERY)).contact == first.contact


async def test_a_correction_names_the_first_message_and_none_of_another_source(
    intake: Intake,
) -> None:
    await intake.accept(message(), SURGERY)
    await intake.accept(correction(), SURGERY)
    chained = await refusal(intake, correction(message_id="c2", corrects="c1"))
    assert isinstance(chained, FirstNotReceived)
    assert [(f.code, FIRST in (f.mend or "")) for f in chained.faults] == [("not-the-first", True)]
    elsewhere = await refusal(intake, correction(put("/source", OTHER), message_id="c3"))
    assert isinstance(elsewhere, OfAnotherSource) and elsewhere.status == 409


async def test_a_withdrawn_contact_is_not_corrected_but_may_be_withdrawn_again(
    intake: Intake, log: PostgresLog
) -> None:
    first = await intake.accept(message(), SURGERY)
    await intake.accept(withdrawal(), SURGERY)
    assert isinstance(await refusal(intake, correction()), AlreadyWithdrawn)
    again = await intake.accept(withdrawal(message_id="w2"), SURGERY)
    assert again.contact == first.contact


async def test_an_operators_file_may_amend_what_a_partner_sent(intake: Intake) -> None:
    first = await intake.accept(message(), SURGERY)
    assert (await intake.accept(correction(), Carrier("file"))).contact == first.contact


async def test_many_corrections_at_once_all_follow_each_other(
    intake: Intake, log: PostgresLog
) -> None:
    first = await intake.accept(message(), SURGERY)
    for number in range(5):
        await intake.accept(correction(message_id=f"c{number}"), SURGERY)
    stream = await log.read_stream(f"amendment:{first.contact}")
    assert [e.version for e in stream] == [1, 2, 3, 4, 5]
    assert all(isinstance(e.recorded_at, datetime) for e in stream)
