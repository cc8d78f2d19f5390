"""Handlers of reads, one file per family of paths."""
