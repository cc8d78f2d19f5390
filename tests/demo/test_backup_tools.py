"""The tools for backups that a month is compared with, where they are installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from apps.demo.bench.peers.backup_tools import TOOLS, installed


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_keeps_some_days_and_says_what_they_take(name: str, tmp_path: Path) -> None:
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    asked = {"directory": str(tmp_path / "here"), "people": 30, "days": 2}

    done = subprocess.run(
        [sys.executable, "-m", "apps.demo.bench.peers.backup_tools", name, json.dumps(asked)],
        stdout=subprocess.PIPE,
        check=True,
    )

    figures = json.loads(done.stdout)
    assert (figures["objects"], figures["snapshots"]) == (30, 2)
    assert figures["bytes"] > 0
    assert figures["cpu_s"] > 0
