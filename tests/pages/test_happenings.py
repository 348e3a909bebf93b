"""What happened, told to people: who did what, duties together, none of the machine's steps."""

from datetime import UTC, datetime, timedelta

from hub.pages.happenings import happenings_of
from projections.timeline import Entry

BEGAN = datetime(2026, 3, 4, 10, tzinfo=UTC)


def entries(*types: str, contact: str = "C-26-000001") -> list[Entry]:
    """One entry of each type, a minute apart."""
    return [
        Entry(
            position=n, contact=contact, type=type_, at=BEGAN + timedelta(minutes=n), occurred_at=None, actor="engine",
            organisation=None, subject=None, team="YC", person="P-000002", rule="R8", sentence=f"Sentence {n}.",
        )
        for n, type_ in enumerate(types)
    ]  # fmt: skip


def test_it_says_who_was_asked_about_whom_and_leaves_out_the_machines_steps() -> None:
    told = happenings_of(
        entries("contact.received", "mentions.linked", "person.minted", "contact.routed", "referral.sent"),
        {"P-000002": "Daniel Okoro"},
    )  # fmt: skip
    assert [t.sentence for t in told] == [
        "Sentence 0.",
        "Young carers (No Wrong Doors) was asked about Daniel Okoro.",
    ]


def test_duties_that_came_together_are_told_as_one() -> None:
    opened = ["obligation.opened"] * 3
    told = happenings_of(entries("referral.sent", *opened, "referral.seen", opened[0]), {})
    assert [t.sentence for t in told] == [
        "Young carers (No Wrong Doors) was asked.",
        "3 duties came with it.",
        "Young carers (No Wrong Doors) looked at what it was asked.",
        "1 duty came with it.",
    ]


def test_duties_of_two_contacts_are_told_apart() -> None:
    two = entries("obligation.opened", "obligation.opened")
    other = entries("obligation.opened", contact="C-26-000002")
    told = happenings_of([*two, *other], {})
    assert [(t.contact, t.sentence) for t in told] == [
        ("C-26-000001", "2 duties came with it."),
        ("C-26-000002", "1 duty came with it."),
    ]


def test_a_correction_is_told_once_by_name_however_many_contacts_it_stands_on() -> None:
    [merged] = entries("people.merged")
    merged = merged.model_copy(update={"sentence": "P-000005 turned out to be P-000002."})
    twice = [merged, merged.model_copy(update={"contact": "C-26-000002"})]
    [owed] = entries("obligation.opened")
    owed = owed.model_copy(update={"rule": "correction", "position": 9})
    told = happenings_of([*twice, owed], {"P-000002": "Daniel Okoro"})
    assert [t.sentence for t in told] == [
        "P-000005 turned out to be Daniel Okoro. Each team that was asked looks again."
    ]
