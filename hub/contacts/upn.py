"""Unique pupil numbers: a check letter and twelve digits, the last a letter where it is temporary (identifiers-and-returns.md)."""

import re

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
SHAPE = re.compile(r"[A-Z]\d{11}[\dA-Z]", re.ASCII)


def is_upn(text: str) -> bool:
    """Whether the text is a pupil number whose check letter is right."""
    upn = text.strip().upper()
    if not SHAPE.fullmatch(upn):
        return False
    last = upn[12]
    digits = [int(d) for d in upn[1:12]] + [int(last) if last.isdigit() else LETTERS.find(last)]
    if digits[-1] < 0:
        return False
    return (
        LETTERS[
            sum(weight * digit for weight, digit in zip(range(2, 14), digits, strict=True)) % 23
        ]
        == upn[0]
    )
