"""Play the whole story without a browser and check every step."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from apps.demo import cast, installation, log_watch
from apps.demo.processes import DemoError, free_port
from apps.demo.seeding import INCIDENTS
from apps.demo.story import Story

USERS = 200


class Command(BaseCommand):
    help = (
        "Connect, snapshot, break, compare, approve and put back three customers of a fresh "
        "installation; prints one JSON object with the figures last and exits 0 only if all held."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        directory = Path(settings.VAR)
        wanted = installation.Wanted(
            directory=directory,
            web_port=free_port(),
            sandbox_port=free_port(),
            users=USERS,
            tenants=len(INCIDENTS),
            sandbox_arguments=("--throttle", "documented"),
        )
        outcome: dict[str, Any] = {"ok": False}
        try:
            story = self._play(wanted)
            outcome = {"ok": True, "checks": story.checks, **story.figures}
        except DemoError as error:
            outcome["error"] = str(error)
        outcome["seconds"] = round(time.monotonic() - started, 1)
        outcome["request_log"] = str(wanted.request_log)
        print(json.dumps(outcome))
        sys.exit(0 if outcome["ok"] else 1)

    def _play(self, wanted: installation.Wanted) -> Story:
        for stale in (wanted.request_log, wanted.directory / "sandbox.sqlite3"):
            stale.unlink(missing_ok=True)
        shutil.rmtree(wanted.directory / "logs", ignore_errors=True)
        with installation.running(wanted) as running:
            if cast.has_begun():
                raise DemoError(
                    "this database is in use; the check needs a fresh one (HOLDFAST_VAR elsewhere)"
                )
            installation.start_workers(running)
            story = Story(running, tell=lambda text: print(text, flush=True))
            story.play()
            logs = log_watch.found_in_logs(wanted.directory / "logs", cast.PASSWORD)
            story.check(f"no secret and no address stands in a log {logs or ''}".strip(), not logs)
            return story
