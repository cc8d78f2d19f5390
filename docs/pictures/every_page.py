"""Every page that links lead to, in both themes and two widths, and what is wrong with it.

Whoever signs in follows the links from the dashboard on; of the pages that one address pattern
gives, a few are looked at. Each is checked with axe-core, and for scrolling sideways, with all
that unfolds unfolded. Several people walk at once, each in a process and a browser of his own.
"""

from __future__ import annotations

import html
import multiprocessing
import sys
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import django
from axe_playwright_python.base import AXE_FILE_PATH
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page, sync_playwright

from docs.pictures.camera import launch

SCREENS = Path(__file__).parent.parent / "screens"
# Each theme and each width is checked once, and every pair of them pictured.
LOOKS = {
    "light-1280": ("light", {"width": 1280, "height": 800}),
    "dark-1280": ("dark", {"width": 1280, "height": 800}),
    "light-390": ("light", {"width": 390, "height": 844}),
    "dark-390": ("dark", {"width": 390, "height": 844}),
}
CHECKED = ("light-1280", "dark-390")
# Pages of one pattern differ by their rows; links of so many are followed, and one is pictured.
OF_ONE_PATTERN = 3
# What is below is more of the same.
TALLEST = 6000
AT_ONCE = 2
_AXE = Path(AXE_FILE_PATH).read_text() + "\n;axe.run(document, {resultTypes: ['violations']})"
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_HEIGHT = "document.documentElement.scrollHeight"
_FOLDS = "open => document.querySelectorAll('details:not(.who)').forEach(box => box.open = open)"
# The links of a drawing are no plain strings.
_LINKS = """[...document.querySelectorAll('a[href]:not([download])')]
    .map(a => new URL(a.getAttribute('href'), document.baseURI).href)"""


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who looks at pages. state: his cookies, as a browser keeps them; None for nobody.
    beside: addresses that no link leads to, by the name of their pictures."""

    who: str
    home: str
    state: Any = None
    follows: bool = True
    beside: tuple[tuple[str, str], ...] = ()


@dataclass
class Walk:
    """One person's way through the portal. shown: the names of what was pictured."""

    walker: Walker
    page: Page
    shown: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Follow links until there is no new pattern."""
        for name, address in self.walker.beside:
            self.page.goto(self.walker.home + address)
            self._look(name)
        if self.walker.follows:
            self._follow()

    def _follow(self) -> None:
        home = self.walker.home + "/"
        followed: Counter[str] = Counter()
        waiting, known = deque([home]), {home}
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
                if plain.startswith(home) and plain not in known:
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

    def _look(self, name: str) -> None:
        self.shown.append(name)
        for look, (theme, size) in LOOKS.items():
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            height = min(TALLEST, max(size["height"], self.page.evaluate(_HEIGHT)))
            self.page.screenshot(
                path=SCREENS / f"{self.walker.who}-{name}-{look}.png",
                full_page=True,
                clip={"x": 0, "y": 0, "width": size["width"], "height": height},
            )
            if look in CHECKED:
                self._check(f"{self.walker.who}, {name}, {look}")

    def _check(self, where: str) -> None:
        if self.page.evaluate(_SIDEWAYS) > 0:
            self.problems.append(f"{where}: scrolls sideways")
        self.page.evaluate(_FOLDS, True)
        if self.page.evaluate(_SIDEWAYS) > 0:
            self.problems.append(f"{where}: scrolls sideways when all is unfolded")
        for found in self.page.evaluate(_AXE)["violations"]:
            node = found["nodes"][0]["html"][:200]
            self.problems.append(f"{where}: {found['id']} {node}")
        self.page.evaluate(_FOLDS, False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one walk."""

    who: str
    shown: list[str]
    problems: list[str]


def walk_all(walkers: Iterable[Walker]) -> list[Seen]:
    """Picture everything for everybody; in the order of the walkers."""
    SCREENS.mkdir(exist_ok=True)
    # A browser that is open here is not to be inherited.
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(AT_ONCE, mp_context=apart, initializer=django.setup) as pool:
        return list(pool.map(_walk, walkers))


def _walk(walker: Walker) -> Seen:
    with sync_playwright() as playwright:
        context = launch(playwright).new_context(storage_state=walker.state)
        walk = Walk(walker, context.new_page())
        walk.go()
    return Seen(walker.who, walk.shown, walk.problems)


def pattern_of(address: str) -> str:
    """The name of the address pattern, such as report; empty for what is no page of the portal."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return ""
    ours = match.namespace in ("portal", "") and match.url_name not in ("account_logout", "healthz")
    return str(match.url_name) if ours else ""


def write_index(walks: list[Seen]) -> Path:
    """One page with all pictures beside each other, for looking through them."""
    rows = (_row(walk.who, name) for walk in walks for name in walk.shown)
    path = SCREENS / "index.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><table>{''.join(rows)}</table>")
    return path


def _row(who: str, name: str) -> str:
    names = [html.escape(f"{who}-{name}-{look}.png") for look in LOOKS]
    shots = (f'<td><a href="{one}"><img src="{one}" height="320"></a></td>' for one in names)
    return f"<tr><th>{html.escape(who)}<br>{html.escape(name)}</th>{''.join(shots)}</tr>"


def tell(walks: list[Seen]) -> None:
    """What was found, on the terminal."""
    for walk in walks:
        sys.stdout.write(f"{walk.who}: {len(walk.shown)} pages\n")
        for problem in walk.problems:
            sys.stdout.write(f"  {problem}\n")
