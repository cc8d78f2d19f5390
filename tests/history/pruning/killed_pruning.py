"""A process that prunes what may go and is killed, as with kill -9, before a given step.

python -m tests.history.pruning.killed_pruning TENANT_ID N: dies before it removes the versions of
the Nth position.
"""

import os
import signal
import sys
from typing import Any
from uuid import UUID


def main(tenant_id: str, number: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from apps.core.actor import SYSTEM
    from apps.core.scope import tenant_scope
    from apps.history.models import Removal
    from apps.history.pruning import executing
    from apps.tenants.models import Tenant

    left = int(number)

    def die_at(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= "history_prune(" in str(sql)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with tenant_scope(UUID(tenant_id)), connection.execute_wrapper(die_at):
        going = Removal.objects.values_list("snapshot__seq", flat=True)
        tenant = Tenant.objects.get(pk=tenant_id)
        executing.prune(actor=SYSTEM, tenant=tenant, seqs=list(going))


if __name__ == "__main__":
    main(*sys.argv[1:])
