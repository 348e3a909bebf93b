"""What one policy says otherwise than another: each place in it, what stands there, and what would."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.policies.document import Policy

MISSING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place, such as `R8, clock`; None where nothing stands there."""

    place: str
    was: str | None
    would: str | None


def differences(was: Policy, would: Policy) -> list[Difference]:
    """Every difference but the version itself, in the order of the document; examples apart, which decide nothing."""
    return list(_between(_said(was), _said(would), ()))


def _said(policy: Policy) -> dict[str, Any]:
    said = policy.model_dump(mode="json", by_alias=True, exclude={"version", "document_hash"})
    for row in said["rows"].values():
        row.pop("examples")
    return said


def _between(was: Any, would: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if was == would:
        return
    if isinstance(was, Mapping) and isinstance(would, Mapping):
        for key in (*was, *(k for k in would if k not in was)):
            yield from _between(was.get(key, MISSING), would.get(key, MISSING), (*path, str(key)))
    elif isinstance(was, Sequence) and isinstance(would, Sequence) and _of_things(was, would):
        yield from _items(was, would, path)
    else:
        yield Difference(_place(path), _text(was), _text(would))


def _of_things(*lists: Any) -> bool:
    return all(
        not isinstance(many, str) and all(isinstance(one, Mapping) for one in many)
        for many in lists
    )


def _items(was: Sequence[Any], would: Sequence[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    """Of a list of things, those that went and those that came; two of which one took the other's place, part by part."""
    gone = [one for one in was if one not in would]
    new = [one for one in would if one not in was]
    for old, other in zip(gone, new, strict=False):
        yield from _between(old, other, (*path, str(list(was).index(old) + 1)))
    for one in gone[len(new) :]:
        yield Difference(_place(path), _text(one), None)
    for one in new[len(gone) :]:
        yield Difference(_place(path), None, _text(one))


def _place(path: tuple[str, ...]) -> str:
    names = path[1:] if path[:1] == ("rows",) else path
    return ", ".join(name.replace("_", " ").strip() for name in names)


def _text(value: Any) -> str | None:
    if value is MISSING or value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "; ".join(
            f"{k.replace('_', ' ')}: {_text(v)}"
            for k, v in value.items()
            if v not in (None, [], False, {})
        )
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ", ".join(map(str, value)) or None
    return json.dumps(value, ensure_ascii=False)
