"""Whether a key is one of very many: one parameter, however many there are.

Django writes a parameter for each value of `in`, which for the tenants of a large MSP takes longer
to write, to send and to plan than the rows take to find.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import models


def listed(ids: Collection[UUID]) -> str:
    """Ids as the text of an array of PostgreSQL's."""
    return f"{{{','.join(map(str, ids))}}}"


@models.UUIDField.register_lookup
@models.ForeignKey.register_lookup
class Among(models.Lookup):
    """`tenant_id__among=ids`: as `in`, for a collection of UUIDs."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = any (%s::uuid[])", (*params, listed(self.rhs))
