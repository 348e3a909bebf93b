"""The reason of a judgement in plain words, naming nobody."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hub.linking.veto import WORDS
from hub.linking.weigh import Weighed

SAME: Mapping[tuple[str, str], str] = {
    ("nhs", "exact"): "NHS number",
    ("local", "exact"): "number in the sender's own system",
    ("name", "exact"): "name",
    ("forename", "exact"): "forename",
    ("surname", "exact"): "family name",
    ("birth", "exact"): "date of birth",
    ("home", "exact"): "home",
    ("home", "postcode"): "postcode",
    ("reach", "exact"): "telephone or e-mail",
}
"""What agrees in full."""

BESIDE: Mapping[tuple[str, str], str] = {
    ("middle", "exact"): "the same second name",
    ("middle", "near"): "nearly the same second name",
    ("middle", "initial"): "an initial for the second name",
    ("middle", "other"): "another second name",
    ("sex", "exact"): "the same sex",
    ("reach", "other"): "another telephone or e-mail",
    ("order", "straight"): "the names in the same order",
}
"""What is compared too, and too weak to be told in the sentence."""

NEARLY: Mapping[tuple[str, str], str] = {
    ("order", "swapped"): "the names in another order",
    ("forename", "variant"): "another form of the forename",
    ("forename", "slip"): "a forename with a slip of the pen",
    ("forename", "near"): "a forename that is nearly the same",
    ("forename", "middle"): "a middle name for the forename",
    ("forename", "initial"): "an initial for the forename",
    ("surname", "variant"): "another form of the family name",
    ("surname", "token"): "part of the family name",
    ("surname", "slip"): "a family name with a slip of the pen",
    ("surname", "near"): "a family name that is nearly the same",
    ("surname", "initial"): "an initial for the family name",
    ("birth", "slip"): "a date of birth with a slip in it",
    ("birth", "month"): "the same month of birth",
    ("birth", "year"): "the same year of birth",
    ("birth", "two"): "two parts of the date of birth",
    ("home", "house"): "nearly the same address",
    ("home", "slip"): "a postcode with a slip in it",
    ("home", "neighbour"): "a home in the same street",
    ("home", "sector"): "a home near by",
    ("nhs", "slip"): "an NHS number with one figure apart",
    ("beside", "exact"): "known family or house-mates in the same contact",
}
"""What agrees in part."""

APART: Mapping[tuple[str, str], str] = {
    ("forename", "distant"): "another forename",
    ("forename", "other"): "another forename",
    ("surname", "distant"): "another family name",
    ("surname", "other"): "another family name",
    ("birth", "beside"): "another date of birth",
    ("birth", "other"): "another date of birth",
    ("home", "other"): "another home",
    ("nhs", "other"): "another NHS number",
    ("sex", "other"): "another sex",
}
"""What does not agree."""


def of_level(field: str, level: str) -> str:
    """A field and how far it agrees, in words."""
    seen = (field, level)
    if seen in SAME:
        return f"the same {SAME[seen]}"
    return NEARLY.get(seen) or APART.get(seen) or BESIDE[seen]


def because(found: Weighed) -> str:
    """What agrees, what nearly does, what stands against it, and what forbids the link."""
    levels = list(_levels(found))
    same = [SAME[seen] for seen in levels if seen in SAME]
    nearly = [NEARLY[seen] for seen in levels if seen in NEARLY]
    apart = [APART[seen] for seen in levels if seen in APART]
    agrees = [f"the same {joined(same)}"] if same else []
    said = _capital(joined([*agrees, *nearly])) if same or nearly else "Little agrees"
    against = [*apart, *([WORDS[found.veto]] if found.veto and not _told(found, apart) else [])]
    return f"{said}, but {joined(against)}." if against else f"{said}, and nothing against it."


def _told(found: Weighed, apart: Sequence[str]) -> bool:
    """Whether what stands against it says the veto already."""
    return (
        WORDS[found.veto] in apart
        or (found.veto == "births differ" and "another date of birth" in apart)
        or (found.veto == "numbers differ" and "another NHS number" in apart)
    )


def _levels(found: Weighed) -> Iterator[tuple[str, str]]:
    whole_name = found.level("forename") == found.level("surname") == "exact"
    if whole_name:
        yield ("name", "exact")
    for part in found.parts:
        if not (whole_name and part.field in ("forename", "surname")):
            yield (part.field, part.level)


def joined(words: Iterable[str]) -> str:
    """The words with commas and an `and`."""
    words = list(words)
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
