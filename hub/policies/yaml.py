"""Reads YAML strictly: no key twice, `yes` and `no` are words, dates stay as written; and remembers where each thing stands."""

import re
from collections.abc import Callable, Hashable
from typing import Any

import yaml

Path = tuple[str | int, ...]
Places = dict[Path, int]


class NotYaml(Exception):
    """The document is not YAML as this hub reads it."""

    def __init__(self, says: str, line: int | None) -> None:
        super().__init__(says)
        self.says, self.line = says, line


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the base is chosen at run time
    """Only true, false, null and whole numbers are anything but words."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^(?:0|-?[1-9][0-9]*)$"), list("-0123456789")
)

_CONVERT: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:str": str,
}


def read_yaml(document: str) -> tuple[Any, Places]:
    """What the document says, and the line (from 1) at which each part of it stands; raises NotYaml."""
    places: Places = {}
    try:
        root = yaml.compose(document, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise NotYaml(
            f"The document is not YAML: {problem}.", mark.line + 1 if mark else None
        ) from error
    if root is None:
        raise NotYaml("The document is empty.", None)
    return _value(root, (), places, ()), places


def line_of(places: Places, path: Path) -> int | None:
    """The line of `path`, or of the nearest thing around it that is there."""
    for length in range(len(path), -1, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


def _value(node: yaml.Node, path: Path, places: Places, above: tuple[yaml.Node, ...]) -> Any:
    places.setdefault(path, node.start_mark.line + 1)
    if any(node is outer for outer in above):
        raise NotYaml("The document contains itself.", node.start_mark.line + 1)
    inside = (*above, node)
    if isinstance(node, yaml.ScalarNode):
        convert = _CONVERT.get(node.tag)
        if convert is None:
            raise NotYaml(f"The tag {node.tag} is not used here.", node.start_mark.line + 1)
        return convert(node.value)
    if isinstance(node, yaml.SequenceNode):
        return tuple(
            _value(item, (*path, at), places, inside) for at, item in enumerate(node.value)
        )
    return _mapping(node, path, places, inside)


def _mapping(
    node: yaml.Node, path: Path, places: Places, inside: tuple[yaml.Node, ...]
) -> dict[Hashable, Any]:
    read: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = _value(key_node, (*path, "?"), {}, inside)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int):
            raise NotYaml("A key must be a word or a number.", line)
        if key in read:
            raise NotYaml(f"{key!r} stands twice in the same place.", line)
        places[(*path, key)] = line
        read[key] = _value(value_node, (*path, key), places, inside)
    return read
