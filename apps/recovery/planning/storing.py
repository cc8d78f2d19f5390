"""Writing a plan's steps down: sealed, digested and copied into the database in one pass.

A hundred thousand steps are never held as rows: each is made from its draft, told to the digest and
to PostgreSQL, and forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from apps.core.sealing import Sealing
from apps.recovery.models import Plan
from apps.recovery.models.plan import bound_to_step
from apps.recovery.planning.fingerprint import STEP_FIELDS, PlanDigest, placed_fields
from apps.recovery.planning.ordering import Placed
from apps.tenants import keys

# A row of `Step` without its id.
_COLUMNS = (
    "tenant_id",
    "plan_id",
    *STEP_FIELDS,
    "assumes",
    "wants",
    "sealed",
)
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_STAGING = "steps_coming"
_MAKE_STAGING = f"""
create temporary table if not exists {_STAGING} on commit drop as
select {_NAMES} from recovery_step with no data
"""  # noqa: S608 - names of ours
_COPY = f"copy {_STAGING} ({_NAMES}) from stdin"
_MOVE = f"""
insert into recovery_step ({_NAMES}) select {_NAMES} from {_STAGING} order by "order"
"""  # noqa: S608 - names of ours


def store_steps(plan: Plan, placed: Iterable[Placed]) -> bytes:
    """Write the steps of a plan that is not saved yet; the 32-byte digest of all of it.

    Has to run in the transaction that saves the plan afterwards. By way of a temporary table:
    PostgreSQL takes no COPY into one with row-level security. Whatever else the digest covers of
    the plan has to stand in it already.
    """
    digest = PlanDigest(plan)
    sealing = Sealing(keys.data_key(plan.tenant_id))
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_STAGING)
        with cursor.copy(_COPY) as copy:
            for one in placed:
                fields = placed_fields(one)
                digest.add(fields)
                copy.write_row(_row(plan, one, fields, sealing))
        cursor.execute(_MOVE)
        cursor.execute(f"drop table {_STAGING}")
    return digest.digest()


def _row(plan: Plan, placed: Placed, fields: dict[str, Any], sealing: Sealing) -> tuple[Any, ...]:
    content, sealed = placed.draft.packed, None
    if content and content != b"{}":
        bound_to = bound_to_step(plan.tenant_id, plan.pk, placed.order)
        sealed = sealing.seal(content, bound_to)
    plain = (fields[name] for name in STEP_FIELDS)
    return (plan.tenant_id, plan.pk, *plain, placed.draft.assumes, placed.draft.wants, sealed)
