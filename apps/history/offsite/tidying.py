"""Removing from stores what no bundle needs any more and no lock holds.

What is younger than a week stays whatever it is: a bundle may be on its way, and an older one may
be wanted. A store that does not let us remove anything keeps everything, which is its own affair.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from apps.core import clock
from apps.core.errors import HoldfastError
from apps.core.scope import no_scope
from apps.history.models import OffsiteCopy
from apps.history.offsite import credentials, manifests
from apps.history.offsite.errors import StoreRefused
from apps.history.offsite.stores import Store
from apps.history.offsite.targets import Subject

KEPT_FOR = timedelta(days=7)


def tidy_all(check: Callable[[], None]) -> int:
    """Tidy every store after every subject that was shipped; how many objects went."""
    with no_scope("what lies off-site"):
        copies = list(OffsiteCopy.objects.exclude(manifest=None).select_related("store"))
    removed = 0
    for copy in copies:
        check()
        try:
            removed += tidy(copy, credentials.store_of(copy.store))
        except HoldfastError:
            continue  # shipping to it tells what is wrong with a store
    return removed


def tidy(copy: OffsiteCopy, store: Store) -> int:
    """Remove what the copy does not need any more; how many objects that were."""
    manifest = manifests.from_values(copy.manifest or {})
    needed = {copy.manifest_name, *(ref.name for ref in manifest.files())}
    subject = Subject(manifest.kind, UUID(manifest.subject))
    held_for = max(KEPT_FOR, timedelta(days=copy.store.lock_days))
    removed = 0
    for entry in list(store.versions(subject.bundles)):
        if entry.name in needed or entry.modified > clock.now() - held_for:
            continue
        try:
            store.delete(entry.name, entry.version)
        except StoreRefused:
            continue  # its lock was made longer while it was still needed
        removed += 1
    return removed
