"""A folder that a brand may use, held open: what happens in it cannot be led anywhere else by a link."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Final

from sync_app.syncs.connectors.base import TransferFailed, Trouble

AS_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
AS_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
NAMES_TRIED: Final = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file. `changed`: nanoseconds of the clock, of its last change of any sort, which no program can set.

    `modified`: nanoseconds as well, as who wrote it said. `place`: device and number, which stay with it when it moves.
    """

    name: str
    size: int
    modified: int
    changed: int
    place: tuple[int, int]

    def is_same(self, other: Found) -> bool:
        """Whether both are the same file with the same content, whatever it is called."""
        return (self.place, self.size, self.modified) == (other.place, other.size, other.modified)


@contextmanager
def opened(*, roots: Sequence[Path], key: str, below: str) -> Iterator[Folder]:
    """The folder `below` the one that has the brand's key for a name, under the first root where it is.

    Raises TransferFailed `drop_not_allowed`, `drop_path_unfit`, `drop_not_found`.
    """
    if not roots:
        raise TransferFailed("drop_not_allowed", Trouble.SETTINGS)
    parts = PurePosixPath(below).parts
    if any(part in {"..", "/"} or "\0" in part for part in parts):
        raise TransferFailed("drop_path_unfit", Trouble.SETTINGS, path=below[:200])
    for root in roots:
        with suppress(OSError):
            handle = _walked(root, (key, *parts))
            break
    else:
        raise TransferFailed("drop_not_found", Trouble.SETTINGS, path=str(PurePosixPath(key, *parts)))
    try:
        yield Folder(handle)
    finally:
        os.close(handle)


def _walked(root: Path, parts: Sequence[str]) -> int:
    """A handle on the folder, step by step, so that no step is a link. Raises OSError."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for part in parts:
        try:
            inner = os.open(part, AS_FOLDER, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


class Folder:
    """An open folder. Every method raises OSError for what the disk refuses."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def files(self) -> list[Found]:
        """The plain files in it: no links, no folders, no devices."""
        with os.scandir(self._handle) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        return [found for name in names if (found := self.look(name)) is not None]

    def look(self, name: str) -> Found | None:
        """The plain file of this name, None when there is none."""
        return _looked(name, self._handle)

    def read(self, name: str, *, most: int) -> bytes | None:
        """Its content to the end; None when it is longer than `most`."""
        with os.fdopen(os.open(name, AS_FILE, dir_fd=self._handle), "rb") as file:
            content = file.read(most + 1)
        return content if len(content) <= most else None

    def may_write(self) -> bool:
        """Whether files can be put into it and taken out of it."""
        return os.access(".", os.W_OK | os.X_OK, dir_fd=self._handle)

    def move(self, found: Found, *, into: str, at: datetime) -> bool:
        """Moves a file into a folder inside this one, which is made if need be; a name that is taken gets a date.

        False: another one took its place meanwhile. That one is here again, by its name or, where yet another has it,
        by one with a date.
        """
        with suppress(FileExistsError):
            os.mkdir(into, mode=0o770, dir_fd=self._handle)
        target = os.open(into, AS_FOLDER, dir_fd=self._handle)
        try:
            moved = self._moved(found, target, at)
            os.fsync(target)
        finally:
            os.close(target)
        os.fsync(self._handle)
        return moved

    def _moved(self, found: Found, target: int, at: datetime) -> bool:
        """What is at a name can change at any moment, so it is looked at where nobody else changes it any more."""
        free = _reserved(found.name, target, at)
        try:
            os.rename(found.name, free, src_dir_fd=self._handle, dst_dir_fd=target)
        except OSError:
            os.unlink(free, dir_fd=target)
            raise
        there = _looked(free, target)
        if there is not None and there.is_same(found):
            return True
        self._put_back(found.name, target, free, at)
        return False

    def _put_back(self, name: str, target: int, free: str, at: datetime) -> None:
        """It never takes the place of another."""
        for back in _names(name, at):
            try:
                os.link(free, back, src_dir_fd=target, dst_dir_fd=self._handle, follow_symlinks=False)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in NO_LINKS:
                    raise
                os.rename(free, _reserved(name, self._handle, at), src_dir_fd=target, dst_dir_fd=self._handle)
                return
            os.unlink(free, dir_fd=target)
            return

    def write(self, name: str, content: bytes) -> None:
        """A file that is whole from the moment it has its name; one of the same name is replaced."""
        draft = f".{secrets.token_hex(8)}.tmp"
        try:
            with os.fdopen(os.open(draft, NEW_FILE, 0o660, dir_fd=self._handle), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=self._handle)
            raise
        os.fsync(self._handle)


def _names(name: str, at: datetime) -> Iterator[str]:
    """`a.csv`, `a-20261121T120000.csv`, `a-20261121T120000-2.csv`, …"""
    yield name
    path = PurePosixPath(name)
    dated = f"{path.stem}-{at:%Y%m%dT%H%M%S}"
    yield dated + path.suffix
    yield from (f"{dated}-{number}{path.suffix}" for number in range(2, NAMES_TRIED))


def _reserved(name: str, folder: int, at: datetime) -> str:
    """A name that is free in the folder, and taken by an empty file from now on."""
    for free in _names(name, at):
        with suppress(FileExistsError):
            os.close(os.open(free, NEW_FILE, 0o660, dir_fd=folder))
            return free
    raise FileExistsError(errno.EEXIST, "every name is taken", name)


def _looked(name: str, folder: int) -> Found | None:
    try:
        at = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(at.st_mode):
        return None
    return Found(name, at.st_size, at.st_mtime_ns, at.st_ctime_ns, (at.st_dev, at.st_ino))
