"""How every template is compiled, ours and GOV.UK's, and where what was compiled is kept for the next start."""

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

OPTIONS: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
KEPT = Path(__file__).parent / "__pycache__" / "templates"


class KeptBeside(BytecodeCache):
    """Keeps a template's code as Python keeps a module's: beside it, made anew where the template has changed, and not at
    all where nothing may be written. `shape` names what else its code depends on."""

    def __init__(self, shape: str = "") -> None:
        self.shape = shape

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """What was compiled by another release of Jinja, with other options, or into another shape is another template."""
        return super().get_cache_key(
            f"{jinja2.__version__} {OPTIONS} {self.shape} {name}", filename
        )

    def load_bytecode(self, bucket: Bucket) -> None:
        """See BytecodeCache; Jinja itself looks whether it is the code of the same text."""
        with contextlib.suppress(OSError), (KEPT / bucket.key).open("rb") as kept:
            bucket.load_bytecode(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """See BytecodeCache. Another process finds all of it or nothing."""
        if sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            KEPT.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=KEPT)
            with os.fdopen(handle, "wb") as kept:
                bucket.write_bytecode(kept)
            Path(name).replace(KEPT / bucket.key)
