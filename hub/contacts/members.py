"""Which members an object of a contact may have, by its place: for "did you mean"."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel

from events.content import ContactContent


def members_at(path: Sequence[Any]) -> list[str]:
    """The members an object at this place may have, such as those of `["people", 0, "name"]`; none for an unknown place."""
    model: type[BaseModel] | None = ContactContent
    for part in path:
        if isinstance(part, int):
            continue
        model = _model_in(_annotation(model, str(part))) if model else None
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _annotation(model: type[BaseModel], member: str) -> Any:
    for name, field in model.model_fields.items():
        if (field.alias or name) == member:
            return field.annotation
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
