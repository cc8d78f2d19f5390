"""The patterns of sentences that code puts together, read from its f-strings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

# Fewer characters of its own, and a pattern fits what is none of it.
_LEAST, _LETTERS_AT_LEAST = 4, 2
_LETTERS = re.compile(r"[A-Za-z]")


def constants(module: ast.Module) -> dict[str, str]:
    """The texts that a module gives a name to, by the name."""
    found = {}
    for line in module.body:
        target = line.targets[0] if isinstance(line, ast.Assign) else None
        if isinstance(line, ast.AnnAssign):
            target = line.target
        value = getattr(line, "value", None)
        said = value.value if isinstance(value, ast.Constant) else None
        if isinstance(target, ast.Name) and isinstance(said, str):
            found[target.id] = said
    return found


def pattern_of(node: ast.expr, named: Mapping[str, str]) -> str:
    """The pattern of an f-string: "" for what is none, or says too little to be known again.

    named: the module's constants; they are part of what is said.
    """
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts: list[str] = []
    names: list[str] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            if isinstance(part.value, ast.Name) and part.value.id in named:
                parts.append(named[part.value.id])
                continue
            parts.append("{" + _fresh(_name(part.value), names) + "}")
    text = "".join(parts).strip()
    own = re.sub(r"\{\w+\}|\s", "", text)
    says = len(own) >= _LEAST and len(_LETTERS.findall(own)) >= _LETTERS_AT_LEAST
    is_sql = text.startswith("select ")
    return text if says and " " in text and "}{" not in text and not is_sql else ""


def in_parts(node: ast.expr) -> Iterator[ast.expr]:
    """What may stand in the places of an f-string: further f-strings, and constants."""
    for part in node.values if isinstance(node, ast.JoinedStr) else ():
        if isinstance(part, ast.FormattedValue):
            yield from (
                one
                for one in ast.walk(part.value)
                if isinstance(one, (ast.JoinedStr, ast.Constant))
            )


def _fresh(name: str, names: list[str]) -> str:
    known = sum(1 for one in names if one == name)
    names.append(name)
    return f"{name}{known + 1}" if known else name


def _name(node: ast.expr) -> str:
    """A place's name for those who translate: that of what is filled in."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=inner):
            return _name(inner)
        case ast.Call(args=[ast.Constant(value=str(name)), *_], func=ast.Attribute(attr="get")):
            return name
        case ast.Call(func=ast.Attribute(attr=method), args=[first, *_]) if method == "join":
            return _name(first)
        case ast.Call(func=ast.Name(id="int" | "len" | "str" | "sorted" | "max"), args=[first, *_]):
            return _name(first)
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "upper" | "title")):
            return _name(inner)
        case ast.Call(func=called):
            return _name(called)
        case ast.BinOp(left=inner) | ast.IfExp(body=inner):
            return _name(inner)
        case ast.BoolOp(values=[inner, *_]):
            return _name(inner)
    return "it"
