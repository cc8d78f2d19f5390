"""What fills the pages before they are pictured, done in the portal as its people do it.

Comes after the guide's pictures, which leave a report, a request and a recovery behind.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

from playwright.sync_api import FilePayload, Page

from docs.pictures.camera import Camera
from docs.pictures.guide import BASE, CUSTOMER

OTHER = "Lakeshore"
_LONG = 180_000
# What an import takes: a plain answer of Graph.
_FILE = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#groups",
    "value": [
        {
            "id": "6f1c2d0e-0000-4000-8000-000000000001",
            "displayName": "Drivers, from the old backup",
            "groupTypes": [],
            "mailEnabled": False,
            "mailNickname": "drivers-old",
            "securityEnabled": True,
        },
    ],
}


def set_up(camera: Camera, alice: Page) -> str:
    """Have a drill, a sweep, a transfer, an import, an export, and what an MSP keeps of its own.

    Returns the path of a page that a Backup Reader may not open.
    """
    tenant, other = (_tenant(camera, alice, name) for name in (CUSTOMER, OTHER))
    alice.goto(tenant + "drills/")
    alice.click("button:has-text('Rehearse now')")
    drill = alice.url
    _of_the_msp(camera, alice)
    _sweep(camera, alice)
    _import_and_export(alice, tenant)
    _transfer(camera, alice, tenant, other)
    transfer = alice.url
    _waiting(camera, other)
    alice.goto(transfer)
    alice.click("button:has-text('Bring')", timeout=_LONG)
    alice.goto(drill)
    while not alice.query_selector("a:has-text('Evidence as PDF')"):
        alice.wait_for_timeout(2_000)
        alice.reload()
    return f"/tenants/{_id(tenant)}/transfers/new/?from={_id(other)}&seq={BASE}"


def _tenant(camera: Camera, page: Page, name: str) -> str:
    """The address of a customer's page."""
    page.goto(camera.url + "/")
    page.click(f"th a:has-text('{name}') >> nth=0")
    return page.url


def _of_the_msp(camera: Camera, page: Page) -> None:
    page.goto(camera.url + "/?need=high")
    page.click("summary:has-text('Save this filter')")
    page.fill(".saved input[name=name]", "High risk overnight")
    page.check(".saved input[name=shared]")
    page.click(".saved button:has-text('Save')")
    page.goto(camera.url + "/people/")
    page.click("a:has-text('Notifications')")
    page.select_option("#channel", "mail")
    page.fill("#address", "night-watch@msp-north.example")
    page.fill("form.box input[name=name]", "Night watch")
    for box in page.query_selector_all("input[name=events]"):
        box.check()
    page.click("button:has-text('Add the route')")
    page.goto(camera.url + "/account/tokens/")
    page.click("a:has-text('New token')")
    page.fill("input[name=name]", "Nightly report")
    page.click("button:has-text('Make the token')")


def _sweep(camera: Camera, page: Page) -> None:
    page.goto(camera.url + "/runs/")
    page.click("a:has-text('Across the tenants')")
    page.fill("input[name=whose]", "nigel.thornton@alderfinch.example")
    today = datetime.now(UTC)
    for name, day in (("since", today - timedelta(days=3)), ("until", today + timedelta(days=1))):
        page.fill(f"input[name={name}]", f"{day:%Y-%m-%dT%H:%M}")
    page.fill("[name=reason]", "What he did in one tenant he may have done in others.")
    page.click("button:has-text('Look through them')")


def _import_and_export(page: Page, tenant: str) -> None:
    page.goto(tenant + "exports/")
    page.click("button:has-text('Take it out')")
    page.goto(tenant + "imports/")
    page.click("button:has-text('Add such a customer')")
    file: FilePayload = {"name": "old.zip", "mimeType": "application/zip", "buffer": _zipped()}
    page.set_input_files("input[name=file]", file)
    page.fill("[name=stated_at]", "2026-05-01T06:00")
    page.fill("[name=reason]", "The old provider's export")
    page.click("form.box button:has-text('Import')")


def _transfer(camera: Camera, page: Page, tenant: str, other: str) -> None:
    of = f"?from={_id(tenant)}&seq={BASE}"
    page.goto(f"{camera.url}/tenants/{_id(other)}/transfers/new/{of}")
    page.fill("[name=reason]", "The customer was bought by another one.")
    page.click("button:has-text('See what goes across')")


def _waiting(camera: Camera, other: str) -> None:
    """A request that waits for Alice: Carol's."""
    carol = camera.sign_in("carol@msp-north.example")
    carol.goto(f"{other}reports/?base={BASE}")
    carol.click("button:has-text('Compare')")
    carol.wait_for_selector("table", timeout=_LONG)
    carol.click("button:has-text('Plan everything')")
    carol.fill("#reason", "Somebody changed a policy at night.")
    carol.click("button:has-text('Request this recovery')")
    carol.fill("[name=text]", "The customer knows of it.")
    carol.click("button:has-text('Comment')")


def _zipped() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("Groups/groups.json", json.dumps(_FILE))
        archive.writestr("notes.json", json.dumps({"no": "answer of Graph"}))
    return out.getvalue()


def _id(address: str) -> str:
    return address.rstrip("/").rsplit("/", 1)[1]
