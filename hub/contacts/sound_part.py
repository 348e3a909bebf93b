"""What is left of a contact of the wrong shape, so that its other faults can be named in the same answer."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError

from events.content import ContactContent
from hub.contacts.members import field_at, model_at

Wrong = tuple[tuple[int | str, ...], str]
STAND_INS = {"occurred_at": "2000-01-01T00:00:00Z", "door": "resident", "to_service": "given"}


def sound_part(
    data: Mapping[str, Any],
    wrong: Sequence[Wrong],
    validate: Callable[[Mapping[str, Any]], ContactContent],
) -> ContactContent | None:
    """The contact with each wrong part left out, or stood in for where it cannot be left out; None where that fails."""
    left = deepcopy(dict(data))
    for number, (path, kind) in enumerate(wrong):
        _mend(left, path, kind, f"?{number}")
    try:
        return validate(left)
    except ValidationError:
        return None


def _mend(left: Any, path: Sequence[int | str], kind: str, unused: str) -> None:
    for part in path[:-1]:
        left = left[part] if _holds(left, part) else None
    last = path[-1]
    if isinstance(left, list) and isinstance(last, int) and _holds(left, last):
        model = model_at(path)
        left[last] = _least(model, unused) if model else unused
    elif isinstance(left, dict):
        field = field_at(path) if kind != "extra_forbidden" else None
        if field is not None and field.is_required():
            left[last] = _stand_in(path, unused)
        else:
            left.pop(last, None)


def _holds(container: Any, part: int | str) -> bool:
    if isinstance(container, list):
        return isinstance(part, int) and part < len(container)
    return isinstance(container, dict) and part in container


def _stand_in(path: Sequence[int | str], unused: str) -> Any:
    """Something valid in the place of a member that must be there."""
    model = model_at(path)
    if model is None:
        return STAND_INS.get(str(path[-1]), unused)
    least = _least(model, unused)
    return [least] if path[-1] == "concerns" else least


def _least(model: type[BaseModel], unused: str) -> dict[str, Any]:
    """The least that an object of this kind must say."""
    names = [f.alias or name for name, f in model.model_fields.items() if f.is_required()]
    return {name: STAND_INS.get(name, f"{unused}{name}") for name in names}
