"""Small HTML: escaped values in fixed shapes, one page frame for all pages of the sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template

_FRAME = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<link rel="stylesheet" href="/_sandbox/static/sandbox.css">
</head>
<body>
<main class="$width">
<p class="where">Sandbox of Microsoft Entra, not the real service</p>
$content
</main>
</body>
</html>
""")


def page(title: str, content: str, *, wide: bool = False) -> str:
    """A complete page; `content` is markup, `title` is text."""
    return _FRAME.substitute(
        title=escape(title), content=content, width="wide" if wide else "narrow"
    )


def element(name: str, text: str, **attributes: str) -> str:
    """`<name ...>text</name>` with everything escaped; attribute class_ is `class`."""
    return f"<{name}{_attributes(attributes)}>{escape(text)}</{name}>"


def hidden(fields: dict[str, str]) -> str:
    """Hidden inputs that carry a request's parameters through a form."""
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def items(entries: Iterable[str]) -> str:
    """An unordered list; the entries are markup."""
    return "<ul>" + "".join(f"<li>{entry}</li>" for entry in entries) + "</ul>"


def link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>'


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
