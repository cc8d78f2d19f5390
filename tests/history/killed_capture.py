"""A process that begins a capture and is killed, as with kill -9, at a given statement.

python -m tests.history.killed_capture TENANT_ID SQL: dies before it sends the first statement that
contains SQL.
"""

import os
import signal
import sys
from typing import Any
from uuid import UUID


def main(tenant_id: str, fatal: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from apps.core.actor import SYSTEM
    from apps.core.scope import tenant_scope
    from apps.history import services
    from apps.tenants.models import Tenant
    from tests.history.sources import small_directory

    def die_at(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if fatal in str(sql):
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with tenant_scope(UUID(tenant_id)), connection.execute_wrapper(die_at):
        services.capture(
            actor=SYSTEM,
            tenant=Tenant.objects.get(pk=tenant_id),
            mode="full",
            source=small_directory(),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
