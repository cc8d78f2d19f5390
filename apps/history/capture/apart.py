"""Values that Graph gives for one object at a time: asked for little by little.

Asking for all of them each time would cost more than all the rest (ADR 0031), so those are asked
whom the audit log names, who is new or back, then some of those not known yet, and in full captures
those whose answer is the oldest. Others are asked between captures (`learning`). The manifest says
how much is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from apps.core import clock
from apps.entra.catalogue import Kind
from apps.entra.errors import EntraError, NeedsConsent
from apps.entra.reading import Values
from apps.history import collections
from apps.history.capture import apart_rows
from apps.history.capture.apart_rows import Turn
from apps.history.capture.collection import CollectionReader
from apps.history.capture.read_ahead import read_ahead
from apps.history.capture.run_state import CaptureRun, CollectionOutcome, status_after
from apps.history.choices import CollectionStatus

# Asked for at most in one capture that reads the collection whole, and in one by delta; of those,
# the ones that nothing but their never having been asked speaks for. A job asks for the rest.
MOST, FEW, BESIDE = 1_000, 1_000, 20
# An answer this old is asked for again: before the log that would have told of a change is
# dropped, or within a week where nobody can read it.
# https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention
STALE, STALE_WITHOUT_LOG = timedelta(days=28), timedelta(days=6)
_CHUNK = 200
# What is refused to some is mostly refused to all, so a few are asked first.
_FIRST_CHUNK = 20
_OUT_OF_REACH = (
    CollectionStatus.DENIED,
    CollectionStatus.UNLICENSED,
    CollectionStatus.UNSUPPORTED,
)


def read_apart(run: CaptureRun, kind: Kind, reader: CollectionReader) -> None:
    """Ask for some objects of a collection that was just read, and note how much is known now.

    Raises NeedsConsent, JobCancelled; any other refusal is told in the manifest.
    """
    name = collections.read_apart(kind) if kind.read_apart else ""
    if not name or (not reader.whole and run.before_of(name).status in _OUT_OF_REACH):
        return
    chosen = _chosen(run, kind, reader)
    run.named.pop(kind.name, None)
    problem = _ask(run, kind, reader, chosen)
    if chosen or reader.whole or reader.found_anything:
        run.beside[name] = _outcome(run, kind, name, whole=reader.whole, problem=problem)


def _chosen(run: CaptureRun, kind: Kind, reader: CollectionReader) -> list[str]:
    if not reader.whole:
        if not (reader.found_anything or apart_rows.any_due(run.tenant_id, kind.name)):
            return []
        last = Turn.UNKNOWN if reader.found_anything else Turn.NAMED
        before = run.before_of(collections.read_apart(kind))
        all_known = before.count >= run.before_of(kind.name).count
        beside = 0 if all_known or not reader.found_anything else BESIDE
        found = apart_rows.candidates_that_moved(run, kind, last=last, limit=FEW, beside=beside)
        wanted = sum(item.turn < Turn.UNKNOWN for item in found)
        return [item.object_id for item in found[: wanted + BESIDE]]
    found = apart_rows.candidates_of_all(run, kind, limit=MOST)
    stale = clock.now() - (STALE if run.log_read else STALE_WITHOUT_LOG)
    return [
        item.object_id
        for place, item in enumerate(found)
        if place < FEW or item.asked_at is None or item.turn == Turn.NAMED or item.asked_at < stale
    ]


def _ask(
    run: CaptureRun, kind: Kind, reader: CollectionReader, object_ids: Sequence[str]
) -> EntraError | None:
    """Take the answers; the error at which it stopped. What was answered before it counts."""
    answered = (run.source.read_apart(kind, chunk) for chunk in chunks(object_ids))
    try:
        for answers in read_ahead(answered):
            run.progress.check_cancelled()
            _take(run, kind, reader, answers)
    except NeedsConsent:
        raise
    except EntraError as error:
        return error
    return None


def _take(
    run: CaptureRun, kind: Kind, reader: CollectionReader, answers: Mapping[str, Values | None]
) -> None:
    before = apart_rows.held(run, kind, list(answers))
    told = {one: values for one, values in answers.items() if values is not None}
    apart_rows.stage(run, kind, {one: told[one] or before.get(one, {}) for one in told})
    reader.lay_over(
        {one: values for one, values in told.items() if values and values != before.get(one)}
    )


def chunks(object_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many as are asked for together."""
    if object_ids:
        yield object_ids[:_FIRST_CHUNK]
    for start in range(_FIRST_CHUNK, len(object_ids), _CHUNK):
        yield object_ids[start : start + _CHUNK]


def _outcome(
    run: CaptureRun, kind: Kind, name: str, *, whole: bool, problem: EntraError | None
) -> CollectionOutcome:
    before = run.before_of(name)
    if whole or before.reading is None:
        known = apart_rows.known(run, kind)
    else:
        live = run.before_of(kind.name).count
        known = apart_rows.known_since(
            run, kind, apart_rows.Known(live, before.count, before.reading.read_at)
        )
    status, detail = CollectionStatus.COMPLETE, ""
    if known.asked < known.present:
        status, detail = CollectionStatus.PARTIAL, _detail(kind, known.asked, known.present)
    if problem is not None:
        status, detail = status_after(problem), f"{detail} {problem.explanation()}".strip()
    return CollectionOutcome(
        name,
        status,
        known.oldest or run.taken_at,
        detail,
        keep_cursor=True,
        count=known.asked,
    )


def _detail(kind: Kind, asked: int, present: int) -> str:
    names = ", ".join(kind.read_apart)
    return (
        f"Graph gives {names} for one {kind.title.lower()} at a time. It is known of {asked:,} of"
        f" {present:,}; the others are asked after this capture, and the next full one tells."
        " Until then nothing is said about theirs."
    )
