"""The audit by Splink 5, for real: over a made-up borough's log with a wrong link and a double planted in it, by the command."""

import csv
import json
import re
import stat
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.postgres.log import PostgresLog
from benchmarks.linking.mentions import COLUMNS
from benchmarks.linking.stream import without_a_master
from events.contact_received import ContactReceived
from events.content import Mention
from events.envelope import new_event
from events.mention_at import MentionAt
from events.mentions_linked import LinkedMention, MentionsLinked
from events.people_judged import PeopleJudged
from events.people_merged import PeopleMerged
from events.people_proposed import PeopleProposed
from hub.bootstrap.audit import MISSING, OUT, a_folder, audit, splink
from hub.errors import Conflict, NotAllowed, UnreadableFile
from hub.linking.adoption import FEWEST
from hub.linking.audit import APART, ASKED, KINDS, ONE_HERE, TWO_HERE, read, together, told, written
from hub.linking.model import shipped
from hub.linking.profile import profile_of_mention
from hub.linking.weigh import weigh
from hub.log import Append
from hub.people.evidence import read_mention
from hub.people.state import person_id
from tests.hub_process import HubProcess
from tests.linking.given import content, person

PEOPLE, MENTIONS = 400, 1_400


@dataclass(frozen=True)
class Planted:
    """A log of contacts in which one mention is linked to somebody else, and one person is known twice, which somebody is asked.

    people     by contact, as the log has it
    """

    mentions: Mapping[str, Mention]
    people: Mapping[str, str]
    strayed: str
    double: frozenset[str]


@cache
def planted() -> Planted:
    """The borough is right about everybody else."""
    files = without_a_master(PEOPLE, MENTIONS, seed=23)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in files.mentions]
    mentions = {f"C-26-{n:06}": mention_of(row) for n, row in enumerate(rows, 1)}
    numbers = {name: n for n, name in enumerate(dict.fromkeys(t.person for t in files.truth), 1)}
    people = {c: person_id(numbers[t.person]) for c, t in zip(mentions, files.truth, strict=True)}
    told_of = defaultdict[str, list[str]](list)
    for contact, who in people.items():
        if full(mentions[contact]):
            told_of[who].append(contact)
    often = [who for who, contacts in told_of.items() if len(contacts) >= 4]
    strays, elsewhere, twice = often[0], often[1], often[2]
    strayed, second = told_of[strays][-1], person_id(PEOPLE + 1)
    people[strayed] = elsewhere
    people.update(dict.fromkeys(told_of[twice][-2:], second))
    return Planted(mentions, people, strayed, frozenset((twice, second)))


def full(mention: Mention) -> bool:
    """Whether name, date and home are all said."""
    evidence = read_mention(mention)
    dated = evidence.birth is not None and evidence.birth.full is not None
    return bool(evidence.family and evidence.given and dated and evidence.home)


def mention_of(row: Mapping[str, str]) -> Mention:
    """A row of the made-up people as a contact has it."""
    said: dict[str, Any] = {
        "ref": "p1",
        "name": {"family": row["family_name"] or None, "given": row["given_names"].split()},
        "dob": row["dob"] or None,
        "sex": row["sex"] or None,
        "phones": [row["phone"]] if row["phone"] else [],
    }
    if row["address_lines"] or row["postcode"] or row["uprn"]:
        said["address"] = {
            "lines": [line for line in row["address_lines"].split("; ") if line],
            "postcode": row["postcode"] or None,
            "uprn": row["uprn"] or None,
        }
    if row["nhs_number"]:
        said["ids"] = [{"system": "nhs-number", "value": row["nhs_number"]}]
    return Mention.model_validate(said)


def appends(given: Planted) -> Iterator[Append]:
    """Each contact, and who the engine found it to be about; of the double's first mention a person is asked."""
    asked: set[str] = set()
    for number, (contact, mention) in enumerate(given.mentions.items()):
        received = ContactReceived(
            contact=contact, source="urn:test", message_id=contact, carried_by="http", body_sha256="0" * 64,
            content=content([mention]),
        )  # fmt: skip
        who = given.people[contact]
        first, second = sorted(given.double)
        review = who == second and not asked
        asked |= {who} if review else set()
        answer = LinkedMention(
            ref="p1", outcome="review" if review else "link", person=who, candidate=first if review else None, because="So."
        )  # fmt: skip
        linked = MentionsLinked(
            contact=contact, model="shipped-1", input_position=2 * number + 1, mentions=(answer,)
        )
        yield Append(
            (new_event(received, 1, actor="partner:test"), new_event(linked, 2, actor="engine"))
        )


async def fill(log: PostgresLog) -> Planted:
    """The planted borough in a log."""
    given = planted()
    await log.append_batch(list(appends(given)), ())
    return given


@pytest.mark.asyncio
async def test_the_command_finds_the_wrong_link_and_the_double_and_changes_nothing(
    log: PostgresLog, owner_dsn: str, tmp_path: Path
) -> None:
    given = await fill(log)
    hub = HubProcess(tmp_path / "home", settings={"HUB_DATABASE_URL": owner_dsn})
    out = tmp_path / "all.csv"
    hub.command("linking", "show")  # what every command makes at the first start is made now
    head = await log.head()
    said = hub.command("linking", "audit", "--most", "3", "--out", str(out))
    assert await log.head() == head
    assert f"Read to position {head}: {MENTIONS} mentions" in said
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == list(OUT)
    found = {kind: [row for row in rows if row["disagreement"] == kind] for kind in KINDS}

    strays = [r for r in found[ONE_HERE] if given.strayed in (r["contact"], r["other_contact"])]
    assert strays and {strays[0]["person"], strays[0]["other_person"]} == {
        given.people[given.strayed]
    }
    assert float(strays[0]["splink"]) < -5 and float(strays[0]["hub"]) < 0
    assert "another date of birth" in strays[0]["because"]

    (double,) = [r for r in found[TWO_HERE] if {r["person"], r["other_person"]} == given.double]
    assert float(double["splink"]) > 10 and float(double["hub"]) > 10
    assert ASKED in double["because"]
    assert float(double["splink_birth"]) > 5 and float(double["hub_birth"]) > 5

    strengths = {kind: [float(r["splink"]) for r in found[kind]] for kind in KINDS}
    assert strengths[ONE_HERE] == sorted(strengths[ONE_HERE])
    assert strengths[TWO_HERE] == sorted(strengths[TWO_HERE], reverse=True)
    assert len(rows) < 0.1 * PEOPLE, "about nearly everybody the two agree"

    lines = said.splitlines()
    shown = Counter(kind for kind in KINDS for row in found[kind][:3] if line_with(row, lines))
    assert shown == {kind: min(3, len(found[kind])) for kind in KINDS}
    for kind in KINDS:
        if len(found[kind]) > 3:
            assert f"  and {len(found[kind]) - 3} more" in lines
    assert names_in(said, given) == names_in(out.read_text(encoding="utf-8"), given) == set()
    assert {path.name for path in (tmp_path / "home" / "audit").iterdir()} == {"in_use"}


def line_with(row: Mapping[str, str], lines: list[str]) -> bool:
    """Whether a disagreement is printed."""
    mentions = f"({row['contact']} {row['ref']} and {row['other_contact']} {row['other_ref']})"
    return any(row["person"] in line and mentions in line for line in lines)


def names_in(text: str, given: Planted) -> set[str]:
    """The words of people's names and homes that stand in a text."""
    words = set(re.findall(r"[A-Za-z]{4,}", text))
    said = {m.name.family for m in given.mentions.values() if m.name and m.name.family}
    said |= {m.dob for m in given.mentions.values() if m.dob and m.dob in text}
    return {word for word in said if word in words or (word[0].isdigit() and word in text)}


@pytest.mark.asyncio
async def test_a_script_is_told_the_same_after_a_merge_an_answer_and_across_a_seal(
    log: PostgresLog, owner_dsn: str, tmp_path: Path
) -> None:
    given = await fill(log)
    first, second = sorted(given.double)
    theirs = {c: who for c, who in given.people.items() if who == first}
    contact = next(c for c in theirs if full(given.mentions[c]))
    placed = given.mentions[contact].model_copy(update={"flags": ("adoptive_placement",)})
    again = given.mentions[contact].model_copy(update={"phones": ("01632 960555",)})
    new = Planted(
        {"C-26-900000": placed, "C-26-900001": again, "C-26-900002": again},
        {f"C-26-90000{n}": f"P-90000{n}" for n in range(3)}, "", given.double,
    )  # fmt: skip
    await log.append_batch(list(appends(new)), ())
    merged = PeopleMerged(
        correction="K-900001", from_person="P-900001", to_person=first, because="So.",
        mentions=(MentionAt(contact="C-26-900001", ref="p1"),),
    )  # fmt: skip
    told_apart = PeopleJudged(one=first, other=second, answer="different", reason=None, team="TF")
    proposed = PeopleProposed.example().model_copy(update={"one": first, "other": "P-900002"})
    for event in (merged, told_apart, proposed):
        await log.append(Append((new_event(event, 1, actor="engine"),)))
    hub = HubProcess(tmp_path / "home", settings={"HUB_DATABASE_URL": owner_dsn})
    done = json.loads(hub.command("linking", "audit", "--most", "1000", "--json"))
    assert done["mentions"] == MENTIONS + 3
    assert set(done["weights"]) == {"forename", "middle", "surname", "birth", "home", "nhs", "sex"}
    pairs = {
        frozenset(found["people"]): found
        for kind in done["disagreements"]
        for found in kind["strongest"]
    }
    assert APART in pairs[given.double]["because"]
    assert ASKED not in pairs[given.double]["because"]
    assert ASKED in pairs[frozenset((first, "P-900002"))]["because"]
    assert not any("P-900001" in people for people in pairs), "they are one by now"
    assert not any("P-900000" in people for people in pairs), "no hint across a seal"


@pytest.mark.asyncio
async def test_too_few_mentions_are_refused_and_so_is_a_file_that_cannot_be_written(
    log: PostgresLog, tmp_path: Path
) -> None:
    def bar(_name: str) -> Any:
        return lambda _done, _total: None

    with pytest.raises(NotAllowed, match=str(FEWEST)):
        await audit(log, tmp_path, None, 20, bar)
    with pytest.raises(UnreadableFile, match=r"nowhere|cannot be written"):
        await audit(log, tmp_path, tmp_path / "nowhere" / "all.csv", 20, bar)


def test_one_audit_at_a_time_and_what_was_left_of_one_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "audit" / "work" / "audit.duckdb"
    left.parent.mkdir(parents=True)
    left.write_text("of an audit that was killed")
    with a_folder(tmp_path / "audit") as folder:
        assert not left.exists()
        assert not stat.S_IMODE(folder.stat().st_mode) & 0o077
        with pytest.raises(Conflict), a_folder(tmp_path / "audit"):
            pass
    assert not folder.exists()


def test_without_splink_the_command_says_how_to_have_it(tmp_path: Path) -> None:
    code = "import sys; sys.modules['splink'] = None; from hub.cli import main; main()"
    ended = subprocess.run(
        (sys.executable, "-c", code, "linking", "audit"),
        env=HubProcess(tmp_path / "home").env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.strip() == MISSING
    assert not (tmp_path / "home").exists()


def test_the_hub_itself_never_needs_splink() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('splink', 'duckdb', 'pyarrow')));"
        "import hub.cli, hub.cli.linking, hub.bootstrap.serving, hub.bootstrap.audit"
    )
    subprocess.run((sys.executable, "-c", code), check=True)
    assert splink()


# Pure


def test_what_is_said_comes_back_from_its_text() -> None:
    said = person(
        "p1", "Grace Ann Okoro", "1981-06-12", "12 High Street, Grays, RM17 6XX", "9990000018", sex="female", phones=["01632 960001"]
    )  # fmt: skip
    profile = profile_of_mention(read_mention(said))
    assert read(written(profile)) == profile
    assert written(read(written(profile))) == written(profile)
    row = told("C-26-000001", 7, read_mention(said))
    assert (row.forename, row.middle, row.surname, row.birth) == ("grace", "ann", "okoro", "1981-06-12")  # fmt: skip
    assert (row.nhs, row.sex, row.postcode) == ("9990000018", "female", "RM17 6XX")


def test_a_date_that_is_not_whole_is_none_for_the_other_linker() -> None:
    assert told("C", 1, read_mention(person("p1", "Grace Okoro", "1981-06"))).birth is None


def test_all_that_is_said_of_one_person_is_weighed_together() -> None:
    mentions = (
        person("p1", "Grace Okoro", "1981-06-12"),
        person("p1", "Grace Okoro", None, "12 High Street, Grays, RM17 6XX"),
        person("p1", "Grace Reid", "1981-06-12", "12 High Street, Grays, RM17 6XX"),
    )
    dated, housed, both = (profile_of_mention(read_mention(m)) for m in mentions)
    one = together((dated, housed, dated))
    assert len(one.names) == 1 and len(one.births) == 1 and len(one.places) == 1
    assert weigh(shipped(), one, both).bits > weigh(shipped(), dated, both).bits
