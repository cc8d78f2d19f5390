"""$filter: parsed, checked against what the service supports, and run over bodies."""

from .check import check_filter
from .evaluate import compile_filter
from .parse import parse_filter
from .tree import Node

__all__ = ["Node", "check_filter", "compile_filter", "parse_filter"]
