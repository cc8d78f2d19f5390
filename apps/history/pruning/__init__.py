"""Pruning: removing snapshots that nothing keeps, and the versions that nothing needs any more.

`plan` says what would go, `execute` lets it go. Between two snapshots that stay, versions are
folded (`rules`); the digests over what remains are signed before anything is removed, and the
database removes only what that lets go, in steps that may be interrupted anywhere (`removing`).
"""
