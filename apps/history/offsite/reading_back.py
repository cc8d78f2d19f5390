"""Reading again what was written: a digest is believed only when the store gave the bytes."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from apps.core.errors import HoldfastError
from apps.history.offsite import finding
from apps.history.offsite.chunks import lines_of
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.manifests import FileRef, Manifest
from apps.history.offsite.targets import Target

SAMPLE = 2


@dataclass(frozen=True, slots=True)
class Checked:
    """What a verification of a copy read. problems: sentences, without personal data."""

    files: int
    size: int
    problems: tuple[str, ...]


def read_back(target: Target, ref: FileRef, manifest: Manifest, new: Sequence[FileRef]) -> None:
    """Read the manifest and a sample of the new files. Raises DamagedBundle."""
    if b"".join(target.read(ref)) != manifest.to_bytes():
        raise DamagedBundle(ref.name, "the manifest is another one")
    for file in _sample(new, SAMPLE):
        check_file(target, file)


def check_file(target: Target, ref: FileRef) -> int:
    """Read a file and compare it with what the manifest says of it; how many rows it has.

    Raises DamagedBundle, NotThere, StoreUnavailable, StoreRefused.
    """
    rows = dict.fromkeys(ref.tables, 0)
    for label, _ in lines_of(target.read(ref), ref.name):
        rows[label] = rows.get(label, 0) + 1
    if rows != ref.tables:
        raise DamagedBundle(ref.name, "it has other rows than the manifest says")
    return sum(rows.values())


def check_files(target: Target, files: Iterable[FileRef], sample: int | None) -> Checked:
    """Read files, all of them or so many by chance, and tell of each that is not as it was."""
    wanted = list(files)
    if sample is not None:
        wanted = _sample(wanted, sample)
    problems, size = [], 0
    for ref in wanted:
        try:
            check_file(target, ref)
        except HoldfastError as error:
            problems.append(error.message)
        size += ref.size
    return Checked(len(wanted), size, tuple(problems))


def check_copy(target: Target, manifest: Manifest, sample: int | None) -> Checked:
    """Read the newest manifest in the store, compare it with the one that was written last, and
    read its files, all of them or so many by chance."""
    try:
        found = finding.newest_manifest(target)
    except HoldfastError as error:
        return Checked(1, 0, (error.message,))
    checked = check_files(target, manifest.files(), sample)
    if found is None or found.manifest.to_bytes() != manifest.to_bytes():
        said = "The newest manifest in the store is not the one that was written last."
        return Checked(checked.files + 1, checked.size, (said, *checked.problems))
    return Checked(checked.files + 1, checked.size + found.entry.size, checked.problems)


def _sample(files: Sequence[FileRef], number: int) -> list[FileRef]:
    return secrets.SystemRandom().sample(list(files), min(number, len(files)))
