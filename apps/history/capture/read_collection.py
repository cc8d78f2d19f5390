"""One collection from cursor to accepted changes, whatever goes wrong on the way."""

from collections.abc import Mapping

from apps.core import clock
from apps.entra.catalogue import Kind
from apps.entra.errors import (
    EntraError,
    NeedsConsent,
    PageTokenExpired,
    ResyncRequired,
)
from apps.history.capture import apart, bins, guard, staged_links, staged_objects, staging
from apps.history.capture.collection import CollectionReader
from apps.history.capture.run_state import CaptureRun, CollectionOutcome, status_after
from apps.history.choices import CollectionStatus

_ATTEMPTS = 3
# Fewer rows are compared well enough whatever the planner takes them for.
_ANALYSED_FROM = 500
_BIN_OF_ALL_UNREAD = (
    "The deleted items could not be read to the end, so objects that are gone are shown as"
    " hard-deleted."
)
_BIN_OF_SOME_UNREAD = (
    "The deleted items could not be read, so it is not known whether they would come back as they"
    " were seen last."
)


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
    apart.read_apart(run, kind, reader)
    bin_problem = _read_bin(run, kind, reader)
    missing: Mapping[str, int] = {}
    if reader.whole or reader.found_anything:
        missing = _accept(run, kind, reader, bin_read=not bin_problem)
        if reader.staged_links:
            staging.empty_reading()
    if missing:
        detail = _held_detail(missing)
        return CollectionOutcome(kind.name, CollectionStatus.HELD, read_at, detail, missing)
    return CollectionOutcome(
        kind.name,
        CollectionStatus.PARTIAL if bin_problem else CollectionStatus.COMPLETE,
        read_at,
        bin_problem or _left_out(run, kind),
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
        _forget(run, kind)
    raise PageTokenExpired("Graph kept losing our place in the list.")


def _read_bin(run: CaptureRun, kind: Kind, reader: CollectionReader) -> str:
    """Read the bin after a whole read, or when something came into it; what went wrong, or ""."""
    news = reader.soft_deleted or (
        reader.whole and bins.may_have_news(run, kind, unsettled=reader.unsettled)
    )
    if not news:
        return ""
    try:
        reader.read_bin()
    except NeedsConsent:
        raise
    except EntraError as error:
        consequence = _BIN_OF_ALL_UNREAD if reader.whole else _BIN_OF_SOME_UNREAD
        return f"{consequence} {error.explanation()}"
    return ""


def _accept(
    run: CaptureRun, kind: Kind, reader: CollectionReader, *, bin_read: bool
) -> Mapping[str, int]:
    """Accept the staged changes; what is missing and held back, by "objects" or link.

    Most collections of most captures are as they were: of those little is asked, or nothing.
    """
    gone = reader.gone() if reader.whole else staged_objects.Gone()
    if any(gone):
        reader.stage_what_is_held_back()
        run.moved.away = True
    held = guard.suspect_objects(run, kind, gone.present) if gone.present else {}
    if reader.found_departures:
        staged_objects.drop_no_news(kind.name)
    staged_objects.accept_gone(
        run.tenant_id,
        kind.name,
        present=bool(gone.present) and not held,
        soft_deleted=bool(gone.soft_deleted) and bin_read,
    )
    reader.settle_links()
    if kind.links and reader.staged_links:
        if reader.staged_links > _ANALYSED_FROM:
            staged_links.prepare()
        held |= guard.suspect_links(run, kind)
        staged_links.accept(run.tenant_id, hold=held)
    return held


def _not_read(run: CaptureRun, kind: Kind, error: EntraError) -> CollectionOutcome:
    """Nothing of this read counts: the state before stays, and so does its cursor."""
    _forget(run, kind)
    run.forget_trained(kind.name)
    return CollectionOutcome(
        kind.name,
        status_after(error),
        run.last_read_at(kind.name),
        error.explanation(),
        keep_cursor=True,
    )


def _forget(run: CaptureRun, kind: Kind) -> None:
    """Forget what was staged of a read; where it was refused at once, nothing was."""
    if kind.name in run.staged:
        staging.forget(kind.name)


def _left_out(run: CaptureRun, kind: Kind) -> str:
    """What is not read because the customer kept its permission back: no failure, but said."""
    names = ", ".join(run.source.left_out(kind))
    return f"Without {names}, for want of a permission." if names else ""


def _held_detail(missing: Mapping[str, int]) -> str:
    parts = ", ".join(f"{number} {name}" for name, number in missing.items())
    return (
        f"Much less came back than there was before ({parts} missing), and neither the bin nor the"
        " audit log explains it. Nothing was recorded as deleted. If it is really gone, confirm it."
    )
