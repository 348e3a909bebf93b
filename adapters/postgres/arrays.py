"""Columns of a batch as PostgreSQL's binary arrays, made in one go: psycopg makes them cell by cell, at greater cost."""

import struct
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

HEAD = struct.Struct("!iiIii")
LENGTH = struct.Struct("!i").pack
LENGTHS = tuple(LENGTH(n) for n in range(4096))
NOTHING = LENGTH(-1)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Form = Callable[[Any], bytes]


class Array(bytes):
    """An array in PostgreSQL's binary form."""

    OID: ClassVar[int]
    ELEMENT: ClassVar[int]
    FORM: ClassVar[tuple[Form]]  # of a cell; in a tuple, or it would be taken for a method

    @classmethod
    def of(cls, cells: Sequence[Any]) -> "Array | None":
        """The array of these cells; None (which unnests to NULLs) where nothing is in them."""
        if cells.count(None) == len(cells):
            return None
        [form] = cls.FORM
        parts = [HEAD.pack(1, 1, cls.ELEMENT, len(cells), 1)]
        for cell in cells:
            if cell is None:
                parts.append(NOTHING)
            else:
                binary = form(cell)
                size = len(binary)
                parts += (LENGTHS[size] if size < 4096 else LENGTH(size), binary)
        return cls(b"".join(parts))


class Texts(Array):
    """text[]"""

    OID, ELEMENT, FORM = 1009, 25, (str.encode,)


class Blobs(Array):
    """bytea[]"""

    OID, ELEMENT, FORM = 1001, 17, (bytes,)


class Uuids(Array):
    """uuid[]"""

    OID, ELEMENT, FORM = 2951, 2950, (lambda uuid: uuid.bytes,)


class Integers(Array):
    """integer[]"""

    OID, ELEMENT, FORM = 1007, 23, (struct.Struct("!i").pack,)


class BigIntegers(Array):
    """bigint[]"""

    OID, ELEMENT, FORM = 1016, 20, (struct.Struct("!q").pack,)


class Booleans(Array):
    """boolean[]"""

    OID, ELEMENT, FORM = 1000, 16, (struct.Struct("!?").pack,)


class Floats(Array):
    """double precision[]"""

    OID, ELEMENT, FORM = 1022, 701, (struct.Struct("!d").pack,)


class SmallIntegers(Array):
    """smallint[]"""

    OID, ELEMENT, FORM = 1005, 21, (struct.Struct("!h").pack,)


class Times(Array):
    """timestamptz[]"""

    OID, ELEMENT = 1185, 1184
    FORM = (lambda at: struct.pack("!q", (at - EPOCH) // MICROSECOND),)


def _dumper(kind: type[Array]) -> type[Dumper]:
    class ArrayDumper(Dumper):
        """Hands the bytes on as they are."""

        format = Format.BINARY
        oid = kind.OID

        def dump(self, obj: Any) -> bytes:
            return bytes(obj)

    return ArrayDumper


for _kind in (Texts, Blobs, Uuids, Integers, BigIntegers, Booleans, Floats, SmallIntegers, Times):
    psycopg.adapters.register_dumper(_kind, _dumper(_kind))
