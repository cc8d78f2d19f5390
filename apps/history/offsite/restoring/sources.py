"""Where an installation is brought back from: stores, and what their bundles are sealed under."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from apps.core.errors import HoldfastError, NotFound
from apps.core.installation_keys import KeyProblem
from apps.history.offsite import finding, key_copies
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.finding import Found
from apps.history.offsite.key_copies import WrappedKey
from apps.history.offsite.stores import Store
from apps.history.offsite.targets import Subject, Target

_UNKNOWN = UUID(int=0)


class Source(NamedTuple):
    """A bundle that can be read. key: as it was wrapped, to be kept again."""

    target: Target
    key: WrappedKey
    found: Found


@dataclass(frozen=True, slots=True)
class Searched:
    """What looking for a subject's newest bundle in several stores found.

    problems: what was wrong with stores or bundles on the way, in sentences.
    """

    source: Source | None
    problems: tuple[str, ...]


def find_installation(store: Store) -> Source:
    """The newest bundle of the installation itself. Raises NotFound, KeyProblem, DamagedBundle."""
    source = _find(store, Subject("installation", _UNKNOWN))
    if source is None:
        raise NotFound(
            "There is no bundle of an installation in this store.",
            code="offsite-no-installation",
            todo="Name a store that takes the installation's own bundle, with its prefix.",
        )
    return source


def find_tenant(stores: list[Store], tenant_id: UUID) -> Searched:
    """The bundle of a tenant that reaches furthest, of all stores."""
    best: Source | None = None
    problems: list[str] = []
    for store in stores:
        try:
            source = _find(store, Subject("tenant", tenant_id))
        except HoldfastError as error:
            problems.append(error.message)
            continue
        if source is not None:
            problems += [f"{name} does not open." for name in source.found.damaged]
            if best is None or _reach(source) > _reach(best):
                best = source
    return Searched(best, tuple(problems))


def _find(store: Store, subject: Subject) -> Source | None:
    problem: HoldfastError | None = None
    for key in key_copies.copies_in(store, subject):
        try:
            target = Target(store, key.subject, key.open())
            found = finding.newest_manifest(target)
        except (KeyProblem, DamagedBundle) as error:
            problem = problem or error
            continue
        if found is not None:
            return Source(target, key, found)
    if problem is not None:
        raise problem
    return None


def _reach(source: Source) -> tuple[int, str]:
    return source.found.manifest.seq, source.found.manifest.made_at
