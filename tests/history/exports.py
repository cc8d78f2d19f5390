"""Exports as tests make and read them."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from apps.history.exporting import forms
from apps.history.exporting.services import hand_out, wanted_of
from apps.history.exporting.signing_manifests import public_keys
from apps.history.models import Snapshot
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user


def exported(tenant: Tenant, snapshot: Snapshot, form: str = "zip", **narrowed: str) -> bytes:
    """The file that an administrator of the tenant gets."""
    name = f"Admin {Snapshot.objects.count()} {form} {len(narrowed)}"
    admin = make_user(name, tenant, "backup-administrator")
    wanted = wanted_of(tenant, seq=snapshot.seq, form=form, **narrowed)
    return b"".join(hand_out(actor=actor_of(admin), tenant=tenant, wanted=wanted).parts)


def files_of(archive: bytes) -> dict[str, bytes]:
    """The files of a ZIP file by name."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def as_archive(files: dict[str, bytes]) -> bytes:
    """A ZIP file of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def lines_of(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.splitlines()]


def verified(tmp_path: Path, archive: bytes, *, key: bytes | None = None) -> tuple[int, str]:
    """What the standalone script says of a file: its exit code and its words."""
    script, pem, file = (tmp_path / name for name in ("verify_export.py", "key.pem", "export.zip"))
    script.write_bytes(forms.verifier())
    pem.write_bytes(public_keys() if key is None else key)
    file.write_bytes(archive)
    done = subprocess.run(
        [sys.executable, "-I", str(script), "--key", str(pem), str(file)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout
