"""Loads a directory of Graph JSON files, such as an export of a real tenant, into a world."""

from apps.sandbox.load.loader import load_directory
from apps.sandbox.load.report import FileReport, LoadReport

__all__ = ["FileReport", "LoadReport", "load_directory"]
