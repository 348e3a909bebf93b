"""Messages made up by Hypothesis: sound ones, and the same with a few things broken."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from hub.contacts.cloud_event import TAKEN
from hub.policies.vocabulary import vocabulary

WORDS = vocabulary()
DOORS = [
    "adult-services", "childrens-services", "health", "voluntary-sector", "school", "police", "housing", "resident",
]  # fmt: skip
ANSWERS = st.sampled_from(["yes", "no", "unknown"])
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
WORD = st.text("abcdefghij-", min_size=1, max_size=8)

times = st.datetimes(datetime(1900, 1, 2), datetime(2026, 11, 22), timezones=st.just(UTC)).map(  # noqa: DTZ001  # aware by `timezones`
    lambda t: t.isoformat()
)
days = st.dates(date(1900, 1, 1), date(2026, 11, 22)).map(date.isoformat)
dates = days | days.map(lambda d: d[:7]) | days.map(lambda d: d[:4])


def perhaps(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these members."""
    return st.fixed_dictionaries({}, optional=members)


@st.composite
def people(draw: st.DrawFn) -> list[dict[str, Any]]:
    """People, each with a ref of their own."""
    refs = draw(st.lists(st.sampled_from(["p1", "p2", "p3", "é"]), min_size=1, unique=True))
    more = perhaps(
        ids=st.lists(
            st.fixed_dictionaries({"system": st.sampled_from(["nhs-number", "upn", "x"]), "value": TEXT}),
            max_size=2,
        ),
        name=perhaps(family=TEXT | st.none(), given=st.lists(TEXT, max_size=2)) | st.none(),
        dob=dates | st.none(),
        expected_dob=days,
        sex=st.sampled_from(["female", "male", "M", "x"]),
        address=perhaps(lines=st.lists(TEXT, max_size=2), postcode=TEXT, uprn=TEXT),
        phones=st.lists(TEXT, max_size=2),
        emails=st.lists(TEXT, max_size=1),
        school=TEXT,
        gp=TEXT,
        flags=st.lists(st.sampled_from([*sorted(WORDS.flags), "tall"]), max_size=2),
    )  # fmt: skip
    return [{"ref": ref, **draw(more)} for ref in refs]


@st.composite
def contacts(draw: st.DrawFn) -> dict[str, Any]:
    """The data of a contact that is sound."""
    named = draw(people())
    refs = st.sampled_from([p["ref"] for p in named])
    relations = draw(
        st.lists(
            st.tuples(refs, st.sampled_from([*sorted(WORDS.relationships), "friend-of"]), refs).filter(
                lambda r: r[0] != r[2]
            ),
            max_size=2,
        )
        if len(named) > 1
        else st.just([])
    )  # fmt: skip
    concern = st.fixed_dictionaries(
        {"code": st.sampled_from([*sorted(WORDS.concerns), "else"])},
        optional={
            "about": refs,
            "dash": st.integers(0, 24),
            "escalating": st.booleans(),
            "fall": st.booleans() | st.none(),
            "date": dates,
            "pathway": st.sampled_from([0, 1, 2, 3, 1.0]),
        },
    )
    remark = st.fixed_dictionaries({"text": TEXT}, optional={"about": refs})
    least = {
        "occurred_at": draw(times),
        "door": draw(st.sampled_from(DOORS)),
        "reporter": {"org": draw(WORD), **draw(perhaps(name=TEXT, cin_source=TEXT, email=TEXT))},
        "people": named,
        "relationships": [
            {"from": a, "type": t, "to": b, **draw(perhaps(since=dates, hours_per_week=st.floats(0, 168)))}
            for a, t, b in relations
        ],
        "concerns": draw(st.lists(concern, min_size=1, max_size=3)),
    }  # fmt: skip
    facts = dict.fromkeys(sorted(WORDS.facts), ANSWERS)
    agreement = st.fixed_dictionaries(
        {"to_service": st.sampled_from(["given", "refused", "not-asked", "overridden"])},
        optional={"by": refs, "reason": TEXT},
    )
    more = perhaps(
        channel=TEXT, facts=perhaps(**facts), strengths=st.lists(remark, max_size=1),
        wants=st.lists(remark, max_size=1), agreement=agreement, lawful_basis=TEXT, narrative=TEXT,
    )  # fmt: skip
    return {**least, **draw(more)}


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """A CloudEvent that carries a sound contact."""
    more = perhaps(
        subject=WORD, time=times, datacontenttype=st.just("application/json"), dataschema=st.just("urn:x"),
        traceid=WORD, count=st.integers(-9, 9), test=st.booleans() | st.none(),
    )  # fmt: skip
    envelope = {
        "specversion": "1.0",
        "id": draw(WORD),
        "source": draw(st.sampled_from(["urn:a", "/b?c"])),
        "type": TAKEN,
    }
    return {**envelope, **draw(more), "data": draw(contacts())}


ODD: list[Any] = [
    None, True, False, 0, 1, -1, 25, 3.0, 0.5, 169, 1e30, "", " ", "x", "p9", "yes", "1.0", "unborn", "feedback",
    "2012-02-30", "2012-02-29", "2013-02-29", "2000-02-29", "1900-02-29", "2100-02-29", "0000", "2012-13", "2012-2-3",
    "2026-11-23", "9999", " 2012", "2012-02-03T00:00:00Z", "2026-03-04T09:50:00", "2026-02-30T09:50:00Z", "2026-03-04T25:50:00Z",
    "2026-03-04t09:50:00.1234567890Z", "2026-03-04T09:50:00+01:00", "urn:ods:F81XXX", "not a uri", "a\x07b",
    "x" * 513, "x" * 1001, "x" * 2001,
    "é", "😀" * 600, [], {}, [1], ["x"], [{}], [{"code": "feedback"}], {"ref": "p1"}, {"code": "care-need"}, ["x"] * 401,
    [{"ref": f"p{i}"} for i in range(101)],
]  # fmt: skip
NAMES = [
    "ref", "dob", "data_base64", "about", "reason", "from", "x", "Upper", "trace-id", "a/b", "traceid", "time", "people",
    "hours_per_week", "expected_dob", "dataschema", "subject", "datacontenttype", "pathway", "dash",
]  # fmt: skip


def spots(value: Any) -> list[tuple[Any, Any]]:
    """Every place of a value: its container with the member or index."""
    found: list[tuple[Any, Any]] = []
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        found.append((value, key))
        if isinstance(one, dict | list):
            found += spots(one)
    return found


@st.composite
def broken_events(draw: st.DrawFn) -> dict[str, Any]:
    """A CloudEvent of which a few places were changed, dropped or added to."""
    event = deepcopy(draw(events()))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(spots(event)))
        act = draw(st.sampled_from(["put", "drop", "add"]))
        if act == "put":
            container[key] = deepcopy(draw(st.sampled_from(ODD)))
        elif act == "drop":
            del container[key]
        elif isinstance(container, dict):
            container[draw(st.sampled_from(NAMES))] = deepcopy(draw(st.sampled_from(ODD)))
        else:
            container.append(deepcopy(draw(st.sampled_from(ODD))))
        if not spots(event):
            break
    return event
