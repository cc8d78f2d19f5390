"""Sealed copies of everything, off-site, and an installation brought back from them alone.

docs/bundle-format.md describes what is written; `placement` says where each table's rows travel,
`shipping` writes bundles to `stores`, `reading_back` checks them and `restoring` reads them.
"""
