"""One collection from cursor to accepted changes, whatever goes wrong on the way."""

from collections.abc import Mapping
from datetime import timedelta

from apps.core import clock
from apps.entra.catalogue import Kind
from apps.entra.errors import (
    EntraError,
    NeedsConsent,
    PageTokenExpired,
    ResyncRequired,
)
from apps.history.capture import guard, staged_links, staged_objects, staging
from apps.history.capture.collection import CollectionReader
from apps.history.capture.run_state import CaptureRun, CollectionOutcome, status_after
from apps.history.choices import CollectionStatus

_ATTEMPTS = 3
# Entries of the audit log arrive minutes late, and clocks differ.
_LOG_SLACK = timedelta(hours=1)


def read_collection(run: CaptureRun, kind: Kind, cursor: str | None) -> CollectionOutcome:
    """Read a collection and accept what changed; when that fails, accept nothing and say why.

    cursor: None to read all of it. Raises NeedsConsent, without which nothing at all can be read,
    and JobCancelled.
    """
    read_at = clock.now()
    try:
        reader = _read_objects(run, kind, cursor)
    except NeedsConsent:
        raise
    except EntraError as error:
        return _not_read(run, kind, error)
    bin_problem = _read_bin(reader)
    missing: Mapping[str, int] = {}
    if reader.whole or reader.found_anything:
        missing = _accept(run, kind, whole=reader.whole, bin_read=not bin_problem)
        staging.empty_reading()
    if missing:
        detail = _held_detail(missing)
        return CollectionOutcome(kind.name, CollectionStatus.HELD, read_at, detail, missing)
    return CollectionOutcome(
        kind.name,
        CollectionStatus.PARTIAL if bin_problem else CollectionStatus.COMPLETE,
        read_at,
        bin_problem,
        cursor=reader.cursor,
        # A list gives no cursor; the one held still tells what moved since it was given.
        keep_cursor=reader.cursor is None,
        by_delta=not reader.whole,
    )


def _read_objects(run: CaptureRun, kind: Kind, cursor: str | None) -> CollectionReader:
    """Read, from the beginning again when Graph lost our place in the list."""
    afresh = run.before_of(kind.name).cursor is None
    for attempt in range(1, _ATTEMPTS + 1):
        reader = CollectionReader(run, kind)
        try:
            reader.read(cursor, afresh=afresh)
        except ResyncRequired:
            if cursor is None:
                raise
            cursor, afresh = None, True
        except PageTokenExpired:
            if attempt == _ATTEMPTS:
                raise
        else:
            return reader
        staging.empty_reading()
    raise PageTokenExpired("Graph kept losing our place in the list.")


def _read_bin(reader: CollectionReader) -> str:
    """Read the bin after a whole read; what went wrong, "" if nothing did."""
    if not reader.whole:
        return ""
    try:
        reader.read_bin()
    except NeedsConsent:
        raise
    except EntraError as error:
        return (
            "The deleted items could not be read to the end, so objects that are gone are shown"
            f" as hard-deleted. {error.explanation()}"
        )
    return ""


def _accept(run: CaptureRun, kind: Kind, *, whole: bool, bin_read: bool) -> Mapping[str, int]:
    """Accept the staged changes; what is missing and held back, by "objects" or link."""
    confirmed = guard.confirmed_missing(run.tenant_id, kind.name) if whole else {}
    held = _missing_objects(run, kind, confirmed) if whole else {}
    staged_objects.accept(
        run.tenant_id,
        kind.name,
        apply_vanished=whole and not held,
        apply_emptied_bin=whole and bin_read,
    )
    if kind.links:
        staged_links.prepare()
        held |= _missing_links(run, confirmed) if whole else {}
        staged_links.accept(run.tenant_id, hold=held)
    return held


def _missing_objects(run: CaptureRun, kind: Kind, confirmed: Mapping[str, int]) -> dict[str, int]:
    before = run.before_of(kind.name)
    since = run.last_read_at(kind.name) - _LOG_SLACK
    gone = staged_objects.vanished(run.tenant_id, kind.name, since=since)
    explained = gone.logged + confirmed.get(guard.OBJECTS, 0)
    if guard.is_suspect(before=before.count, gone=gone.number, explained=explained):
        return {guard.OBJECTS: gone.number}
    return {}


def _missing_links(run: CaptureRun, confirmed: Mapping[str, int]) -> dict[str, int]:
    return {
        link: number
        for link, number in staged_links.missing(run.tenant_id).items()
        if guard.is_suspect(
            before=staged_links.present(run.tenant_id, link),
            gone=number,
            explained=confirmed.get(link, 0),
        )
    }


def _not_read(run: CaptureRun, kind: Kind, error: EntraError) -> CollectionOutcome:
    """Nothing of this read counts: the state before stays, and so does its cursor."""
    staging.empty_reading()
    run.forget_trained(kind.name)
    return CollectionOutcome(
        kind.name,
        status_after(error),
        run.last_read_at(kind.name),
        error.explanation(),
        keep_cursor=True,
    )


def _held_detail(missing: Mapping[str, int]) -> str:
    parts = ", ".join(f"{number} {name}" for name, number in missing.items())
    return (
        f"Much less came back than there was before ({parts} missing), and neither the bin nor the"
        " audit log explains it. Nothing was recorded as deleted. If it is really gone, confirm it."
    )
