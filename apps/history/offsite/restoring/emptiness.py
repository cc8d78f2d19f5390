"""Refusing to restore into a database that holds anything."""

from apps.core.errors import Conflict
from apps.core.scope import no_scope
from apps.core.walls.ways import all_models
from apps.history.models import OffsiteRestoration
from apps.history.offsite import placement
from apps.history.offsite.placement import Place


def not_empty() -> list[str]:
    """Tables with rows that a restoration would bring, by label."""
    with no_scope("whether the database is empty"):
        return [
            model._meta.label
            for model in all_models()
            if placement.place_of(model) not in (Place.NOWHERE, None)
            and model._base_manager.exists()
        ]


def require_empty() -> None:
    """Raise Conflict unless the database was only migrated."""
    if OffsiteRestoration.objects.filter(finished_at__isnull=False).exists():
        raise _refusal("it was restored already")
    if filled := not_empty():
        raise _refusal(f"it has rows in {', '.join(filled[:5])}")


def _refusal(why: str) -> Conflict:
    return Conflict(
        f"This database is not empty: {why}.",
        code="offsite-not-empty",
        safe="Nothing was changed.",
        todo="Restore into a new database that was only migrated, before anything else is started.",
    )
