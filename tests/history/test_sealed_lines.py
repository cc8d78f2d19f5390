"""What a snapshot's digests are made of, as the database and as Python write it."""

import hashlib

import pytest
from django.db import transaction

from apps.history import chain
from apps.history.capture import staged_links, staged_objects, staging
from apps.history.capture.staged_objects import StagedObject
from apps.history.database import execute, stream

_ODD = ('say "so"', "back\\slash", "tab\tand\nline", "\x01\x1f\x7f", "größe", "\u2028", "𝄞", "")
_MANY = 1_234


@pytest.mark.django_db
@transaction.atomic
def test_the_database_writes_the_lines_of_a_digest_as_python_does() -> None:
    objects = [(f"{odd}{number}", f"body {number}".encode()) for number, odd in enumerate(_ODD)]
    objects += [(f"id-{number:05}", b"") for number in range(_MANY)]
    with staging.staging_tables():
        staged_objects.stage(
            "user",
            1,
            [
                StagedObject(one, changed=True, digest=body or None, body=body)
                for one, body in objects
            ]
            + [StagedObject("seen and no more")],
        )
        execute(
            "insert into capture_accepted_link (link, source_id, target_id, present)"
            " select 'user.manager', object_id, object_id, changed from capture_object"
        )
        of_objects = chain.digest_of_lines(stream(chain.OBJECT_LINES, []))
        of_links = chain.digest_of_lines(stream(chain.LINK_LINES, []))

        assert sum(staged_links.accepted_counts().values()) == len(objects) + 1

    objects.sort(key=lambda item: item[0].encode())
    assert of_objects == chain.digest_of_rows(
        ("user", one, "present", body.hex() or None, hashlib.sha256(body).hexdigest())
        for one, body in objects
    )
    named = sorted([*dict(objects), "seen and no more"], key=str.encode)
    assert of_links == chain.digest_of_rows(
        ("user.manager", one, one, one != "seen and no more") for one in named
    )
