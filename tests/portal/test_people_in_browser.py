"""The pages about people in Chromium: with axe-core, in both themes, wide and narrow.

The invited person's browser has no JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page

from apps.access import services
from apps.access.models import AccessGroup, User
from apps.access.signals import mail_wanted
from apps.core.actor import SYSTEM
from config import embedded
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.portal.test_browser import AXE, LOOKS, NARROW, SIDEWAYS, browser
from tests.portal.world import signed_in
from tests.support.approval_rules import demand

__all__ = ["browser"]
pytestmark = pytest.mark.browser
RUN_AXE = AXE + "\n;axe.run(document, {resultTypes: ['violations']})"


@dataclass
class House:
    """The portal at `url` with the cast, a group, a tag, a support session and a demand."""

    url: str
    cast: Cast
    erin: User
    group: AccessGroup
    mails: list[str]
    sessions: dict[str, str]
    problems: list[str] = field(default_factory=list)

    def open(self, browser: Browser, name: str, **options: Any) -> Page:
        """A browser of this person's own, signed in; a stranger's for nobody of the cast."""
        context = browser.new_context(**options)
        context.set_default_timeout(60_000)
        if name in self.sessions:
            cookie = {"name": "sessionid", "value": self.sessions[name], "url": self.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        return context.new_page()

    def look(self, page: Page, path: str) -> None:
        """Open a page in both looks, and note what axe-core finds and what scrolls sideways."""
        answer = page.goto(self.url + path)
        if answer is None or not answer.ok:
            self.problems.append(f"{path}: {answer.status if answer else 'no answer'}")
        for box in page.query_selector_all("details"):
            box.evaluate("box => box.open = !box.classList.contains('who')")
        for theme, size in LOOKS:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size(size)  # type: ignore[arg-type]
            where = f"{path} ({theme}, {size['width']})"
            if page.evaluate(SIDEWAYS) > 0:
                self.problems.append(f"{where} scrolls sideways")
            for found in page.evaluate(RUN_AXE)["violations"]:
                self.problems.append(f"{where}: {found['id']} {found['nodes'][0]['html']}")


@pytest.fixture
def house(
    live_database: embedded.Urls, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    # Playwright's loop runs in this thread: what needs the database is done before it starts.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cast = make_cast()
    erin = make_user("Erin", cast.contoso, *OWNER_ROLES)
    alice = actor_of(cast.alice)
    group = services.create_group(
        actor=alice, msp=cast.north, name="Night shift", roles=["recovery-approver"], tags=["gold"]
    )
    services.add_to_group(actor=alice, group=group, user=cast.carol)
    services.set_tags(actor=alice, tenant=cast.contoso, tags=["gold", "Berlin"])
    demand(erin, cast.contoso, "customer")
    services.start_support_session(
        actor=actor_of(cast.olivia), on=cast.contoso, reason="Ticket 4711: captures stopped."
    )
    services.invite(
        actor=SYSTEM, email="wait@north.example", roles=["backup-reader"], on=cast.north
    )
    people = {"alice": cast.alice, "erin": erin, "olivia": cast.olivia}
    sessions = {name: signed_in(user).cookies["sessionid"].value for name, user in people.items()}
    mails: list[str] = []
    keep = _keeper(mails)
    mail_wanted.connect(keep)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    yield House(f"http://127.0.0.1:{server.port}", cast, erin, group, mails, sessions)
    server.terminate()
    server.join()
    mail_wanted.disconnect(keep)


def _keeper(mails: list[str]) -> Any:
    def keep(sender: object, text: str, **_: object) -> None:
        mails.append(text)

    return keep


def test_everything_about_people_reads_well_and_works_on_a_phone(
    house: House, browser: Browser
) -> None:
    cast = house.cast
    alice = house.open(browser, "alice")
    staff = f"/msp/{cast.north.pk}/people/{cast.carol.pk}/"
    group = f"/msp/{cast.north.pk}/groups/{house.group.pk}/"
    of_contoso = f"/tenants/{cast.contoso.pk}/people/"
    for path in ("/", "/?tag=gold", "/people/", staff, "/groups/", group, "/roles/", of_contoso):
        house.look(alice, path)
    house.look(alice, f"{of_contoso}{cast.carol.pk}/")
    house.look(house.open(browser, "erin"), of_contoso)
    olivia = house.open(browser, "olivia")
    for path in ("/support/", "/msps/", f"/tenants/{cast.contoso.pk}/"):
        house.look(olivia, path)
    assert house.problems == []


def test_an_invited_person_joins_on_a_phone_without_javascript(
    house: House, browser: Browser
) -> None:
    erin = house.open(browser, "erin")
    erin.goto(f"{house.url}/tenants/{house.cast.contoso.pk}/people/")
    erin.click("summary:has-text('Invite somebody')")
    erin.fill("[name=email]", "nina@contoso.example")
    erin.check("[name=role][value=backup-reader]")
    erin.click("label:has-text('here, with a password')")
    erin.click("button:has-text('Invite')")
    erin.wait_for_selector("text=on its way")
    found = re.search(r"/invitations/open/\S+", house.mails[-1])
    assert found

    nina = house.open(browser, "nina", java_script_enabled=False, viewport=NARROW)
    nina.goto(house.url + found[0])
    nina.wait_for_selector("text=To be one of the administrators of Contoso")
    assert "invitations/accept" in nina.url
    nina.fill("#name", "Nina")
    nina.fill("#password", "a violin under the bridge")
    nina.click("button:has-text('Accept')")
    nina.wait_for_selector("text=Your account is ready")
    erin.reload()
    erin.wait_for_selector("th:has-text('Nina')")

    again = nina.goto(house.url + found[0])
    assert again is not None
    assert again.status == 404
