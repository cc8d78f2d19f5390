"""Paper: A4 pages with headings, pairs, paragraphs and tables, in one font.

The font is Noto Sans, which has Latin, Greek, Cyrillic and Devanagari letters. What it has not is
shown as a mark and counted, so that a document can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, cast

import fontpkg_noto_sans  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import TextMode, XPos, YPos
from fpdf.fonts import TTFFont

_FONT: Final = Path(fontpkg_noto_sans.ROOT) / "files" / "NotoSans[wdth,wght].ttf"
_LACKING: Final = "\ufffd"
_SIZE, _SMALL = 9, 8
_LINE = 4.2
_GAP = 1.5
_GREY = (110, 110, 110)
_RULE = (200, 200, 200)


class Sheet(FPDF):
    """lacking: how many characters the font had no letter for. footer_text: at each page's foot."""

    def __init__(self, *, title: str, footer_text: str) -> None:
        super().__init__(format="A4")
        self.lacking = 0
        self.footer_text = footer_text
        self.add_font("noto", "", _FONT)
        self._face = cast(TTFFont, self.fonts["noto"])
        self.set_title(title)
        self.set_lang("en")
        self.set_creator("Holdfast")
        self.set_auto_page_break(auto=True, margin=18)
        self.set_font("noto", size=_SIZE)
        self.add_page()
        self.alias_nb_pages()

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font("noto", size=7)
        self.set_text_color(*_GREY)
        self.cell(w=140, h=_LINE, text=self.footer_text)
        self.cell(w=0, h=_LINE, text=f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(0)

    def heading(self, text: str, size: float = 12) -> None:
        """A line in bold: the font comes in one weight, so its outline is drawn too."""
        self.keep_together(18)
        self.ln(2)
        with self._bold(size):
            self.cell(w=0, h=size * 0.55, text=self.fit(text))
        self.ln(size * 0.55 + _GAP)

    def paragraph(self, text: str) -> None:
        """Text over the whole width, wrapped."""
        for line in self.wrapped(text, self.epw):
            self.cell(w=0, h=_LINE, text=line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(_GAP)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """What something is called, and what it is."""
        for name, value in rows:
            lines = self.wrapped(value, self.epw - 48) or [""]
            self.keep_together(_LINE * min(len(lines), 8))
            self.set_text_color(*_GREY)
            self.cell(w=48, h=_LINE, text=name)
            self.set_text_color(0)
            for line in lines:
                self.set_x(self.l_margin + 48)
                self.cell(w=0, h=_LINE, text=line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(_GAP)

    def table(  # type: ignore[override]  # the library's own is ten times as slow
        self, names: Sequence[str], shares: Sequence[float], rows: Iterable[Sequence[str]]
    ) -> None:
        """A table whose head stands on every page. shares: of the width, by column."""
        widths = [self.epw * share / sum(shares) for share in shares]
        self._head(names, widths)
        self.set_font("noto", size=_SMALL)
        for row in rows:
            cells = [self.wrapped(text, width - 2) for text, width in zip(row, widths, strict=True)]
            height = _LINE * max(len(lines) for lines in cells) + 1
            if self.will_page_break(height):
                self.add_page()
                self._head(names, widths)
            self._row(cells, widths, height)
        self.set_font("noto", size=_SIZE)
        self.ln(_GAP)

    def fit(self, text: str) -> str:
        """The text on one line, with a mark for every character that the font lacks."""
        letters = self._face.cmap
        one_line = " ".join(text.split())
        self.lacking += sum(ord(one) not in letters for one in one_line)
        return "".join(one if ord(one) in letters else _LACKING for one in one_line)

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines that fit into a width; words that do not are cut."""
        return [line for part in text.splitlines() for line in self._lines(self.fit(part), width)]

    def _lines(self, text: str, width: float) -> Iterator[str]:
        line, used = "", 0.0
        space = self._width(" ")
        for word in text.split(" "):
            for piece in self._pieces(word, width):
                needed = self._width(piece)
                if line and used + space + needed > width:
                    yield line
                    line, used = "", 0.0
                line, used = (f"{line} {piece}", used + space + needed) if line else (piece, needed)
        yield line

    def _pieces(self, word: str, width: float) -> Iterator[str]:
        while self._width(word) > width and len(word) > 1:
            cut = max(1, int(len(word) * width / self._width(word)) - 1)
            yield word[:cut]
            word = word[cut:]
        yield word

    def _width(self, text: str) -> float:
        advances = self._face.cw
        return float(sum(advances[ord(one)] for one in text) * self.font_size / 1000)

    def _head(self, names: Sequence[str], widths: Sequence[float]) -> None:
        top = self.get_y()
        with self._bold(_SMALL):
            self._row([[name] for name in names], widths, _LINE + 1)
        self.set_xy(self.l_margin, top + _LINE + 1)
        self.set_font("noto", size=_SMALL)

    def _row(self, cells: list[list[str]], widths: Sequence[float], height: float) -> None:
        top, left = self.get_y(), self.l_margin
        for lines, width in zip(cells, widths, strict=True):
            for number, line in enumerate(lines):
                self.set_xy(left, top + _LINE * number)
                self.cell(w=width, h=_LINE, text=line)
            left += width
        self.set_draw_color(*_RULE)
        self.set_line_width(0.1)
        self.line(self.l_margin, top + height - 0.5, self.w - self.r_margin, top + height - 0.5)
        self.set_draw_color(0)
        self.set_xy(self.l_margin, top + height)

    @contextmanager
    def _bold(self, size: float) -> Iterator[None]:
        self.set_font("noto", size=size)
        mode = TextMode.FILL_STROKE
        with self.local_context(text_mode=mode, line_width=size * 0.02, draw_color=0):
            yield
        self.set_font("noto", size=_SIZE)

    def keep_together(self, height: float) -> None:
        """Begin another page where this one has no room for so many millimetres."""
        if self.will_page_break(height):
            self.add_page()
