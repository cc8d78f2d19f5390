"""Every text that is marked for translation, found by reading templates and modules.

GNU gettext is not needed: templates are read with Django's own lexer, modules with `ast`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

# Which arguments of a function are texts: singular, plural, context.
_ONE, _MANY, _IN_CONTEXT = (0, None, None), (0, 1, None), (1, None, 0)
MARKS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), _ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _IN_CONTEXT),
}
# What an error says is raised in English and looked up where a page shows it.
ERRORS = frozenset(
    {"Invalid", "NotAllowed", "NotFound", "Conflict", "Stale", "Unavailable", "Refused"}
)
# Modules whose texts are what people read of states, reasons and risks. They are written, kept and
# compared in English, and looked up by `shown` where a page says them.
WORDS = frozenset(
    {
        "apps/access/roles.py",
        "apps/diffs/reasons.py",
        "apps/history/retention/rules.py",
        "apps/history/retention/standing.py",
        "apps/portal/approval_forms.py",
        "apps/portal/dashboard/needs.py",
        "apps/portal/exploring.py",
        "apps/portal/filters.py",
        "apps/portal/job_names.py",
        "apps/portal/keeping_calendar.py",
        "apps/portal/narrowing.py",
        "apps/portal/notices.py",
        "apps/portal/retention_forms.py",
        "apps/portal/timeline.py",
        "apps/portal/timeline_marks.py",
        "apps/portal/views/errors.py",
        "apps/portal/views/notifications.py",
        "apps/portal/views/pushing.py",
        "apps/portal/views/reports.py",
        "apps/recovery/assuming.py",
        "apps/recovery/drills/scenarios.py",
        "apps/recovery/estimates.py",
        "apps/recovery/guards/break_glass.py",
        "apps/recovery/guards/words.py",
        "apps/recovery/reasons.py",
        "apps/tenants/approval_rules.py",
    }
)
# What only programs and consoles are told stays English.
_FOR_PROGRAMS = re.compile(r"^apps/api/|/management/|/console\.py|/offsite/|/commands")
_CHOICES = frozenset({"TextChoices", "IntegerChoices"})
_READABLE = re.compile(r"\w[\w,-]* [A-Za-z]|[A-Z][a-z-]+$")
_IN_TAGS = re.compile(r"""_\((?:"([^"]*)"|'([^']*)')\)""")


@dataclass(frozen=True, slots=True)
class Text:
    """A marked text. where: its file. plural: "" for a text without a number."""

    where: str
    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.singular


def texts_of(root: Path) -> list[Text]:
    """What is marked in the templates and apps below root, file by file."""
    found: list[Text] = []
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            found.extend(in_template(path.read_text(), str(path.relative_to(root))))
    for path in sorted((root / "apps").rglob("*.py")):
        where = path.relative_to(root)
        if where.parts[1] not in ("sandbox", "client"):
            found.extend(in_module(path.read_text(), str(where)))
    return found


def in_template(source: str, where: str) -> Iterator[Text]:
    """The marked texts of a template."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        for one, other in _IN_TAGS.findall(token.contents):
            yield Text(where, one or other)
        if token.token_type is not TokenType.BLOCK:
            continue
        name, *options = list(smart_split(token.contents))
        context = _context(options)
        if name in ("translate", "trans") and options[0][0] in "\"'":
            yield Text(where, options[0][1:-1].replace("%", "%%"), context=context)
        elif name in ("blocktranslate", "blocktrans"):
            yield _block(tokens, where, context, is_trimmed="trimmed" in options)


def _context(options: list[str]) -> str:
    return options[options.index("context") + 1][1:-1] if "context" in options else ""


def _block(tokens: Iterator[Token], where: str, context: str, *, is_trimmed: bool) -> Text:
    parts, said = [""], 0
    for token in tokens:
        if token.token_type is TokenType.BLOCK:
            if token.contents.startswith("end"):
                break
            parts.append("")
            said += 1
        elif token.token_type is TokenType.VAR:
            parts[said] += f"%({token.contents})s"
        else:
            parts[said] += token.contents.replace("%", "%%")
    if is_trimmed:
        parts = [trim_whitespace(part) for part in parts]
    return Text(where, parts[0], parts[1] if said else "", context)


def in_module(source: str, where: str) -> Iterator[Text]:
    """The marked texts of a module, and what its errors say."""
    module = ast.parse(source)
    if where in WORDS:
        yield from _words(module, where)
    is_catalogue = where.startswith("apps/entra/catalogue/")
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and {_name_of(base) for base in node.bases} & _CHOICES:
            yield from _labels(node, where)
        if not isinstance(node, ast.Call):
            continue
        name = _name_of(node.func)
        if name in MARKS:
            yield from _marked(node, name, where)
        elif name in ERRORS and not _FOR_PROGRAMS.search(where):
            yield from _said(node, where)
        elif is_catalogue:
            yield from (Text(where, said) for said in _keywords(node, ("title",)))


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _marked(node: ast.Call, name: str, where: str) -> Iterator[Text]:
    one, many, context = MARKS[name]
    said = [_constant(argument) for argument in node.args]
    if one < len(said) and said[one]:
        plural = said[many] if many is not None else ""
        yield Text(where, said[one], plural, said[context] if context is not None else "")


def _said(node: ast.Call, where: str) -> Iterator[Text]:
    for said in (_constant(node.args[0]) if node.args else "", *_keywords(node, ("safe", "todo"))):
        if said:
            yield Text(where, said)


def _labels(node: ast.ClassDef, where: str) -> Iterator[Text]:
    """The labels of a class of choices."""
    for line in node.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.value, ast.Tuple):
            continue
        if said := _constant(line.value.elts[-1]):
            yield Text(where, said)


def _words(module: ast.Module, where: str) -> Iterator[Text]:
    """Every text of a module of words that reads like one, but for docstrings and parts of one."""
    left_out: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) or _is_marked(node) or _is_docstring(node):
            left_out |= {id(part) for part in ast.walk(node) if isinstance(part, ast.Constant)}
        if id(node) in left_out or not isinstance(node, ast.Constant):
            continue
        if _READABLE.match(said := _constant(node)):
            yield Text(where, said)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_marked(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name_of(node.func) in MARKS


def _keywords(node: ast.Call, names: tuple[str, ...]) -> Iterator[str]:
    for keyword in node.keywords:
        if keyword.arg in names and (said := _constant(keyword.value)):
            yield said


def _constant(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else ""
