"""What a browser makes of pages: bytes of a first visit, and when the largest part was there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Any

PAGES = ("dashboard", "tenant", "explore", "object", "report", "plan", "request", "run")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_LARGEST = """() => new Promise(resolve => new PerformanceObserver(list =>
    resolve(list.getEntries().at(-1).startTime)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def painted(url: str, addresses: Mapping[str, str], cookies: Mapping[str, str]) -> dict[str, Any]:
    """lcp_ms and bytes with an empty cache, by page; says why where there is no browser."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"not_measured": "playwright is not installed: make .venv/dev"}
    if chromium is None:
        return {"not_measured": "chromium is not installed"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        return {
            name: _first_visit(browser, url, url + addresses[name], cookies)
            for name in PAGES
            if name in addresses
        }


def _first_visit(browser: Any, url: str, page_url: str, cookies: Mapping[str, str]) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies.items()]
    )
    page = context.new_page()
    network = context.new_cdp_session(page)
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.enable")
    page.goto(page_url, wait_until="load")
    figures = {"lcp_ms": round(page.evaluate(_LARGEST), 1), "bytes": round(sum(sizes))}
    context.close()
    return figures
