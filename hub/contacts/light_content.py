"""A contact's data read light: of any whose shape is sound and whose parts are short enough, in one go and at a fraction of the cost.

What is not taken here, good or not, is read with care and named: see hub/contacts/message.py. What is taken is just what the
model takes, within the sizes of hub/contacts/checks.py.
"""

import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from events.content import ContactContent
from hub.contacts.checks import longest, most
from hub.contacts.cloud_event import read_time

GREAT = 1e15


def read_light_content(data: Mapping[str, Any]) -> Any:
    """The data as a light contact, which has the members of ContactContent; None where it takes a careful look."""
    try:
        content: Any = msgspec.convert(data, twin(ContactContent))
    except msgspec.ValidationError:
        return None
    # a time that is no RFC 3339, or finer than the log keeps
    return content if content.occurred_at == read_time(data["occurred_at"]) else None


@cache
def twin(model: type[BaseModel]) -> type[msgspec.Struct]:
    """What a model takes, as `msgspec` puts it: no member that it does not know, no text or list that is too long."""
    members = [_member(name, field) for name, field in model.model_fields.items()]
    renamed = {n: f.alias or f.validation_alias for n, f in model.model_fields.items()}
    called = {name: alias for name, alias in renamed.items() if isinstance(alias, str)}
    return msgspec.defstruct(
        model.__name__, members, rename=called or None, namespace={}, module=__name__,
        frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True,
    )  # fmt: skip


def _member(name: str, field: FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    kind = _kind(name, field.annotation)
    if field.is_required():
        return name, kind
    default = field.default
    return name, kind, twin(type(default))() if isinstance(default, BaseModel) else default


def _kind(name: str, annotation: Any) -> Any:
    """An annotation with each model in it replaced by its twin, and its sizes said."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return twin(annotation)
    if annotation is str:
        return Annotated[str, msgspec.Meta(max_length=longest(name))]
    if annotation is float:  # greater ones are written in two ways
        return Annotated[float, msgspec.Meta(ge=-GREAT, le=GREAT)]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple:
        return Annotated[list[_kind(name, inner[0])], msgspec.Meta(max_length=most(name))]  # type: ignore[misc]  # as JSON has it
    if origin in (types.UnionType, typing.Union):
        return typing.Union[tuple(_kind(name, one) for one in inner)]  # noqa: UP007  # made while the program runs
    return annotation
