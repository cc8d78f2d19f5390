"""The table of the shared cache, made when the models' tables are."""

from typing import Any

from django.core.management import call_command

OWNER = "owner"


def make_cache_table(*, using: str, verbosity: int = 1, **_: Any) -> None:
    """Receiver of post_migrate: `migrate --database owner` leaves nothing to be made by hand."""
    if using == OWNER:
        call_command("createcachetable", database=using, verbosity=max(0, verbosity - 1))
