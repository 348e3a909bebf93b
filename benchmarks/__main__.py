"""Runs every benchmark of this folder, or those named: `python -m benchmarks [NAME…]`."""

import pkgutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The modules that have a `main` of their own, by name."""
    listed = (module.name for module in pkgutil.iter_modules([str(HERE)]) if not module.ispkg)
    return [
        n for n in listed if n != "__main__" and "\ndef main(" in (HERE / f"{n}.py").read_text()
    ]


def main() -> int:
    """Each in a process of its own, one after the other; ends with 1 where one ended badly."""
    chosen = sys.argv[1:] or names()
    unknown = [name for name in chosen if name not in names()]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are {', '.join(names())}\n")
        return 2
    codes = []
    for name in chosen:
        print(f"== {name}", flush=True)
        command = (sys.executable, "-m", f"benchmarks.{name}")
        codes.append(subprocess.run(command, cwd=HERE.parent, check=False).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
