"""What a difference report costs, apart from the capture before it.

    python -m tests.diffs.benchmark --users 100000

Works on a database of its own beside the test databases and prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=0)
    parser.add_argument("--members", type=int, default=0)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    # Nothing is sent; a plan only has to know how requests to this cloud are written.
    os.environ.setdefault("HOLDFAST_SANDBOX_URL", "http://127.0.0.1:1")
    import django

    django.setup()
    from tests.support import databases

    name = f"benchmark_{os.getpid()}"
    with databases.copy_of_template(name), databases.connected_to(name):
        sys.stdout.write(json.dumps(measure(options), indent=2) + "\n")


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """A report of 1,000 changes and one of a change to every user; a plan of the first."""
    from apps.core.scope import tenant_scope
    from tests.factories import make_msp, make_tenant, make_user
    from tests.history import benchmark as history

    msp = make_msp()
    tenant = make_tenant(msp)
    alice = make_user("Alice", msp, "backup-administrator")
    source = history._source(options)
    figures: dict[str, Any] = {"users": options.users}
    with tenant_scope(tenant.pk):
        history._timed(source, tenant, "full")
        source.changed = set(range(1000))
        history._timed(source, tenant, "delta")
        figures["report_of_1000"], report = _report(tenant, 1, 2)
        figures["plan_of_1000"] = _plan(alice, report)
        source.changed = set(range(options.users))
        history._timed(source, tenant, "delta")
        figures["report_of_all"], _ = _report(tenant, 1, 3)
    return figures


def _report(tenant: Any, low: int, high: int) -> tuple[dict[str, Any], Any]:
    from apps.core import clock
    from apps.diffs import reporting
    from apps.diffs.models import DifferenceReport
    from apps.history.selectors import snapshot_at

    report = DifferenceReport.objects.create(
        tenant=tenant,
        base=snapshot_at(tenant, low),
        target=snapshot_at(tenant, high),
        created_at=clock.now(),
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, cpu = time.monotonic(), time.process_time()
    counts = reporting.fill(report)
    return {
        "changes": sum(counts["objects"].values()),
        "seconds": round(time.monotonic() - started, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "peak_rss_grew_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }, report


def _plan(alice: Any, report: Any) -> dict[str, Any]:
    from apps.recovery import services
    from apps.recovery.selection import ALL
    from tests.factories import actor_of

    started, cpu = time.monotonic(), time.process_time()
    plan = services.make_plan(actor=actor_of(alice), report=report, selection=ALL)
    return {
        "steps": plan.counts["requests"],
        "seconds": round(time.monotonic() - started, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
    }


if __name__ == "__main__":
    main()
