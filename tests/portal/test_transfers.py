"""The pages where data is taken out and files are brought in, and the API's way out."""

import io
import zipfile

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.core.scope import tenant_scope
from apps.history.models import Export, SnapshotImport
from apps.jobs import runner
from tests.api.calls import program
from tests.factories import make_tenant
from tests.portal.world import World, signed_in


def to(world: World, route: str, *parts: object) -> str:
    return reverse(f"portal:{route}", args=[world.tenant.pk, *parts])


def handed_out(answer: HttpResponse) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def archive(**files: bytes) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, data in files.items():
            opened.writestr(f"{name}.json", data)
    return SimpleUploadedFile("export.zip", out.getvalue(), "application/zip")


@pytest.fixture
def alice(world: World) -> Client:
    return signed_in(world.cast.alice)


def test_little_comes_at_once_and_is_listed(world: World, alice: Client) -> None:
    form = {"snapshot": world.target.seq, "kind": "user", "form": "zip"}

    answer = alice.post(to(world, "create-export"), form)

    assert answer["Content-Disposition"].endswith('user.zip"')
    names = zipfile.ZipFile(io.BytesIO(handed_out(answer))).namelist()
    assert {"manifest.sig", "verify_export.py"} <= set(names)
    assert len([name for name in names if name.startswith("objects/user/")]) == 3
    page = alice.get(to(world, "exports")).content.decode()
    assert "Handed out" in page
    assert "3 objects" in page


def test_much_becomes_a_job_that_leads_to_its_download(
    world: World, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.history.exporting.services.AT_ONCE", 0)

    answer = alice.post(to(world, "create-export"), {"snapshot": world.target.seq, "form": "json"})

    with tenant_scope(world.tenant.pk):
        export = Export.objects.get()
    assert answer.headers["Location"] == to(world, "job", export.job_id)
    runner.run(str(export.job_id))
    assert alice.get(to(world, "job", export.job_id)).headers["Location"] == to(world, "exports")
    given = alice.post(to(world, "download-export", export.pk))
    assert handed_out(given).startswith(b'{"export":')


def test_an_object_that_is_not_there_is_told_on_the_page(world: World, alice: Client) -> None:
    form = {"snapshot": world.target.seq, "kind": "user", "object": "nobody", "form": "zip"}

    assert alice.post(to(world, "create-export"), form).status_code == 404


def test_a_snapshots_page_leads_to_its_export(world: World, alice: Client) -> None:
    page = alice.get(to(world, "snapshot", world.base.seq)).content.decode()

    assert f'action="{to(world, "exports")}"' in page
    chosen = alice.get(to(world, "exports"), {"snapshot": world.base.seq, "kind": "group"})
    assert '<option value="group" selected>' in chosen.content.decode()


def test_an_upload_becomes_a_job_and_a_report(world: World, alice: Client) -> None:
    empty = make_tenant(world.cast.north, "Litware")
    form = {
        "file": archive(users=b'[{"id": "u1", "displayName": "<b>Ann</b>"}]', odd=b"{"),
        "stated_at": "2026-05-01T08:00",
        "whole": ["user"],
    }

    answer = alice.post(reverse("portal:create-import", args=[empty.pk]), form)

    with tenant_scope(empty.pk):
        row = SnapshotImport.objects.get()
        assert answer.headers["Location"].endswith(f"/jobs/{row.job_id}/")
        runner.run(str(row.job_id))
    page = alice.get(reverse("portal:import", args=[empty.pk, row.pk])).content.decode()
    assert "users.json" in page
    assert "It is no JSON, or it is cut off." in page
    assert alice.get(reverse("portal:import-report", args=[empty.pk, row.pk])).status_code == 200
    listed = alice.get(reverse("portal:imports", args=[empty.pk])).content.decode()
    assert "Became a snapshot" in listed
    seen = alice.get(reverse("portal:object", args=[empty.pk, "user", "u1"]), {"at": 1})
    assert "not known: the imported files say nothing about them" in seen.content.decode()


def test_a_captured_tenant_offers_a_place_beside_it(world: World, alice: Client) -> None:
    page = alice.get(to(world, "imports")).content.decode()
    assert "snapshots that were read from it" in page

    answer = alice.post(to(world, "import-beside"))

    listed = alice.get(answer.headers["Location"]).content.decode()
    assert "Contoso (imported)" in listed
    assert 'type="file"' in listed


def test_too_large_an_upload_is_refused_in_words(
    world: World, alice: Client, settings: LazySettings
) -> None:
    settings.HOLDFAST_IMPORT_MIB = 0
    url = reverse("portal:create-import", args=[world.cast.fabrikam.pk])

    answer = alice.post(url, {"file": archive(users=b"[]"), "stated_at": "2026-05-01T08:00"})

    said = alice.get(answer.headers["Location"]).content.decode()
    assert "The file has more than 0 MiB." in said


@pytest.mark.parametrize("route", ["create-export", "capture"])
def test_no_other_page_takes_a_file(world: World, alice: Client, route: str) -> None:
    answer = alice.post(to(world, route), {"file": archive(users=b"[]")})

    assert answer.status_code == 400


def test_nobody_uploads_without_signing_in(world: World, settings: LazySettings) -> None:
    url = reverse("portal:create-import", args=[world.cast.fabrikam.pk])

    stranger = Client(enforce_csrf_checks=True)
    stranger.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32

    answer = stranger.post(url, {"file": archive(users=b"[]")})

    assert answer.status_code == 400


def test_a_program_asks_waits_and_downloads(world: World) -> None:
    caller = program(world.cast.alice)
    at = f"/api/v1/tenants/{world.tenant.pk}/exports"

    asked = caller.post(at, {"snapshot": world.target.seq, "kind": "user", "form": "csv"})

    assert asked.status_code == 202
    where = asked.headers["Location"]
    assert caller.get(f"{where}/file").status_code == 409
    runner.run(asked.json()["job_id"])
    said = caller.get(where).json()
    assert (said["state"], said["objects"]) == ("ready", 3)
    file = caller.get(f"{where}/file")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert len(handed_out(file)) == said["size"]
