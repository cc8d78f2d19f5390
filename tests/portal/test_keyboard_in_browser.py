"""From signing in to an approved recovery of one object, with the keyboard alone.

Wherever the focus stops on the way it is to be seen: with an outline, on the screen, and not
behind what floats above the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page

from apps.access.models import User
from config import embedded
from tests.factories import PASSWORD, code_now
from tests.portal.test_browser import WIDE, browser
from tests.portal.world import World, make_world

__all__ = ["browser"]
pytestmark = pytest.mark.browser
# More stops than any page has before what is looked for.
FURTHEST = 90
# What is wrong with how the focused element is shown; empty for nothing.
FOCUS = """wanted => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 40), box.top + Math.min(box.height / 2, 10)];
  const above = document.elementFromPoint(x, y);
  // At the end of a page the browser itself has the focus.
  if (one === document.body) return [false, ''];
  const isOutlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const wrong = [
    !isOutlined && 'has no outline',
    (box.bottom < 0 || box.top > innerHeight) && 'is off the screen',
    !(above && (one.contains(above) || above.contains(one))) && 'is covered',
  ].filter(Boolean).join(', ');
  const told = `${document.title}: ${one.outerHTML.slice(0, 120)} ${wrong}`;
  return [one.matches(wanted), wrong && told];
}"""


@dataclass
class Hands:
    """Somebody without a mouse, at a page; what he could not see."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)

    def to(self, wanted: str) -> None:
        """Press Tab until the focus is on what is wanted."""
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            is_there, wrong = self.page.evaluate(FOCUS, wanted)
            if wrong:
                self.problems.append(wrong)
            if is_there:
                return
        pytest.fail(f"no way by Tab to {wanted} on {self.page.url}")

    def press(self, wanted: str, key: str = "Enter") -> None:
        self.to(wanted)
        self.page.keyboard.press(key)

    def go(self, wanted: str, heading: str) -> None:
        """Follow a link or press a button; its page has this heading."""
        self.press(wanted)
        self.page.wait_for_selector(f"h1:has-text({heading!r})")

    def type(self, wanted: str, text: str) -> None:
        if not self.page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            self.to(wanted)
        self.page.keyboard.type(text)

    def sign_in(self, user: User) -> None:
        self.page.goto(self.url + "/accounts/login/")
        self.type("#id_login", user.email)
        self.type("#id_password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("#id_code")
        self.type("#id_code", code_now())
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("h1:has-text('Tenants')")


@pytest.fixture
def told(
    live_database: embedded.Urls, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[tuple[str, World]]:
    # Playwright's loop runs in this thread: what needs the database is done before it starts.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # The cloud "sandbox" exists, nothing answers there.
    settings.HOLDFAST_SANDBOX_URL = "http://127.0.0.1:9"
    world = make_world()
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}", world
    server.terminate()
    server.join()


def test_one_object_is_recovered_and_approved_without_a_mouse(
    told: tuple[str, World], browser: Browser
) -> None:
    url, world = told
    carol, alice = (Hands(new_page(browser), url) for _ in range(2))

    carol.sign_in(world.cast.carol)
    use_the_menu(carol)
    skip_to_the_page(carol)
    carol.go("tbody th a", "Contoso")
    brush(carol)
    carol.page.goto(f"{url}/tenants/{world.tenant.pk}/reports/{world.report.pk}/")
    carol.press("tbody input[type=checkbox]", "Space")
    assert carol.page.inner_text("[data-ticked-count]").startswith("1 ")
    carol.go("button[name=scope][value=changes], .bar button.is-link", "Recovery plan")
    carol.type("#reason", "Somebody slipped.")
    carol.go("form:has(#reason) button", "Recovery request")

    alice.sign_in(world.cast.alice)
    alice.go(".top-nav a[href='/requests/']", "Approvals")
    alice.go(f"a[href*='{carol.page.url.rstrip('/').rsplit('/', 1)[1]}']", "Recovery request")
    for _ in range(alice.page.locator("form:has(#approve-reason) [name=confirm]").count()):
        alice.press("form:has(#approve-reason) [name=confirm]", "Space")
    alice.go("form:has(#approve-reason) button", "Recovery")
    assert "/runs/" in alice.page.url

    problems = sorted({*carol.problems, *alice.problems})
    assert not problems, "\n".join(problems)


def new_page(browser: Browser) -> Page:
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(60_000)
    return context.new_page()


def use_the_menu(hands: Hands) -> None:
    """It opens with Enter, and Escape leads back to where one was."""
    hands.press("details.who summary")
    hands.to(".who-menu a")
    hands.page.keyboard.press("Escape")
    assert hands.page.evaluate("document.activeElement.matches('.who summary')")
    assert not hands.page.is_visible(".who-menu")


def skip_to_the_page(hands: Hands) -> None:
    hands.page.reload()
    hands.press(".skip-link")
    assert hands.page.evaluate("document.activeElement.id") == "main"


def brush(hands: Hands) -> None:
    """The timeline's two points by the arrow keys."""
    hands.press(".brush-handle", "Home")
    hands.page.keyboard.press("End")
    assert hands.page.input_value("#timeline-target") == "now"
    hands.page.keyboard.press("ArrowLeft")
    assert hands.page.input_value("#timeline-base") == "1"
