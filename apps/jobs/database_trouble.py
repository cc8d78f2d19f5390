"""What went wrong with the database, as people can act on it, by its SQLSTATE.

https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from django.db.utils import InterfaceError, OperationalError

_SAFE = "Nothing of what was under way was kept, and nothing kept before was lost."
_FULL = "The database has no room left on its disk."
_LIMIT = "The database reached a limit of its memory, temporary files or connections."
_GONE = "The connection to the database was lost, or the database was restarted."


def explained(error: BaseException) -> tuple[str, str] | None:
    """A code for programs and a text for people; None for what is no trouble of the database's."""
    if not isinstance(error, (OperationalError, InterfaceError)):
        return None
    state = str(getattr(error.__cause__, "sqlstate", None) or "")
    if state == "53100":
        return "database-full", f"{_FULL} {_SAFE} Make room, and try again."
    if state.startswith(("53", "54")):
        return "database-limit", f"{_LIMIT} {_SAFE} It is tried again."
    return "database-gone", f"{_GONE} {_SAFE} It is tried again by itself."
