"""Reads the words of the made-up borough from the YAML files beside it."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).with_name("words")


@cache
def words(name: str) -> Any:
    """The words of one file, such as `names`. Nobody changes them."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)
