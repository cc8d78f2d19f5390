"""Where the files are: a folder or a ZIP file. Nothing is unpacked, and no link is followed."""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from apps.history.importing import limits
from apps.history.importing.limits import Refused, TooMuch

_DRIVE = re.compile(r"[A-Za-z]:")
_END_RECORD = b"PK\x05\x06"
_END_RECORD_64 = b"PK\x06\x06"
_LONGEST_END = 65_535 + 22


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. path: its name with "/" between folders, from the place's root. size: unpacked."""

    number: int
    path: str
    size: int


class Place(Protocol):
    """Files that can be opened as often as is needed, always in the same order."""

    def entries(self) -> Iterator[Entry | tuple[str, str]]:
        """Every file; or, for one that is refused, its path and why. Raises TooMuch."""

    def open(self, entry: Entry) -> IO[bytes]:
        """The file's bytes. Raises Refused."""


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._total = 0

    def entries(self) -> Iterator[Entry | tuple[str, str]]:
        number, self._total = 0, 0
        for folder, subfolders, files in os.walk(self._root, followlinks=False):
            subfolders.sort()
            for name in sorted(subfolders):
                if (Path(folder) / name).is_symlink():
                    yield self._relative(Path(folder) / name), "It is a link to another folder."
            for name in sorted(files):
                number += 1
                _refuse_too_many(number)
                yield self._entry(number, Path(folder) / name)

    def open(self, entry: Entry) -> IO[bytes]:
        # Not followed and not waited for, whatever was put in the file's place since it was seen.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            return os.fdopen(os.open(self._root / entry.path, flags), "rb")
        except OSError:
            raise Refused("It cannot be opened.") from None

    def _entry(self, number: int, path: Path) -> Entry | tuple[str, str]:
        relative = self._relative(path)
        try:
            found = path.lstat()
        except OSError:
            return relative, "It cannot be looked at."
        if stat.S_ISLNK(found.st_mode):
            return relative, "It is a link to another file."
        if not stat.S_ISREG(found.st_mode):
            return relative, "It is no file but a device or a pipe."
        self._total += found.st_size
        _refuse_too_large(self._total)
        return Entry(number, relative, found.st_size)

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()


class Zip:
    """A ZIP file. Raises TooMuch for one whose table of contents alone is out of bounds."""

    def __init__(self, file: IO[bytes]) -> None:
        _refuse_large_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError):
            raise TooMuch("This is no ZIP file, or it is cut off.") from None
        self._infos = self._zip.infolist()

    def entries(self) -> Iterator[Entry | tuple[str, str]]:
        total, seen = 0, set[str]()
        for number, info in enumerate(self._infos):
            _refuse_too_many(number + 1)
            if info.is_dir():
                continue
            total += info.file_size
            _refuse_too_large(total)
            path = info.filename
            reason = _why_not(info) or ("It is there twice." if path in seen else "")
            seen.add(path)
            yield (path, reason) if reason else Entry(number, path, info.file_size)

    def open(self, entry: Entry) -> IO[bytes]:
        try:
            return self._zip.open(self._infos[entry.number])
        except UNREADABLE:
            raise Refused("It cannot be unpacked.") from None


# What reading a file out of a damaged or odd ZIP file raises.
UNREADABLE = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)


def _why_not(info: zipfile.ZipInfo) -> str:
    """Why a file of an archive is not read; "" for one that is."""
    path = info.filename
    parts = path.replace("\\", "/").split("/")
    if ".." in parts or path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "Its name leads out of the archive."
    if len(path) > limits.LONGEST_PATH or not path.isprintable():
        return "Its name is too long, or has characters that no name has."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a link to another file."
    if info.flag_bits & 0x1:
        return "It is encrypted."
    packed_well = info.file_size > limits.LARGEST_RATIO * max(info.compress_size, 1)
    if packed_well and info.file_size > limits.RATIO_COUNTS_FROM:
        return "It would become hundreds of times larger when unpacked."
    return ""


def _refuse_too_many(number: int) -> None:
    if number > limits.MOST_FILES:
        raise TooMuch(f"There are more than {limits.MOST_FILES:,} files.")


def _refuse_too_large(total: int) -> None:
    if total > limits.LARGEST_TOTAL:
        raise TooMuch(f"The files have more than {limits.LARGEST_TOTAL // limits.MIB:,} MiB.")


def _refuse_large_directory(file: IO[bytes]) -> None:
    """Look at the size of the table of contents before the whole of it is read into memory.

    https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.14 and 4.3.16.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _LONGEST_END - 76))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + 22:
        raise TooMuch("This is no ZIP file, or it is cut off.")
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    at_64 = tail.rfind(_END_RECORD_64, 0, at)
    if at_64 >= 0 and len(tail) >= at_64 + 48:
        directory = max(directory, struct.unpack_from("<Q", tail, at_64 + 40)[0])
    if directory > limits.LARGEST_DIRECTORY and directory != 0xFFFFFFFF:
        raise TooMuch("The archive lists more files than are read from one archive.")
