"""Canonical JSON: one byte string for one value, so that digests can be compared.

Keys are sorted by code point, there is no white space, text is UTF-8, and a number has one
spelling: 1.0 and 1 are the same JSON number and are both written 1.
"""

import math
import re
from typing import Any

import orjson

# How the tokens of floats look to _may_hold_float().
_FLOAT_SHAPES = bytes.maketrans(b"0123456789,[", b"0000000000::")
_FLOAT = re.compile(rb":0+[.e]")
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dumps(value: Any) -> bytes:
    """The canonical bytes of a JSON value (dict with text keys, list, text, number, bool, None).

    Raises ValueError for NaN and the infinities, TypeError for whatever JSON does not have
    (dates and dataclasses included: their spelling is the caller's decision).
    """
    written = orjson.dumps(value, option=_OPTIONS)
    if isinstance(value, float) or (_may_hold_float(written) and _has_float(value)):
        return orjson.dumps(_without_ambiguous_floats(value), option=_OPTIONS)
    return written


def loads(data: bytes | str) -> Any:
    """Read JSON; raises ValueError when it is none."""
    return orjson.loads(data)


def _may_hold_float(written: bytes) -> bool:
    """Whether a float could be among the JSON: never False when there is one.

    orjson writes a float with digits around a point, with one digit before an exponent ("1e16"),
    or, where JSON has no word for it, as null. Texts can look like that too, but seldom do behind
    a colon, a comma or a bracket, so that few values have to be walked through.
    """
    shape = written.translate(_FLOAT_SHAPES, b"-")
    return b"null" in written or _FLOAT.search(shape) is not None


def _has_float(value: Any) -> bool:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, (list, tuple)):
            pending.extend(item)
        elif isinstance(item, float):
            return True
    return False


def _without_ambiguous_floats(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ambiguous_floats(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_ambiguous_floats(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("JSON has no NaN and no infinity")
        # Beyond 2**53 neighbouring integers share one float, so no integer is the right one.
        if value.is_integer() and abs(value) <= 2**53:
            return int(value)
    return value
