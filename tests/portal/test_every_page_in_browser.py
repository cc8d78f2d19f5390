"""Every page of the portal in Chromium with axe-core, as its URLconf lists them.

Both themes, from a phone's width to a very wide screen's, with all that unfolds unfolded: too much
for every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse
from playwright.sync_api import Browser, Page

from config import embedded
from tests.portal.test_browser import NARROW, RUN_AXE, SIDEWAYS, WIDE, browser
from tests.portal.world import World, make_world, signed_in

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.nightly]
# Pages that there are many of; fewer would mean that they are not found any more.
FEWEST = 70
LOOKS = [(theme, size) for theme in ("light", "dark") for size in (NARROW, WIDE)]
# A page of one theme is as wide as one of the other.
WIDTHS = (390, 600, 761, 1024, 2560)
# Contoso is a customer of the cloud "sandbox"; no page asks it anything.
NOWHERE = "http://127.0.0.1:9"
_UNFOLD = "document.querySelectorAll('details:not(.who)').forEach(box => box.open = true)"


@pytest.fixture
def told(
    live_database: embedded.Urls, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[tuple[str, World, dict[str, str]]]:
    """The portal's address, what there is in it, and the sessions of those who look."""
    # Playwright's loop runs in this thread: what needs the database is done before it starts.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.HOLDFAST_SANDBOX_URL = NOWHERE
    world = make_world()
    people = {"alice": world.cast.alice, "olivia": world.cast.olivia}
    sessions = {name: signed_in(user).cookies["sessionid"].value for name, user in people.items()}
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.start()
    server.is_ready.wait()
    yield f"http://127.0.0.1:{server.port}", world, sessions
    server.terminate()
    server.join()


def test_every_page_is_for_everybody(
    told: tuple[str, World, dict[str, str]], browser: Browser
) -> None:
    url, world, sessions = told
    found: dict[str, list[str]] = {}
    for name, session in sessions.items():
        context = browser.new_context(reduced_motion="reduce")
        cookie: Any = {"name": "sessionid", "value": session, "url": url}
        context.add_cookies([cookie])
        page = context.new_page()
        for path in paths(world):
            if path in found:
                continue
            answer = page.goto(url + path) if is_page(page, url + path) else None
            if answer and answer.ok and "text/html" in answer.headers["content-type"]:
                found[path] = [f"{path} as {name}: {one}" for one in problems(page)]

    print(f"{len(found)} pages")  # noqa: T201 - told with pytest -s
    assert len(found) >= FEWEST, sorted(found)
    wrong = [one for said in found.values() for one in said]
    assert not wrong, "\n".join(wrong)


def paths(world: World) -> Iterator[str]:
    """The addresses of the portal's pages about what there is."""
    ids = world.ids
    for name, pattern in routes():
        wanted = pattern.pattern.converters
        if not wanted.keys() <= ids.keys():
            continue
        try:
            yield reverse(f"portal:{name}", kwargs={key: ids[key] for key in wanted})
        except NoReverseMatch:
            continue


def routes() -> Iterator[tuple[str, URLPattern]]:
    for resolver in get_resolver().url_patterns:
        if getattr(resolver, "namespace", None) == "portal":
            for one in resolver.url_patterns:
                if isinstance(one, URLPattern) and one.name:
                    yield one.name, one


def is_page(page: Page, address: str) -> bool:
    """Whether reading there gives a page; files that come down and what only takes forms do not."""
    answer = page.request.get(address, max_redirects=0)
    return answer.ok and answer.headers.get("content-type", "").startswith("text/html")


def problems(page: Page) -> Iterator[str]:
    """What is wrong with the page that is open, in every look."""
    page.evaluate(_UNFOLD)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(SIDEWAYS) > 0:
            yield f"scrolls sideways ({width})"
    for theme, size in LOOKS:
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for one in page.evaluate(RUN_AXE)["violations"]:
            node = one["nodes"][0]["html"][:200]
            yield f"{one['id']} ({theme}, {size['width']}) {node}"
