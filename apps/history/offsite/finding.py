"""Finding the newest whole bundle of a subject in a store."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.core import canonical
from apps.history.offsite import manifests
from apps.history.offsite.errors import DamagedBundle, NotThere
from apps.history.offsite.manifests import MANIFEST, Manifest
from apps.history.offsite.sealed_files import open_sealed
from apps.history.offsite.stores import Entry, Store
from apps.history.offsite.targets import Subject, Target

_TENANT = re.compile(r"v1/tenants/([0-9a-f-]{36})/")


@dataclass(frozen=True, slots=True)
class Found:
    """A manifest that opened. damaged: names of newer ones that did not."""

    manifest: Manifest
    entry: Entry
    damaged: tuple[str, ...] = ()


def newest_manifest(target: Target) -> Found | None:
    """The newest manifest that opens under the subject's key, None when there is none.

    Old versions of an object count as well: a manifest that was deleted over, or put over with
    something else, is found again where the store keeps versions.
    """
    damaged: list[str] = []
    for entry in _manifests(target.store, target.subject):
        try:
            return Found(read_manifest(target, entry), entry, tuple(damaged))
        except (DamagedBundle, NotThere):
            damaged.append(entry.name)
    if damaged:
        raise DamagedBundle(damaged[0], "nor does any older manifest open")
    return None


def read_manifest(target: Target, entry: Entry) -> Manifest:
    """The manifest in an object. Raises DamagedBundle, NotThere."""
    stored = target.store.read(entry.name, entry.version)
    plain = b"".join(open_sealed(target.key, entry.name, stored))
    try:
        manifest = manifests.from_values(canonical.loads(plain))
    except (KeyError, TypeError, ValueError):
        raise DamagedBundle(entry.name, "it is no manifest that this version reads") from None
    if manifest.kind != target.subject.kind or manifest.subject != str(target.subject.id):
        raise DamagedBundle(entry.name, "it is the manifest of something else")
    return manifest


def _manifests(store: Store, subject: Subject) -> Iterator[Entry]:
    """Newest bundle first; of one name the newest version first."""
    found = [
        entry for entry in store.versions(subject.bundles) if entry.name.endswith(f"/{MANIFEST}")
    ]
    found.sort(key=lambda entry: (entry.name, entry.newest, entry.modified), reverse=True)
    yield from found


def tenants_in(store: Store) -> set[str]:
    """Ids of the tenants of which the store has anything."""
    found = (_TENANT.match(entry.name) for entry in store.versions("v1/tenants/"))
    return {match[1] for match in found if match}
