"""An environment of its own for each package of others, made once under `BENCH_HOME` and never part of the hub's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HOME = Path(os.environ.get("BENCH_HOME", ROOT / "var" / "bench")) / "linking-others"
FOREIGN = Path(__file__).parent / "foreign"

# What the figures depend on is named; what only comes along is whatever pip finds.
PINNED = {
    "recordlinkage": ("recordlinkage==0.16", "pandas==2.3.3", "numpy==2.4.6", "setuptools==80.9.0"),
    "pseudopeople": ("pseudopeople==1.3.1", "pandas==3.1.1", "numpy==2.4.6", "pyarrow==26.0.1"),
    "splink": ("splink==5.0.0", "duckdb==2.0.1"),
}


def python_of(package: str) -> Path:
    """The Python that can import the package; its environment is made where there is none with these versions."""
    place = HOME / "environments" / package
    made, wanted = place / "made.txt", "\n".join(PINNED[package])
    if not made.exists() or made.read_text() != wanted:
        print(f"making an environment for {package} (once)", flush=True)
        shutil.rmtree(place, ignore_errors=True)
        subprocess.run((sys.executable, "-m", "venv", place), check=True)
        pip = (place / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check")
        if subprocess.run((*pip, *PINNED[package]), check=False).returncode:
            raise SystemExit(f"pip could not install {package}: no figures without it")
        made.write_text(wanted)
    return place / "bin" / "python"


def run(package: str, program: str, *arguments: object) -> None:
    """A program of `foreign/`, run beside the package it needs."""
    command = (python_of(package), "-W", "ignore", FOREIGN / f"{program}.py")
    quiet = {**os.environ, "TQDM_DISABLE": "1"}
    subprocess.run((*command, *map(str, arguments)), check=True, env=quiet)
