"""`hub link` as a council's officer meets it: what a file may be like, what is said of one that cannot be read, and what is kept."""

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.linking.made import write_rows
from benchmarks.linking.mentions import COLUMNS
from benchmarks.linking.stream import against_a_master, without_a_master
from hub.bootstrap import people_file
from hub.bootstrap.people_file import link_file
from hub.errors import UnreadableFile
from hub.linking.file import OUT, FileLinker
from hub.linking.records import LONGEST, Record, date_as_it_comes, read_records
from hub.settings import Settings

HEADER = "record_id,family_name,given_names,dob,address_lines,postcode"
GRACE = "Okoro,Grace,1981-06-12,12 Harbour Row,RM17 6XX"
DANIEL = "Okoro,Daniel,2012-02-03,12 Harbour Row,RM17 6XX"

Answers = list[dict[str, str]]


class Officer:
    """Somebody with a folder of files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(folder / "home", 0, "127.0.0.1", None, None, "thurrock")

    def file(self, told: str | bytes, name: str = "people.csv") -> Path:
        """A file with this in it."""
        path = self.folder / name
        path.write_bytes(told.encode() if isinstance(told, str) else told)
        return path

    def link(self, file: Path, against: Path | None = None, out: Path | None = None) -> Answers:
        """The answers, row by row."""
        out = out or self.folder / "out.csv"
        link_file(self.settings, file, against, out, lambda _name: lambda _done, _total: None)
        with out.open(encoding="utf-8", newline="") as opened:
            return list(csv.DictReader(opened))

    def told(self, *rows: str, header: str = HEADER) -> Answers:
        """The answers to these rows."""
        return self.link(self.file("\n".join((header, *rows)) + "\n"))

    def refused(self, told: str | bytes) -> str:
        """Why a file cannot be linked; nothing is left of the attempt."""
        file = self.file(told)
        with pytest.raises(UnreadableFile) as refusal:
            self.link(file)
        assert self.left() == {file.name}
        return refusal.value.says

    def left(self) -> set[str]:
        """What lies in the folder, but for empty folders."""
        return {p.name for p in self.folder.rglob("*") if p.is_file()}


@pytest.fixture
def officer(tmp_path: Path) -> Officer:
    return Officer(tmp_path)


@pytest.fixture(params=["memory", "disk"])
def either_way(
    request: pytest.FixtureRequest, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> Officer:
    """The officer, with files that count as small and with files that do not."""
    if request.param == "disk":
        monkeypatch.setattr(people_file, "SMALL", 0)
    return officer


def outcomes(answers: Iterable[dict[str, str]]) -> list[str]:
    return [answer["outcome"] for answer in answers]


# What a file may be like


def test_each_row_is_known_to_those_after_it(officer: Officer) -> None:
    answers = officer.told(f"a,{GRACE}", f"b,{DANIEL}", f"c,{GRACE}")
    assert list(answers[0]) == list(OUT)
    assert [(a["record_id"], a["person"]) for a in answers] == [("a", "a"), ("b", "b"), ("c", "a")]
    assert outcomes(answers) == ["new", "new", "link"]
    assert answers[2]["because"].startswith("The same name, date of birth and home")


def test_against_a_master_each_row_is_judged_alone_and_named_by_the_master(
    officer: Officer,
) -> None:
    master = officer.file(f"{HEADER}\nM1,{GRACE}\nM2,{DANIEL}\n", "master.csv")
    stranger = "Smith,Ada,1950-01-02,3 Mill Lane,RM16 2AA"
    file = officer.file(f"{HEADER}\na,{GRACE}\nM2,{GRACE}\nb,{stranger}\nc,{stranger}\n")
    answers = officer.link(file, master)
    assert [(a["person"], a["outcome"]) for a in answers] == [
        ("M1", "link"), ("M1", "link"), ("", "new"), ("", "new"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda told: b"\xef\xbb\xbf" + told, id="with a byte order mark"),
        pytest.param(lambda told: told.replace(b"\n", b"\r\n"), id="lines of Windows"),
        pytest.param(lambda told: told.replace(b"\n", b"\r"), id="lines of an old Mac"),
        pytest.param(lambda told: told.rstrip(b"\n"), id="no end to the last line"),
        pytest.param(lambda told: told.replace(b"\n", b"\n\n,,,\n \n"), id="rows of nothing"),
        pytest.param(lambda told: told.replace(b"\n", b",,\n"), id="empty fields at the end"),
        pytest.param(
            lambda told: told.replace(b"record_id,family_name", b" Record_ID ,FAMILY_NAME"),
            id="a header in other letters",
        ),
        pytest.param(
            lambda told: b"".join(
                b",".join([b"x" if n else b"Shoe size", *reversed(line.split(b","))]) + b"\n"
                for n, line in enumerate(told.splitlines())
            ),
            id="other columns in another order",
        ),
    ],
)
def test_however_a_table_was_saved_it_says_the_same(
    officer: Officer, change: Callable[[bytes], bytes]
) -> None:
    told = f"{HEADER}\na,{GRACE}\nb,{DANIEL}\nc,{GRACE}\n".encode()
    assert officer.link(officer.file(change(told))) == officer.link(officer.file(told))


def test_a_row_of_a_megabyte_is_a_row(either_way: Officer) -> None:
    long = "x" * (LONGEST - 10)
    answers = either_way.told(
        f"a,{long},Grace,,,", f"b,Okoro,,,1 {long},RM17 6XX", f"c,{long},Grace,,,", f"d,{GRACE}"
    )
    assert [a["candidate"] or a["person"] for a in answers] == ["a", "b", "a", "b"]


def test_a_file_of_a_header_alone_has_no_answers(either_way: Officer) -> None:
    assert either_way.told() == []


def test_whoever_is_told_of_by_placeholders_alone_is_nobody(officer: Officer) -> None:
    answers = officer.told(
        "a,Unknown,Baby,01/01/1900,No fixed abode,ZZ99 3VZ",
        "b,,,,,",
        "c,N/A,N/K,99/99/9999,Unknown,",
        "d,Okoro,Unknown,1900-01-01,,",
    )
    assert outcomes(answers) == ["insufficient"] * 4
    assert all(not a["person"] and not a["bits"] for a in answers)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2012-02-03", "2012-02-03"),
        ("20120203", "2012-02-03"),
        ("2012/02/03", "2012-02-03"),
        ("03/02/2012", "2012-02-03"),
        ("3.2.2012", "2012-02-03"),
        (" 3-2-2012 ", "2012-02-03"),
        ("2012-02", "2012-02"),
        ("2012", "2012"),
        ("31/02/2012", "2012-02-31"),
        ("00/02/2012", "2012-02"),
        ("03/00/2012", "2012"),
        ("20120003", "2012"),
        ("00/00/2012", "2012"),
        ("01/01/1900", None),
        ("11/11/1111", None),
        ("99/99/9999", None),
        ("1066-10-14", None),
        ("3/2/12", None),
        ("unknown", None),
        ("", None),
        ("1" * 5000, None),
    ],
)
def test_a_date_is_taken_in_any_form_that_can_mean_one_day_alone(
    written: str, read: str | None
) -> None:
    found = date_as_it_comes(written)
    assert (str(found) if found else None) == read


def test_one_date_in_two_forms_is_one_date(officer: Officer) -> None:
    answers = officer.told(f"a,{GRACE}", f"b,{GRACE.replace('1981-06-12', '12/6/1981')}")
    assert answers[1]["because"].startswith("The same name, date of birth and home")


# What is said of a file that cannot be read


UNREADABLE = [
    pytest.param(b"", "row 1: there is no column record_id", id="an empty file"),
    pytest.param("name,dob\nGrace,1981\n", "row 1: there is no column record_id", id="no id"),
    pytest.param(f"a,{GRACE}\n", "row 1: there is no column record_id", id="no header"),
    pytest.param("record_id,shoe\n1,42\n", "row 1: no column says anything", id="nobody"),
    pytest.param("record_id,dob,DOB\n1,2,3\n", "row 1, column dob: stands twice", id="twice"),
    pytest.param('record_id,"dob\n1,2\n', "row 1: unexpected end", id="a quote in the header"),
    pytest.param(f"{HEADER}\na,{GRACE},x\n", "row 2: 7 fields where the header has 6", id="7"),
    pytest.param(f"{HEADER}\n,{GRACE}\n", "row 2, column record_id: is empty", id="an empty id"),
    pytest.param(
        f"{HEADER}\na,{GRACE}\n\na,{DANIEL}\n",
        "row 4, column record_id: row 2 has the same id",
        id="one id twice",
    ),
    pytest.param(
        f'{HEADER}\na,"{GRACE}\nb,{DANIEL}\n', "row 2: unexpected end of data", id="an open quote"
    ),
    pytest.param(
        f'{HEADER}\na,{GRACE}\nb,"x"y,{DANIEL}\n', "row 3: ',' expected after", id="a quote within"
    ),
    pytest.param(
        f"{HEADER}\na,Ok\0oro,Grace,,,\n", "row 2, column family_name: holds a NUL", id="NUL"
    ),
    pytest.param(f"{HEADER}\na\0,{GRACE}\n", "row 2, column record_id: holds a NUL", id="NUL id"),
    pytest.param(
        f"{HEADER}\na,{GRACE}\nb,Núñez,Ana,,,\n".encode("latin-1"),
        "row 3: byte 4 of the row is not UTF-8",
        id="Latin-1",
    ),
    pytest.param(
        f"{HEADER}\na,{GRACE}\n".encode("utf-16"), "row 1: byte 1 of the row is not", id="UTF-16"
    ),
    pytest.param(f"{HEADER}\na,{'x' * (LONGEST + 1)}\n", "row 2: field larger", id="too long"),
]  # fmt: skip


@pytest.mark.parametrize(("told", "says"), UNREADABLE)
def test_the_row_that_cannot_be_read_is_named_and_nothing_is_written(
    officer: Officer, told: str | bytes, says: str
) -> None:
    assert officer.refused(told).startswith(f"people.csv, {says}")


@pytest.mark.parametrize(
    ("told", "says"), [case for case in UNREADABLE if case.id in ("one id twice", "NUL", "Latin-1")]
)
def test_a_large_file_is_refused_in_the_same_words_and_none_of_it_is_kept(
    officer: Officer, monkeypatch: pytest.MonkeyPatch, told: str | bytes, says: str
) -> None:
    monkeypatch.setattr(people_file, "SMALL", 0)
    monkeypatch.setattr(people_file, "peek", lambda _records: [None])  # the fault is further down
    assert officer.refused(told).startswith(f"people.csv, {says}")


def test_of_two_rows_with_one_id_in_the_master_both_are_named(either_way: Officer) -> None:
    master = either_way.file(f"{HEADER}\nM1,{GRACE}\nM2,{DANIEL}\nM1,{DANIEL}\n", "master.csv")
    with pytest.raises(UnreadableFile, match=r"master.csv, row 4, .*: row 2 has the same id"):
        either_way.link(either_way.file(f"{HEADER}\na,{GRACE}\n"), master)
    assert either_way.left() == {"master.csv", "people.csv"}


def test_a_file_that_is_not_there_is_named(officer: Officer) -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere\.csv: No such file"):
        officer.link(officer.folder / "nowhere.csv")
    with pytest.raises(UnreadableFile, match=r"nowhere\.csv: No such file"):
        officer.link(officer.file(HEADER), officer.folder / "nowhere.csv")
    assert officer.left() == {"people.csv"}


# Where the answers go


def test_answers_never_take_the_place_of_what_was_asked(officer: Officer) -> None:
    told, known = f"{HEADER}\na,{GRACE}\n", f"{HEADER}\nM1,{GRACE}\n"
    file, master = officer.file(told), officer.file(known, "master.csv")
    (officer.folder / "link.csv").symlink_to(file)
    for out in (file, master, officer.folder / "link.csv"):
        with pytest.raises(UnreadableFile, match="is read from"):
            officer.link(file, master, out)
    assert (file.read_text(), master.read_text()) == (told, known)


def test_a_place_where_nothing_can_be_written_is_named_before_anything_is_done(
    officer: Officer,
) -> None:
    file = officer.file(f"{HEADER}\na,{GRACE}\n")
    with pytest.raises(UnreadableFile, match="no such folder"):
        officer.link(file, out=officer.folder / "nowhere" / "out.csv")
    with pytest.raises(UnreadableFile, match="is a folder"):
        officer.link(file, out=officer.folder)
    with pytest.raises(UnreadableFile, match="cannot be written: File name too long"):
        officer.link(file, out=officer.folder / ("x" * 255))
    assert officer.left() == {"people.csv"}


def test_answers_of_before_stand_until_all_of_the_new_ones_are_there(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = officer.told(f"a,{GRACE}")
    broken_off_at(monkeypatch, 2)
    with pytest.raises(BrokenOff):
        officer.told(f"a,{GRACE}", f"b,{DANIEL}", f"c,{GRACE}")
    assert officer.left() == {"people.csv", "out.csv"}
    monkeypatch.undo()
    assert officer.told(f"a,{GRACE}") == before


# Files too large for memory


class BrokenOff(Exception):
    """The power went, or somebody pressed Ctrl-C."""


def broken_off_at(monkeypatch: pytest.MonkeyPatch, row: int) -> list[str]:
    """The linking breaks off at the so-manieth row; which rows were begun."""
    begun: list[str] = []
    link = FileLinker.link

    def breaks(self: FileLinker, record: Record) -> dict[str, str]:
        begun.append(record.record_id)
        if len(begun) == row:
            raise BrokenOff
        return link(self, record)

    monkeypatch.setattr(FileLinker, "link", breaks)
    return begun


def made_up(officer: Officer, name: str, rows: Sequence[tuple[str, ...]]) -> Path:
    """A file of made-up people."""
    write_rows(officer.folder / name, COLUMNS, rows)
    return officer.folder / name


def a_town(officer: Officer, *, mastered: bool) -> tuple[Path, Path | None]:
    """A file of about a hundred rows, and the master that it is linked against, if any."""
    files = against_a_master(110, 90, 0.2, 7) if mastered else without_a_master(40, 100, 7)
    master = made_up(officer, "master.csv", files.master) if mastered else None
    return made_up(officer, "people.csv", files.mentions), master


@pytest.mark.parametrize("mastered", [True, False], ids=["against a master", "without one"])
def test_a_large_file_broken_off_goes_on_and_has_the_answers_of_a_small_one(
    officer: Officer, monkeypatch: pytest.MonkeyPatch, mastered: bool
) -> None:
    file, master = a_town(officer, mastered=mastered)
    in_memory = officer.link(file, master, officer.folder / "small.csv")
    assert set(outcomes(in_memory)) >= {"link", "new", "review"}
    monkeypatch.setattr(people_file, "SMALL", 0)
    monkeypatch.setattr(people_file, "BATCH", 20)
    out = officer.folder / "large.csv"
    begun = broken_off_at(monkeypatch, 70)
    with pytest.raises(BrokenOff):
        officer.link(file, master, out)
    assert not out.exists()
    assert officer.link(file, master, out) == in_memory
    assert out.read_bytes() == (officer.folder / "small.csv").read_bytes()
    assert begun.index(begun[70]) == 60, "the batch that was not done is begun again, and no other"
    assert len(begun) == len(in_memory) + 10
    assert officer.left() == {
        file.name,
        "small.csv",
        "large.csv",
        *({master.name} if master else ()),
    }


def test_the_people_known_beforehand_are_taken_in_once_though_that_is_broken_off(
    officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, master = a_town(officer, mastered=True)
    in_memory = officer.link(file, master)
    monkeypatch.setattr(people_file, "SMALL", 0)
    monkeypatch.setattr(people_file, "BATCH", 20)
    meet, met = FileLinker.meet, list[str]()

    def breaks(self: FileLinker, said: Any) -> str:
        met.append(said.evidence.ref)
        if len(met) == 70:
            raise BrokenOff
        return meet(self, said)

    monkeypatch.setattr(FileLinker, "meet", breaks)
    with pytest.raises(BrokenOff):
        officer.link(file, master)
    assert officer.link(file, master) == in_memory
    assert len(met) == len(list(read_records(master or file))) + 10


def test_another_file_is_begun_anew(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_file, "SMALL", 0)
    begun = broken_off_at(monkeypatch, 2)
    with pytest.raises(BrokenOff):
        officer.told(f"a,{GRACE}", f"b,{DANIEL}")
    answers = officer.told(f"a,{DANIEL}", f"b,{DANIEL}")
    assert outcomes(answers) == ["new", "link"]
    assert begun == ["a", "b", "a", "b"]
