"""A file of a bundle opens as it was written, or says that it does not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.history.models import AuditEvent, ObjectVersion, Snapshot
from apps.history.offsite import chunks
from apps.history.offsite.columns import columns_of
from apps.history.offsite.errors import DamagedBundle
from apps.history.offsite.manifests import FileRef, LogPart
from apps.history.offsite.planning import AT_ONCE, Range, plan_log
from apps.history.offsite.sealed_files import FRAME_SIZE, SealedWriter, open_sealed

KEY, NAME = bytes(range(32)), "v1/tenants/a/bundles/b/00000.hfb"


def sealed(data: bytes, *, key: bytes = KEY, name: str = NAME) -> bytes:
    parts: list[bytes] = []
    writer = SealedWriter(key, name, parts.append)
    writer.write(data)
    writer.close()
    stored = b"".join(parts)
    assert writer.size == len(stored)
    return stored


def opened(stored: bytes, *, key: bytes = KEY, name: str = NAME, portion: int = 1000) -> bytes:
    def portions() -> Iterator[bytes]:
        for start in range(0, len(stored), portion):
            yield stored[start : start + portion]

    return b"".join(open_sealed(key, name, portions()))


@given(st.binary(max_size=5000), st.integers(1, 400))
def test_what_is_written_comes_back(data: bytes, portion: int) -> None:
    assert opened(sealed(data), portion=portion) == data


def test_long_files_have_several_frames() -> None:
    data = os.urandom(2 * FRAME_SIZE + 77)
    stored = sealed(data)
    assert opened(stored, portion=300_000) == data
    # Cut at the end of a frame it is as incomplete as anywhere.
    for length in (len(stored) - 1, 41 + 4 + FRAME_SIZE + 16, 41, 10):
        with pytest.raises(DamagedBundle, match="cut off"):
            opened(stored[:length])


@given(st.data())
def test_a_changed_byte_is_found(data: st.DataObject) -> None:
    stored = bytearray(sealed(b"some rows of a tenant"))
    position = data.draw(st.integers(0, len(stored) - 1))
    stored[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DamagedBundle):
        opened(bytes(stored))


def test_a_file_opens_under_its_own_key_and_name_alone() -> None:
    stored = sealed(b"rows")
    with pytest.raises(DamagedBundle, match="another key"):
        opened(stored, key=bytes(32))
    with pytest.raises(DamagedBundle):
        opened(stored, name=NAME.replace("00000", "00001"))
    with pytest.raises(DamagedBundle, match="added to its end"):
        opened(stored + b"x")


def test_rows_are_cut_into_chunks_and_come_back() -> None:
    tenant_id = uuid4()
    snapshot = _row(Snapshot, seq=1, counts='{"created": 12345678901234567890}')
    versions = [_row(ObjectVersion, object_id=f"o{n}", body=os.urandom(9)) for n in range(5)]
    event = _row(AuditEvent, target_ids=["a", "b"], event_id=str(tenant_id))
    tables = [(Snapshot, [snapshot]), (ObjectVersion, versions), (AuditEvent, [event])]

    for cut in (chunks.in_sequence, chunks.by_table):
        found = []
        for chunk in cut(tables):
            for head, values in chunks.with_heads(iter([chunk.plain]), "x"):
                model = {"history.Snapshot": Snapshot, "history.ObjectVersion": ObjectVersion}.get(
                    head.table, AuditEvent
                )
                readers = [column.read for column in columns_of(model)]
                found.append([read(value) for read, value in zip(readers, values, strict=True)])
        assert len(found) == 7
        bodies = [row[6] for row in found[1:6]]
        assert bodies == [row[6] for row in versions]
        assert found[0][_at(Snapshot, "counts")] == '{"created": 12345678901234567890}'
        assert found[6][_at(AuditEvent, "target_ids")] == ["a", "b"]


def _row(model: type, **values: object) -> tuple[object, ...]:
    plain = {"text": "t", "number": 1, "truth": True, "uuid": uuid4(), "bytes": b"b", "json": "{}"}
    plain |= {"time": datetime.now(UTC), "duration": timedelta(1), "array of text": []}
    return tuple(values.get(column.name, plain[column.codec]) for column in columns_of(model))


def _at(model: type, name: str) -> int:
    return [column.name for column in columns_of(model)].index(name)


def _part(low: int, high: int, rows: int, state: str = "as it is") -> LogPart:
    file = FileRef("n", "", 1, "", "", {"history.ObjectVersion": rows})
    return LogPart(low, high, state, (file,))


def test_many_small_shipments_stay_few_parts_and_each_row_is_written_seldom() -> None:
    parts: list[LogPart] = [_part(0, 1, 100_000)]
    written = 0
    for newest in range(2, 1001):
        planned = plan_log(parts, newest, rows=50, state=lambda low, high: "as it is")
        for position, one in enumerate(planned):
            if isinstance(one, Range):
                written += one.rows
                planned[position] = _part(one.low, one.high, one.rows)
        parts = [one for one in planned if isinstance(one, LogPart)]
        assert [one.low for one in parts[1:]] == [one.high for one in parts[:-1]]
    assert parts[-1].high == 1000
    assert len(parts) < 4 * AT_ONCE
    assert written < 999 * 50 * 4


def test_a_part_that_was_pruned_is_written_again_and_no_other() -> None:
    parts = [_part(0, 10, 100_000), _part(10, 20, 5000), _part(20, 30, 5000)]
    planned = plan_log(
        parts, 30, rows=0, state=lambda low, high: "pruned" if low == 10 else "as it is"
    )
    assert planned == [parts[0], Range(10, 20, 5000), parts[2]]
