"""Names of files in an archive that every system can unpack beside each other."""

import hashlib
import re

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,120}")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class FileNames:
    """Gives each object a name of its own, also where upper and lower case are one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, object_id: str) -> str:
        """The object's id where it can be a file's name; the file itself tells the id."""
        plain = _PLAIN.fullmatch(object_id) and not _RESERVED.fullmatch(object_id)
        name = object_id if plain and object_id.strip(".") else _stand_in(object_id)
        candidate, number = name, 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{name}~{number}"
        self._taken.add(candidate.casefold())
        return candidate


def _stand_in(object_id: str) -> str:
    return f"object-{hashlib.sha256(object_id.encode('utf-8', 'replace')).hexdigest()[:24]}"
