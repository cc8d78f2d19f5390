"""Every page that links lead to, in both themes and two widths, and what is wrong with it.

Whoever signs in follows the links from the dashboard on; of the pages that one address pattern
gives, a few are looked at. Each is checked with axe-core, and for scrolling sideways.
"""

from __future__ import annotations

import html
import sys
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

SCREENS = Path(__file__).parent.parent / "screens"
LOOKS = {
    "light-1440": ("light", {"width": 1440, "height": 900}),
    "dark-390": ("dark", {"width": 390, "height": 844}),
    "dark-1440": ("dark", {"width": 1440, "height": 900}),
    "light-390": ("light", {"width": 390, "height": 844}),
}
# Pages of one pattern differ by their rows; links of so many are followed, and one is pictured.
OF_ONE_PATTERN = 3
_AXE = Path(AXE_FILE_PATH).read_text() + "\n;axe.run(document, {resultTypes: ['violations']})"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LINKS = "[...document.querySelectorAll('a[href]:not([download])')].map(a => a.href)"


@dataclass
class Walk:
    """One person's way through the portal. shown: patterns that were pictured."""

    who: str
    page: Page
    home: str
    shown: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Follow links until there is no new pattern."""
        followed: Counter[str] = Counter()
        waiting, known = deque([self.home + "/"]), {self.home + "/"}
        while waiting:
            address = waiting.popleft()
            pattern = pattern_of(address)
            if not pattern or followed[pattern] >= OF_ONE_PATTERN or not self._open(address):
                continue
            followed[pattern] += 1
            if pattern not in self.shown:
                self._look(pattern)
            for link in self.page.evaluate(_LINKS):
                plain = urldefrag(link).url
                if plain.startswith(self.home) and plain not in known:
                    known.add(plain)
                    waiting.append(plain)

    def _open(self, address: str) -> bool:
        """Whether it is a page; files that come down are not."""
        try:
            answer = self.page.goto(address)
        except Error:
            return False
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return False
        if answer.status >= 400:
            self.problems.append(f"{address} is linked to and answers {answer.status}")
        return answer.ok

    def _look(self, pattern: str) -> None:
        self.shown.append(pattern)
        for name, (theme, size) in LOOKS.items():
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.page.screenshot(path=SCREENS / f"{self.who}-{pattern}-{name}.png", full_page=True)
            self._check(f"{self.who}, {pattern}, {name}")

    def _check(self, where: str) -> None:
        if self.page.evaluate(_SIDEWAYS) > 0:
            self.problems.append(f"{where}: scrolls sideways")
        for found in self.page.evaluate(_AXE)["violations"]:
            node = found["nodes"][0]["html"][:200]
            self.problems.append(f"{where}: {found['id']} {node}")


def pattern_of(address: str) -> str:
    """The name of the address pattern, such as report; empty for what is no page of the portal."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    ours = match.namespace in ("portal", "") and match.url_name not in ("account_logout", "healthz")
    return str(match.url_name) if ours else ""


def write_index(walks: list[Walk]) -> Path:
    """One page with all pictures beside each other, for looking through them."""
    rows = (_row(walk.who, pattern) for walk in walks for pattern in walk.shown)
    path = SCREENS / "index.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><table>{''.join(rows)}</table>")
    return path


def _row(who: str, pattern: str) -> str:
    names = [html.escape(f"{who}-{pattern}-{look}.png") for look in LOOKS]
    shots = (f'<td><a href="{one}"><img src="{one}" height="320"></a></td>' for one in names)
    return f"<tr><th>{html.escape(who)}<br>{html.escape(pattern)}</th>{''.join(shots)}</tr>"


def tell(walks: list[Walk]) -> None:
    """What was found, on the terminal."""
    for walk in walks:
        sys.stdout.write(f"{walk.who}: {len(walk.shown)} pages\n")
        for problem in walk.problems:
            sys.stdout.write(f"  {problem}\n")
