"""Which asks page their team, by what ways, how often, and who is paged too where nobody sees it."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

import pytest

from adapters.postgres.log import PostgresLog
from events.notice_received import NoticeReceived
from events.page_sent import PageSent
from events.policy_published import PolicyPublished
from events.referral_accepted import ReferralAccepted
from events.referral_seen import ReferralSeen
from events.referral_withdrawn import ReferralWithdrawn
from hub.paging import READER
from hub.policies.register import SHIPPED
from hub.teams.in_force import adopt
from tests.paging import given
from tests.paging.given import (
    C1,
    C2,
    N2,
    N2_AGAIN,
    R1,
    R2,
    SECRET,
    MailHost,
    WebHost,
    World,
    because,
    corrected,
    in_short,
    news,
    teams,
)

pytestmark = pytest.mark.asyncio

MASH_MAIL, EDT_MAIL = "duty@mash.example.org", "night@edt.example.org"
BY_MAIL = teams(mash=f"email: {MASH_MAIL}", edt=f"email: {EDT_MAIL}")


@pytest.fixture
def mail() -> Iterator[MailHost]:
    yield from given.mail_host()


@pytest.fixture
def web() -> Iterator[WebHost]:
    yield from given.web_host()


def body_of(message: Message) -> str:
    said = message.get_payload(decode=True)
    assert isinstance(said, bytes)
    return said.decode()


async def test_a_team_is_paged_by_mail_with_a_reference_and_a_link_and_nothing_else(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    assert in_short(await world.pages()) == ["sent MASH email 1"]
    assert in_short(await world.later(1)) == ["sent MASH email 1"]
    [message] = mail.messages
    assert message["Subject"] == f"Urgent: {R1}, MASH"
    assert (message["To"], message["Auto-Submitted"]) == (MASH_MAIL, "auto-generated")
    assert message["Message-ID"] == f"<{R1}.MASH@council.example.org>"
    assert message.get_content_charset() == "utf-8"
    assert body_of(message) == (
        "MASH has been asked to act at once. Open it and mark it as seen: "
        f"https://hub.example.org/contacts/{C1}\r\n"
    )
    [raw] = mail.taken
    assert raw.count(b"\n") == raw.count(b"\r\n")


async def test_a_team_is_paged_by_webhook_signed_and_known_by_its_reference(
    log: PostgresLog, web: WebHost
) -> None:
    world = await World(log).begin(teams(mash=f'webhook: "{web.url}"'))
    await world.ask()
    assert in_short(await world.pages()) == ["sent MASH webhook 1"]
    [posted] = web.posted
    [asked] = await log.read_stream(f"referral:{R1}")
    asked_at = asked.recorded_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert posted.said == {
        "sent_at": asked_at,
        "reference": R1, "team": "MASH", "url": f"https://hub.example.org/contacts/{C1}",
    }  # fmt: skip
    assert (posted.path, posted.headers["Idempotency-Key"]) == ("/page?team=mash", f"{R1}.MASH")
    signed = hmac.new(SECRET.encode(), posted.body, hashlib.sha256).hexdigest()
    assert posted.headers["Hub-Signature"] == f"sha256={signed}"


@pytest.mark.parametrize(
    ("rule", "pages"), [("R0", 1), ("R1", 1), ("R2", 0), ("R8", 0), ("R28", 0)]
)
async def test_only_the_rows_that_the_policy_names_page(
    log: PostgresLog, mail: MailHost, rule: str, pages: int
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask(rule)
    await world.pages()
    assert len(mail.taken) == pages


async def test_an_ask_made_under_a_policy_that_pages_nobody_pages_nobody(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    silent = SHIPPED.read_text().replace("    pages: true\n", "")
    published = PolicyPublished(policy="thurrock", label="0", hash="0" * 64, document=silent)
    await world.record(published)
    await world.ask()
    assert await world.pages() == []
    await world.record(published.model_copy(update={"document": SHIPPED.read_text()}))
    assert await world.pages() == []
    await world.ask(referral=R2)
    await world.pages()
    assert in_short(await world.said(R2)) == ["sent MASH email 1"]


async def test_what_is_refused_for_now_is_tried_again_later_and_later(
    log: PostgresLog, mail: MailHost
) -> None:
    mail.answers = ["451 later", "452 later"]
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    said = await world.pages()
    assert because(said[0]) == "The mail server refused it for now (451)."
    assert in_short(said) == ["failed MASH email 1 again in 1"]
    assert len(await world.later(0.9)) == 1
    assert in_short(await world.later(0.2))[1:] == ["failed MASH email 2 again in 2"]
    assert in_short(await world.later(2))[2:] == ["sent MASH email 3"]
    assert len({m["Message-ID"] for m in mail.messages}) == len(mail.taken) == 1


async def test_what_mail_refuses_for_good_goes_by_webhook_alone(
    log: PostgresLog, mail: MailHost, web: WebHost
) -> None:
    mail.answers = ["550 nobody of that name"]
    world = await World(log, mail.settings).begin(
        teams(mash=f'email: {MASH_MAIL}, webhook: "{web.url}"')
    )
    await world.ask()
    said = await world.pages()
    assert in_short(said) == ["failed MASH email 1", "sent MASH webhook 1"]
    assert because(said[0]) == "The mail server refused it for good (550)."
    assert MASH_MAIL not in str(said)
    assert len(await world.later(14)) == 2


async def test_a_team_that_cannot_be_reached_at_all_is_not_waited_for(
    log: PostgresLog, mail: MailHost
) -> None:
    mail.answers = ["550 nobody of that name"]
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    said = in_short(await world.pages())
    assert said == ["failed MASH email 1", "escalated MASH EDT", "sent EDT email 1"]


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (500, "failed MASH webhook 1 again in 1"),
        (404, "failed MASH webhook 1 again in 1"),
        (410, "failed MASH webhook 1"),
        (302, "failed MASH webhook 1"),
    ],
)
async def test_a_webhook_that_does_not_take_it(
    log: PostgresLog, web: WebHost, status: int, says: str
) -> None:
    web.answers = [status]
    world = await World(log).begin(teams(mash=f'webhook: "{web.url}"'))
    await world.ask()
    said = await world.pages()
    assert in_short(said)[0] == says and str(status) in because(said[0])
    assert [p.path for p in web.posted] == ["/page?team=mash"], "a redirect is not followed"
    again = in_short(await world.later(1))
    assert ("sent MASH webhook 2" in again) is ("again" in says)


async def test_only_https_is_called_outside_this_machine(log: PostgresLog) -> None:
    world = await World(log).begin(teams(mash='webhook: "http://duty.example.org/page"'))
    await world.ask()
    said = await world.pages()
    assert because(said[0]) == "The webhook is not an https address."


async def test_servers_that_do_not_answer_hold_nobody_up_and_are_tried_again(
    log: PostgresLog, mail: MailHost, web: WebHost
) -> None:
    mail.slow = web.slow = 30
    world = await World(log, mail.settings).begin(
        teams(mash=f'email: {MASH_MAIL}, webhook: "{web.url}"')
    )
    await world.ask()
    said = await world.pages()
    assert [because(event) for event in said] == [
        "The mail server did not answer in time.", "The webhook did not answer in time.",
    ]  # fmt: skip
    mail.slow = web.slow = 0
    web.waits.set()
    assert in_short(await world.later(1))[2:] == ["sent MASH email 2", "sent MASH webhook 2"]


async def test_a_mail_server_that_is_away_and_comes_back(log: PostgresLog, mail: MailHost) -> None:
    mail.stop()
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    said = await world.pages()
    assert because(said[0]) == "The mail server cannot be reached."
    mail.start()
    assert in_short(await world.later(1))[1:] == ["sent MASH email 2"]


async def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked_for(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, replace(mail.settings, security="starttls")).begin(BY_MAIL)
    await world.ask()
    said = await world.pages()
    assert because(said[0]) == "The mail server does not offer what HUB_SMTP asks for."
    assert mail.taken == []


async def test_an_ask_that_is_accepted_before_the_next_try_is_not_paged_again(
    log: PostgresLog, mail: MailHost
) -> None:
    mail.answers = ["451 later"]
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    await world.pages()
    await world.record(ReferralAccepted.example().model_copy(update={"referral": R1}))
    assert in_short(await world.later(30)) == ["failed MASH email 1 again in 1"]
    assert mail.taken == [] and not world.pager.waiting


@pytest.mark.parametrize("touched", [ReferralSeen, ReferralAccepted, ReferralWithdrawn])
async def test_an_ask_that_was_touched_before_the_page_is_not_paged(
    log: PostgresLog,
    mail: MailHost,
    touched: type[ReferralSeen | ReferralAccepted | ReferralWithdrawn],
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    await world.record(touched.example().model_copy(update={"referral": R1}))
    assert await world.pages() == [] and mail.taken == []


async def test_what_nobody_sees_in_time_is_paged_to_the_emergency_duty_team(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    await world.pages()
    assert len(await world.later(14.9)) == 1
    said = await world.later(0.2)
    assert in_short(said) == ["sent MASH email 1", "escalated MASH EDT", "sent EDT email 1"]
    assert [m["To"] for m in mail.messages] == [MASH_MAIL, EDT_MAIL]
    assert mail.messages[1]["Subject"] == f"Urgent: {R1}, EDT"
    assert "nobody there has seen it" in body_of(mail.messages[1])
    assert len(await world.later(60)) == 3 and not world.pager.waiting


async def test_the_team_that_the_record_names_is_paged_before_the_emergency_duty_team(
    log: PostgresLog, mail: MailHost
) -> None:
    document = teams(mash=f"escalates_to: CSC, email: {MASH_MAIL}", edt=f"email: {EDT_MAIL}")
    document = document.replace("CSC:   {name", "CSC:   {email: duty@csc.example.org, name")
    world = await World(log, mail.settings).begin(document)
    await world.ask()
    await world.pages()
    await world.later(15)
    assert in_short(await world.later(15)) == [
        "sent MASH email 1", "escalated MASH CSC", "sent CSC email 1", "escalated CSC EDT", "sent EDT email 1",
    ]  # fmt: skip


async def test_seen_in_time_is_paged_to_nobody_else(log: PostgresLog, mail: MailHost) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    await world.pages()
    await world.record(ReferralSeen.example().model_copy(update={"referral": R1}))
    assert len(await world.later(30)) == 1


async def test_nothing_set_up_is_said_once_and_paged_as_soon_as_it_is(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log).begin(BY_MAIL)
    await world.ask()
    said = await world.pages()
    assert in_short(said) == ["failed MASH email 0", "escalated MASH EDT", "failed EDT email 0"]
    assert because(said[0]) == "No mail server is set up: HUB_SMTP names none."
    assert len(await world.later(20)) == 3
    restarted = await World(log, mail.settings, now=world.now).begin()
    assert in_short(await restarted.pages())[3:] == ["sent MASH email 1", "sent EDT email 1"]


async def test_a_record_without_a_way_is_said_and_used_as_soon_as_it_names_one(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(teams())
    await world.ask()
    said = await world.pages()
    assert because(said[0]) == "The record of MASH names neither an e-mail address nor a webhook."
    await adopt(log, BY_MAIL)
    assert in_short(await world.later(1))[3:] == ["sent MASH email 1", "sent EDT email 1"]


async def test_it_is_given_up_after_a_day(log: PostgresLog, mail: MailHost) -> None:
    mail.stop()
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    for _ in range(60):
        said = await world.later(61)
    tries = [each for each in in_short(said) if each.startswith("failed MASH")]
    assert tries[:5] == [
        f"failed MASH email {n} again in {m}" for n, m in enumerate((1, 2, 5, 15, 60), 1)
    ]
    assert "again" not in tries[-1] and len(tries) < 30
    assert not world.pager.waiting


async def test_a_page_that_was_sent_and_not_recorded_is_sent_again_by_the_same_reference(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()

    world.pager.log = Dying(log)  # type: ignore[assignment]  # of a log, only what is asked here
    with pytest.raises(ConnectionError):
        await world.pages()
    again = await World(log, mail.settings).begin()
    assert in_short(await again.pages()) == ["sent MASH email 1"]
    assert [m["Message-ID"] for m in mail.messages] == [f"<{R1}.MASH@council.example.org>"] * 2


class Dying:
    """A log that takes nothing any more."""

    def __init__(self, log: PostgresLog) -> None:
        self._log = log

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    async def append(self, _command: object) -> None:
        raise ConnectionError


async def test_two_pagers_record_one_page(log: PostgresLog, mail: MailHost) -> None:
    one = await World(log, mail.settings).begin(BY_MAIL)
    other = await World(log, mail.settings).begin()
    await one.ask()
    await asyncio.gather(one.pages(), other.pages())
    assert in_short(await one.said()) == ["sent MASH email 1"]
    assert len({m["Message-ID"] for m in mail.messages}) == 1


async def test_the_checkpoint_waits_for_the_oldest_that_is_not_over(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.ask()
    asked_at = await log.head()
    await world.pages()
    await world.later(1)
    assert await log.checkpoint(READER) < asked_at
    await world.record(ReferralSeen.example().model_copy(update={"referral": R1}))
    await world.later(20)
    await world.later(20)
    assert await log.checkpoint(READER) == await log.head()


async def test_a_relived_past_pages_nobody_and_what_comes_after_does(
    demonstration_database: str, mail: MailHost
) -> None:
    async with PostgresLog(demonstration_database, "thurrock") as log:
        world = await World(log, mail.settings).begin(BY_MAIL)
        await world.ask()
        await log.end_past()
        world = await World(log, mail.settings).begin()
        await world.ask(referral=R2)
        assert await world.pages() == []
        assert in_short(await world.said(R2)) == ["sent MASH email 1"]


async def test_no_log_and_no_event_names_an_address(
    log: PostgresLog, mail: MailHost, web: WebHost, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "hub")
    mail.answers, web.answers = ["550 duty@mash.example.org is unknown"], [500]
    world = await World(log, mail.settings).begin(
        teams(mash=f'email: {MASH_MAIL}, webhook: "{web.url}"')
    )
    await world.ask()
    said = await world.pages()
    told = " ".join(
        [*(e.model_dump_json() for e in said), *(e.sentence() for e in said), caplog.text]
    )
    assert "mash.example.org" not in told and web.url not in told and "127.0.0.1" not in told
    assert R1 in caplog.text
    assert not any(isinstance(e, PageSent) for e in said)


@pytest.mark.parametrize(("row", "pages"), [("R0", 1), ("R1", 1), ("R2", 0), ("R8", 0)])
async def test_new_danger_to_somebody_a_team_has_already_pages_it(
    log: PostgresLog, mail: MailHost, row: str, pages: int
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.record(news(row))
    await world.pages()
    assert len(mail.taken) == pages
    assert in_short(await world.said(N2)) == ["sent MASH email 1"] * pages
    for message in mail.messages:
        assert message["Subject"] == f"Urgent: {N2}, MASH"
        assert body_of(message) == (
            "MASH has new word, which cannot wait, about somebody it has already. "
            f"Open it and mark it as seen: https://hub.example.org/contacts/{C2}\r\n"
        )


async def test_danger_that_nobody_of_the_team_sees_is_told_to_the_next_until_it_is_seen(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.record(news())
    await world.pages()
    await world.later(20)
    assert in_short(await world.said(N2)) == [
        "sent MASH email 1", "escalated MASH EDT", "sent EDT email 1",
    ]  # fmt: skip
    assert body_of(mail.messages[-1]).startswith(
        "MASH has new word, which cannot wait, about somebody it has already, and EDT is told because nobody there has seen it."
    )
    await world.record(NoticeReceived.example().model_copy(update={"notice": N2, "contact": C2}))
    await world.pages()
    assert not world.pager.waiting


async def test_danger_that_was_seen_at_once_pages_nobody(log: PostgresLog, mail: MailHost) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.record(news())
    await world.record(NoticeReceived.example().model_copy(update={"notice": N2, "contact": C2}))
    await world.pages()
    assert not mail.taken


async def test_danger_that_a_correction_brings_pages_whoever_saw_the_contact_before(
    log: PostgresLog, mail: MailHost
) -> None:
    world = await World(log, mail.settings).begin(BY_MAIL)
    await world.record(news("R8"))
    await world.record(NoticeReceived.example().model_copy(update={"notice": N2, "contact": C2}))
    await world.record(corrected("R8").model_copy(update={"newly": (), "amendment": "K-000811"}))
    await world.pages()
    assert not mail.taken, "the same as before is nothing new"
    await world.record(corrected("R1"))
    await world.pages()
    assert in_short(await world.said(N2_AGAIN)) == ["sent MASH email 1"]
