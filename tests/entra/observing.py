"""What a series of read batches amounts to."""

from typing import Any

from apps.entra.catalogue import Kind, digest, kind, normalise
from apps.entra.reading import ReadBatch


def objects(batches: list[ReadBatch]) -> dict[str, dict[str, Any]]:
    bodies: dict[str, dict[str, Any]] = {}
    for batch in batches:
        entry = kind(batch.kind)
        for item in batch.objects:
            held = bodies.get(item.object_id, {}) if item.partial else {}
            merged = {**held, **item.body}
            bodies[item.object_id] = normalise(entry, merged, version=entry.version)
    return bodies


def links(batches: list[ReadBatch]) -> set[tuple[str, str, str]]:
    return {
        (item.link, item.source_id, item.target_id)
        for batch in batches
        for item in batch.links
        if item.present
    }


def digests(entry: Kind, bodies: dict[str, dict[str, Any]]) -> dict[str, bytes]:
    return {object_id: digest(entry, body) for object_id, body in bodies.items()}
