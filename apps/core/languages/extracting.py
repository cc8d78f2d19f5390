"""Every text that is marked for translation, found by reading templates and modules.

GNU gettext is not needed: templates are read with Django's own lexer, modules with `ast`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

from apps.core.languages.put_together import constants, in_parts, pattern_of
from apps.core.languages.sentences import CONTEXT

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
    | {"NotConnected", "_invalid", "_refused", "_bad"}
)
# Modules whose texts are what people read of states, reasons and risks. They are written, kept and
# compared in English, and looked up by `shown` where a page says them.
WORDS = frozenset(
    {
        "apps/access/broken_trail.py",
        "apps/access/people_selectors.py",
        "apps/access/roles.py",
        "apps/access/services/support.py",
        "apps/access/signin/emergency.py",
        "apps/api/reminding.py",
        "apps/connect/consenting.py",
        "apps/connect/watching.py",
        "apps/diffs/reasons.py",
        "apps/diffs/recoverability.py",
        "apps/diffs/selectors.py",
        "apps/entra/conditional_access/words/comparing.py",
        "apps/entra/conditional_access/words/grammar.py",
        "apps/entra/conditional_access/words/reading.py",
        "apps/entra/conditional_access/words/saying.py",
        "apps/entra/conditional_access/words/terms.py",
        "apps/entra/writing/refused.py",
        "apps/history/cadence/telling.py",
        "apps/history/capture/apart.py",
        "apps/history/capture/read_collection.py",
        "apps/history/importing/recognising.py",
        "apps/history/importing/telling.py",
        "apps/history/offsite/selectors.py",
        "apps/history/offsite/telling.py",
        "apps/history/retention/changes.py",
        "apps/history/retention/holds.py",
        "apps/history/retention/pins.py",
        "apps/history/retention/planning.py",
        "apps/history/retention/rules.py",
        "apps/history/retention/standing.py",
        "apps/history/retention/telling.py",
        "apps/history/retention/templates.py",
        "apps/history/verification/bodies.py",
        "apps/history/verification/derived.py",
        "apps/history/verification/recording.py",
        "apps/history/verification/running.py",
        "apps/history/verification/snapshots.py",
        "apps/history/verification/versions.py",
        "apps/history/verification/witnesses.py",
        "apps/jobs/database_trouble.py",
        "apps/notify/routes/delivering.py",
        "apps/offboarding/services/agreeing.py",
        "apps/offboarding/services/erasing.py",
        "apps/offboarding/services/handing_over.py",
        "apps/offboarding/services/holding.py",
        "apps/portal/approval_forms.py",
        "apps/portal/dashboard/needs.py",
        "apps/portal/exploring.py",
        "apps/portal/filters.py",
        "apps/portal/job_names.py",
        "apps/portal/keeping_calendar.py",
        "apps/portal/narrowing.py",
        "apps/portal/notices.py",
        "apps/portal/policies.py",
        "apps/portal/retention_forms.py",
        "apps/portal/timeline.py",
        "apps/portal/timeline_marks.py",
        "apps/portal/views/errors.py",
        "apps/portal/views/notifications.py",
        "apps/portal/views/pushing.py",
        "apps/portal/views/reports.py",
        "apps/portal/waiting_retention.py",
        "apps/recovery/assuming.py",
        "apps/recovery/drills/asked.py",
        "apps/recovery/drills/evidence.py",
        "apps/recovery/drills/issues.py",
        "apps/recovery/drills/scenarios.py",
        "apps/recovery/estimates.py",
        "apps/recovery/guards/break_glass.py",
        "apps/recovery/guards/words.py",
        "apps/recovery/needing.py",
        "apps/recovery/planning/blocking.py",
        "apps/recovery/playbooks/builtin.py",
        "apps/recovery/reasons.py",
        "apps/tenants/approval_rules.py",
        "apps/tenants/schedules.py",
        "apps/tenants/working_hours.py",
    }
)
# What only programs and consoles are told stays English.
_FOR_PROGRAMS = re.compile(r"^apps/api/|/management/|/console\.py|/offsite/|/commands")
_CHOICES = frozenset({"TextChoices", "IntegerChoices"})
# What the catalogue says of kinds and their properties besides their titles.
_OF_KINDS = ("caveat", "why", "reason")
# Where reasons stand that all of the catalogue shares.
_BUILDING = "apps/entra/catalogue/build.py"
_SENTENCE = re.compile(r"\A[A-Z][^\n]* [^\n]*\.\Z")
# What the trail says of a look; what was looked at makes each a sentence of its own.
_LOOKED = "{actor} looked at a %s of {subject}"
_LOOKS = frozenset({"record_look", "record_look_at_msp"})
_READABLE = re.compile(r"\w[\w,:'-]* [A-Za-z]|[A-Z][a-z-]+$")
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
    named = constants(module)
    if where in WORDS:
        yield from _words(module, where, named)
    is_catalogue = where.startswith("apps/entra/catalogue/")
    if where == _BUILDING:
        yield from (Text(where, said) for said in named.values() if _is_sentence(said))
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef):
            bases = {_name_of(base) for base in node.bases}
            yield from _labels(node, where) if bases & _CHOICES else ()
            yield from _built_in(node, where, named) if bases & ERRORS else ()
        if not isinstance(node, ast.Call):
            continue
        name = _name_of(node.func)
        if name in MARKS:
            yield from _marked(node, name, where)
        elif name in ERRORS and not _FOR_PROGRAMS.search(where):
            yield from _said(node, where, named)
        elif is_catalogue:
            yield from _in_catalogue(node, where, named)
            yield from _handed(node, where)
        elif name in _LOOKS:
            yield from _looked(node, where)
        elif name in ("register", "EventType", "Explanation"):
            yield from _registered(node, name, where, named)


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


def _said(node: ast.Call, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    """What an error says: a text, a constant of its module, or an f-string."""
    for one in (*node.args[:1], *_keywords(node, ("safe", "todo"))):
        yield from _read(one, where, named)
        for part in in_parts(one):
            if isinstance(part, ast.JoinedStr) or _READABLE.match(_constant(part)):
                yield from _read(part, where, named)


def _built_in(node: ast.ClassDef, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    """What an error with a sentence of its own hands to the error that it is based on."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _name_of(call.func) == "__init__":
            yield from _said(call, where, named)


def _in_catalogue(node: ast.Call, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    """What the catalogue says of kinds and properties."""
    name = _name_of(node.func)
    told = node.args[: {"Unrestorable": 2, "Lock": 1}.get(name, 0)]
    for one in (*told, *_keywords(node, ("title", *_OF_KINDS))):
        yield from _read(one, where, named)
    for one in (*node.args[:1], *_keywords(node, ("name",))) if name == "Link" else ():
        if link := _constant(one):
            yield Text(where, in_words(link))


def _handed(node: ast.Call, where: str) -> Iterator[Text]:
    """The sentence that a module's own way of making a property is handed as its reason."""
    if _name_of(node.func).startswith("_"):
        yield from (Text(where, said) for said in map(_constant, node.args) if _is_sentence(said))


def _is_sentence(said: str) -> bool:
    return bool(_SENTENCE.match(said))


def _looked(node: ast.Call, where: str) -> Iterator[Text]:
    """What somebody looked at, and the trail's line of it."""
    for said in filter(None, map(_constant, node.args)):
        if " " in said or len(node.args) > 2:
            yield Text(where, _LOOKED % said, context=CONTEXT)
            yield Text(where, said)


def in_words(name: str) -> str:
    """A name of the catalogue apart: "group members" for "group.members"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", re.sub("[._-]", " ", name)).lower()


def _registered(node: ast.Call, name: str, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    """The line of an event of the audit trail; the three texts of an explanation of Entra's."""
    for one in node.args[1:2] if name != "Explanation" else node.args[2:]:
        said = named.get(one.id, "") if isinstance(one, ast.Name) else _constant(one)
        if said:
            yield Text(where, said, context=CONTEXT if "{" in said else "")
        else:
            yield from _read(one, where, named)


def _read(node: ast.expr, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    said = named.get(node.id, "") if isinstance(node, ast.Name) else _constant(node)
    if said:
        yield Text(where, said)
        return
    for one in map(str.strip, pattern_of(node, named).split("\n\n")):
        if " " in one:
            yield Text(where, one, context=CONTEXT if "{" in one else "")


def _labels(node: ast.ClassDef, where: str) -> Iterator[Text]:
    """The labels of a class of choices."""
    for line in node.body:
        if not isinstance(line, ast.Assign) or not isinstance(line.value, ast.Tuple):
            continue
        if said := _constant(line.value.elts[-1]):
            yield Text(where, said)


def _words(module: ast.Module, where: str, named: Mapping[str, str]) -> Iterator[Text]:
    """Every text of a module of words that reads like one, but for docstrings, and the patterns of
    what it puts together."""
    left_out: set[int] = set()
    for node in ast.walk(module):
        if _is_for_nobody(node) or _is_marked(node) or _is_docstring(node):
            left_out |= {id(part) for part in ast.walk(node)}
        if id(node) in left_out:
            continue
        if isinstance(node, ast.JoinedStr):
            left_out |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
            yield from _read(node, where, named)
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            left_out |= {id(part) for part in ast.walk(node.format_spec)}
        elif isinstance(node, ast.Constant):
            yield from _word(_constant(node).strip(), where)


def _word(said: str, where: str) -> Iterator[Text]:
    """A constant of a module of words, if it reads like a text; with places it is a pattern.

    Of mails each paragraph is one.
    """
    parts = [part.strip() for part in said.split("\n\n")]
    for one in parts:
        if _READABLE.match(one) or (one.startswith("{") and " " in one) or len(parts) > 1:
            if not re.search(r"[A-Za-z]{4}", re.sub(r"\{\w*\}", "", one)):
                continue
            yield Text(where, one, context=CONTEXT if "{" in one else "")


def _is_for_nobody(node: ast.AST) -> bool:
    """What only a log or a debugger says."""
    if isinstance(node, ast.FunctionDef):
        return node.name == "__str__"
    return isinstance(node, ast.Call) and _name_of(node.func).endswith(
        ("Error", "no_scope", "error", "exception")
    )


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_marked(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name_of(node.func) in MARKS


def _keywords(node: ast.Call, names: tuple[str, ...]) -> Iterator[ast.expr]:
    yield from (keyword.value for keyword in node.keywords if keyword.arg in names)


def _constant(node: ast.expr) -> str:
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else ""
