"""Forget the demo's data: python -m apps.demo.reset"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Everything of the local installation that `make demo` made.
OURS = ("demo", "postgres", "keys", "mail", "static")


def main() -> int:
    var = Path(os.environ.get("HOLDFAST_VAR", ROOT / "var"))
    pid = _server_pid(var / "postgres")
    if pid is not None:
        print("The demo is running; stop it first (Ctrl-C where it runs).", file=sys.stderr)
        return 1
    for name in OURS:
        shutil.rmtree(var / name, ignore_errors=True)
    print("The demo's data is gone; `make demo` starts afresh.")
    return 0


def _server_pid(data: Path) -> int | None:
    """The process id of the PostgreSQL that runs on the directory, None when none does."""
    try:
        pid = int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    alive = subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False)  # noqa: S607
    return pid if alive.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
