"""Which members an object of a contact may have, by its place: for "did you mean"."""

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from events.content import ContactContent


def members_at(path: Sequence[Any]) -> list[str]:
    """The members an object at this place may have, such as those of `["people", 0, "name"]`; none for an unknown place."""
    model = model_at(path)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def model_at(path: Sequence[Any]) -> type[BaseModel] | None:
    """What kind of object stands at this place, itself or in a list; None where none does."""
    model: type[BaseModel] | None = ContactContent
    for part in path:
        if not isinstance(part, int):
            field = _member(model, str(part)) if model else None
            model = _model_in(field.annotation) if field else None
    return model


def field_at(path: Sequence[Any]) -> FieldInfo | None:
    """How the member at this place is declared; None where there is no such member."""
    if not path or isinstance(path[-1], int):
        return None
    model = model_at(path[:-1])
    return _member(model, str(path[-1])) if model else None


def _member(model: type[BaseModel], member: str) -> FieldInfo | None:
    fields = model.model_fields.items()
    return next((field for name, field in fields if (field.alias or name) == member), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside `X | None` or `tuple[X, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
