"""Values of the directory as people read them: in words, side by side, with what differs marked.

Every piece of text is escaped here; what comes out is safe to put into a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.core.languages.choosing import in_sentence, shown
from apps.diffs.ids import ID
from apps.entra.catalogue import KINDS
from apps.portal import inline
from apps.portal.naming import Names

LONGEST_MARKED_IN_BRIEF = 200
LONGEST_IN_BRIEF = 60
ITEMS_IN_BRIEF = 3
TITLES = {kind.name: kind.title for kind in KINDS}


def _nothing() -> SafeString:
    """What stands where there is no value."""
    return format_html('<span class="none">{}</span>', _("(none)"))


def plain(thing: Any) -> str:
    """A value as text: structures as indented JSON, empty for what is absent."""
    if thing is None or thing == []:
        return ""
    if isinstance(thing, str):
        return thing
    if isinstance(thing, bool):
        return _("yes") if thing else _("no")
    if isinstance(thing, list) and all(isinstance(item, str) for item in thing):
        return "\n".join(thing)
    return orjson.dumps(thing, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()


def words(name: str) -> str:
    """A name of the catalogue in words: a kind's title, "group members" for "group.members"."""
    if name in TITLES:
        return shown(TITLES[name])
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub("[._-]", " ", name))
    small = apart.lower()
    said = shown(small)
    return said if said != small else in_sentence(small.capitalize())


def with_names(text: str, names: Names) -> SafeString:
    """The text with each known id followed by its name."""
    pieces, end = [], 0
    for found in ID.finditer(text):
        pieces.append(format_html("{}", text[end : found.end()]))
        if known := names.get(found.group()):
            pieces.append(format_html(' <span class="known">{}</span>', known))
        end = found.end()
    pieces.append(format_html("{}", text[end:]))
    return _joined(pieces)


def value_text(thing: Any, names: Names) -> SafeString:
    """A value by itself, in words: what has parts, part by part, without those that are empty."""
    if isinstance(thing, Mapping):
        parts = (
            (words(name), value_text(part, names)) for name, part in thing.items() if _says(part)
        )
        return _within("dl", "<div><dt>{}</dt><dd>{}</dd></div>", parts)
    if isinstance(thing, list) and not all(isinstance(item, str) for item in thing):
        return _within("ol", "<li>{}</li>", ((value_text(item, names),) for item in thing))
    return with_names(plain(thing), names) or _nothing()


def _says(thing: Any) -> bool:
    """Whether a value, or any part of it, is there."""
    if isinstance(thing, Mapping):
        return any(map(_says, thing.values()))
    return thing is not None and thing != []


def _within(element: str, each: str, rows: Iterable[tuple[Any, ...]]) -> SafeString:
    inside = format_html_join("", each, rows)
    whole = f'<{element} class="parts">{{}}</{element}>'
    return format_html(whole, inside) if inside else _nothing()


def request_text(content: Mapping[str, Any], names: Names) -> SafeString:
    """The request of a plan's step as it goes over the wire, and those it may be split into."""
    texts = [_one_request(content["request"])]
    if singly := content.get("singly"):
        texts += ["or, where Graph does not take them together:", *map(_one_request, singly)]
    return with_names("\n\n".join(texts), names)


def _one_request(request: Mapping[str, Any]) -> str:
    headers = "".join(f"{name}: {text}\n" for name, text in (request["headers"] or {}).items())
    body = plain(request["body"])
    return f"{request['method']} /{request['version']}{request['path']}\n{headers}{body}".rstrip()


def side_by_side(before: Any, after: Any, names: Names) -> tuple[SafeString, SafeString]:
    """Both values in full with what differs marked; in lists item by item, in texts by word."""
    if isinstance(before, list | None) and isinstance(after, list | None):
        return _lists(_items(before), _items(after), names)
    old_text, new_text = plain(before), plain(after)
    marked = _compared(old_text, new_text, names)
    return marked or (_whole(old_text, names), _whole(new_text, names))


def in_brief(before: Any, after: Any, names: Names) -> tuple[SafeString, SafeString]:
    """Both values in one short line each; of lists only the items that came or went, of texts with
    the words marked that differ."""
    old, new = _items(before), _items(after)
    if len(old) == len(new) == 1 and max(len(old[0]), len(new[0])) <= LONGEST_MARKED_IN_BRIEF:
        marked = _compared(old[0], new[0], names)
        if marked:
            return marked
    gone = [item for item in old if item not in new]
    come = [item for item in new if item not in old]
    return _brief(gone, names), _brief(come, names)


def _items(thing: Any) -> list[str]:
    if isinstance(thing, list):
        return [plain(item) for item in thing]
    text = plain(thing)
    return [text] if text or thing == "" else []


def _brief(items: Sequence[str], names: Names) -> SafeString:
    if not items:
        return _nothing()
    shown = format_html_join(
        ", ", "{}", ((_short(item, names),) for item in items[:ITEMS_IN_BRIEF])
    )
    rest = len(items) - ITEMS_IN_BRIEF
    return format_html("{} and {} more", shown, rest) if rest > 0 else shown


def _short(text: str, names: Names) -> SafeString:
    if text in names:
        return format_html('<span title="{}">{}</span>', text, names[text])
    return format_html("{}", Truncator(text or "(empty)").chars(LONGEST_IN_BRIEF))


def _whole(text: str, names: Names) -> SafeString:
    if not text:
        return _nothing()
    if text in names:
        return format_html('{} <span class="id">{}</span>', names[text], text)
    return with_names(text, names)


def _lists(old: Sequence[str], new: Sequence[str], names: Names) -> tuple[SafeString, SafeString]:
    gone = [item for item in old if item not in set(new)]
    come = [item for item in new if item not in set(old)]
    pairs = inline.alike_items(
        [item for item in gone if not ID.search(item)],
        [item for item in come if not ID.search(item)],
    )
    marked = {pair: inline.compare_texts(*pair) for pair in pairs.items()}
    left = {pair[0]: both.before for pair, both in marked.items() if both}
    right = {pair[1]: both.after for pair, both in marked.items() if both}
    return _list(old, gone, left, "del", names), _list(new, come, right, "ins", names)


def _list(
    items: Sequence[str],
    differing: Sequence[str],
    marked: Mapping[str, SafeString],
    element: str,
    names: Names,
) -> SafeString:
    if not items:
        return _nothing()
    unlike, whole = set(differing), f"<{element}>{{}}</{element}>"

    def shown(item: str) -> SafeString:
        if item in marked:
            return marked[item]
        told = _whole(item, names)
        return format_html(whole, told) if item in unlike else told

    return format_html_join("\n", "{}", ((shown(item),) for item in items))


def _compared(old: str, new: str, names: Names) -> tuple[SafeString, SafeString] | None:
    """Two texts with what differs marked, where it is worth it: never within an id."""
    if old in names or new in names or ID.fullmatch(old) or ID.fullmatch(new):
        return None
    return inline.compare_texts(old, new)


def _joined(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))
