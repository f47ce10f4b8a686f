"""Files in a folder: the oldest one is imported and moved away; an export is put there whole."""

from __future__ import annotations

import fnmatch
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext, ngettext

from sync_app.syncs.connectors.base import Fetched, Link, Sent, Setting, Sort, Tested, TransferFailed, Trouble
from sync_app.syncs.connectors.folders import Folder, Found, opened
from sync_app.syncs.connectors.shared_settings import EVERYTHING
from templates_app.catalog.problems import gettext_noop
from templates_app.sources.writers.cells import ItemRefused
from templates_app.sources.writers.items import write_items

DONE: Final = "done"
FAILED: Final = "failed"
UNFINISHED: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~")
KINDS: Final[dict[str, str]] = {"csv": gettext_noop("CSV"), "json": gettext_noop("JSON"), "xlsx": gettext_noop("Excel")}
AUTO: Final = "auto"
SEPARATORS: Final[dict[str, str]] = {
    ";": gettext_noop("Semicolon"),
    ",": gettext_noop("Comma"),
    "\t": gettext_noop("Tab"),
}
#: So many files are remembered by what they were, to be known again if one could not be moved away.
REMEMBERED: Final = 50
NANOSECONDS: Final = 1_000_000_000


class FileDrop:
    """See `Connector`. A watermark is the list of the files that were imported last, each as a digest."""

    name = "file_drop"
    label = gettext_noop("Files in a folder")
    after_rejection = gettext_noop(
        "The schedule goes on. The file is moved into the folder “failed”. Put it back to have it read again."
    )
    form: Sequence[Setting] = (
        Setting(
            "folder",
            gettext_noop("Folder"),
            help=gettext_noop(
                "Below the folder of your brand, like “in/customers”; empty for that folder itself. It has to be there."
            ),
            begins_anew=True,
        ),
    )
    pull_form: Sequence[Setting] | None = (
        Setting(
            "pattern",
            gettext_noop("Names of the files"),
            required=True,
            default="*.csv",
            help=gettext_noop("“*” stands for anything. The oldest file is read first, and each one by itself."),
            begins_anew=True,
        ),
        Setting(
            "kind",
            gettext_noop("Kind of file"),
            Sort.CHOICE,
            default=AUTO,
            choices={AUTO: gettext_noop("By its name and content"), **KINDS},
        ),
        Setting(
            "rest",
            gettext_noop("Seconds of rest"),
            Sort.WHOLE,
            default=30,
            least=1,
            most=86_400,
            help=gettext_noop(
                "A file that changed within this time is still being written, and left for the next time."
            ),
        ),
    )
    push_form: Sequence[Setting] | None = (
        Setting(
            "file",
            gettext_noop("Name of the file"),
            required=True,
            default="export.csv",
            help=gettext_noop("Its ending says what is written: .csv, .json or .xlsx."),
            begins_anew=True,
        ),
        Setting(
            "each",
            gettext_noop("A file of its own each time"),
            Sort.SWITCH,
            default=True,
            help=gettext_noop("The number of the turn is added to the name. Without this, the last file is replaced."),
        ),
        replace(EVERYTHING, help=gettext_noop("Without this, a file holds what has changed since the one before.")),
        Setting("separator", gettext_noop("Separator in CSV"), Sort.CHOICE, default=";", choices=SEPARATORS),
    )

    def everything(self, transfer: Mapping[str, Any]) -> bool:
        """Whether a push is handed all records, not only those that changed."""
        return bool(transfer.get("everything"))

    def tables(self, transfer: Mapping[str, Any]) -> bool:
        """Whether the file of a push is a table."""
        return _kind_of(_file_of(transfer)) != "json"

    def test(self, link: Link) -> Tested:
        """Whether the folder is there, what lies in it, and whether files can be moved."""
        with _folder(link) as folder:
            count = len(folder.files())
            lines = [
                gettext("The folder is there."),
                ngettext("There is {count} file in it.", "There are {count} files in it.", count).format(count=count),
            ]
            if not folder.may_write():
                return Tested(
                    ok=False, lines=[*lines, gettext("Files cannot be put into it or moved away. Allow that.")]
                )
        return Tested(ok=True, lines=[*lines, gettext("Files can be put into it and moved away.")])

    def pull(self, link: Link, *, watermark: str) -> Fetched:
        """The oldest file that rests; one that was imported already is only moved away. None: an empty body."""
        known = watermark.split()
        with _folder(link) as folder:
            waiting = _waiting(folder, link)
            for place, found in enumerate(waiting, start=1):
                link.beat()
                content = _content(folder, found)
                identity = _identity(found, content)
                if identity in known:
                    _move(folder, found, into=DONE, link=link)
                    continue
                kind = link.transfer.get("kind") or AUTO
                return Fetched(
                    body=content,
                    kind=_kind_of(found.name) if kind == AUTO else kind,
                    name=found.name,
                    watermark=" ".join([*known, identity][-REMEMBERED:]),
                    complete=True,
                    more=place < len(waiting),
                    receipt={
                        "name": found.name,
                        "digest": _digest(content),
                        "size": found.size,
                        "modified": found.modified,
                    },
                )
        return Fetched(body=b"", kind="csv", watermark=watermark)

    def settle(self, link: Link, *, receipt: Mapping[str, Any], ok: bool) -> None:
        """Moves the file away, if it is still the one that was read."""
        if "digest" not in receipt or "name" not in receipt:
            return
        with _folder(link) as folder:
            found = folder.look(str(receipt["name"]))
            if found is not None and _was_read(folder, found, receipt):
                _move(folder, found, into=DONE if ok else FAILED, link=link)

    def push(self, link: Link, *, items: Iterator[Mapping[str, Any]], key: str, skip: int) -> Iterator[Sent]:
        """One file with all of them; tried again, the same file. Nothing to send: no file."""
        listed = list(items)
        if skip >= len(listed):
            return
        name = _named(link, key)
        link.beat()
        with _folder(link) as folder:
            folder.write(name, _written(listed, name, link.transfer.get("separator") or ";"))
        yield Sent(delivered=len(listed) - skip, note=name)


@contextmanager
def _folder(link: Link) -> Iterator[Folder]:
    """The folder of the connection. What the disk refuses is a TransferFailed."""
    below = str(link.settings.get("folder") or "")
    try:
        with opened(roots=settings.FILE_DROP_ROOTS, key=link.actor.brand.key, below=below) as folder:
            yield folder
    except OSError as error:
        raise TransferFailed("drop_disk", Trouble.AGAIN, reason=error.strerror or type(error).__name__) from None


def _waiting(folder: Folder, link: Link) -> list[Found]:
    """The files of the pattern that rest, oldest first."""
    pattern = str(link.transfer.get("pattern") or "*")
    if "/" in pattern or "\0" in pattern:
        raise TransferFailed("drop_pattern_unfit", Trouble.SETTINGS, pattern=pattern[:200])
    until = (link.now().timestamp() - int(link.transfer.get("rest") or 30)) * NANOSECONDS
    chosen = [found for found in folder.files() if _is_meant(found.name, pattern) and found.changed <= until]
    return sorted(chosen, key=lambda found: (found.modified, found.name))


def _is_meant(name: str, pattern: str) -> bool:
    """Hidden and unfinished files never are."""
    if name.startswith(".") or name.lower().endswith(UNFINISHED):
        return False
    return fnmatch.fnmatchcase(name.lower(), pattern.lower())


def _content(folder: Folder, found: Found) -> bytes:
    """The file to its end, unless it changed while it was read."""
    if not found.name.isprintable():
        raise TransferFailed("drop_name_unfit", Trouble.ANSWER, name=ascii(found.name))
    content = folder.read(found.name, most=settings.MAX_BODY_BYTES)
    if content is None:
        raise TransferFailed("drop_file_too_large", Trouble.ANSWER, name=found.name, limit=settings.MAX_BODY_BYTES)
    if folder.look(found.name) != found or len(content) != found.size:
        raise TransferFailed("drop_file_changing", Trouble.AGAIN, name=found.name)
    return content


def _was_read(folder: Folder, found: Found, receipt: Mapping[str, Any]) -> bool:
    """Whether this is the file that was read, not one of its name that came since."""
    if any(receipt.get(name, value) != value for name, value in (("size", found.size), ("modified", found.modified))):
        return False
    return _digest(_content(folder, found)) == str(receipt["digest"])


def _move(folder: Folder, found: Found, *, into: str, link: Link) -> None:
    """Raises TransferFailed `drop_file_changing` when another one came in its place: it was left there."""
    if not folder.move(found, into=into, at=link.now()):
        raise TransferFailed("drop_file_changing", Trouble.AGAIN, name=found.name)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _identity(found: Found, content: bytes) -> str:
    """The same only for the same file of the same time: what is delivered once more is imported once more."""
    return hashlib.sha256(f"{found.name}\0{found.modified}\0{_digest(content)}".encode()).hexdigest()[:32]


def _kind_of(name: str) -> str:
    """By its ending; anything else is read as CSV."""
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    return ending if ending in KINDS else "xlsx" if ending == "xlsm" else "csv"


def _file_of(transfer: Mapping[str, Any]) -> str:
    return str(transfer.get("file") or "export.csv")


def _named(link: Link, key: str) -> str:
    """The name of the file of this turn."""
    name = _file_of(link.transfer)
    path = PurePosixPath(name)
    fit = path.name == name and not name.startswith(".") and name.isprintable() and len(name) <= 100
    if not fit or path.suffix.lower().removeprefix(".") not in KINDS:
        raise TransferFailed("drop_name_unfit", Trouble.SETTINGS, name=name[:200])
    return f"{path.stem}-{key}{path.suffix}" if link.transfer.get("each", True) else name


def _written(items: list[Mapping[str, Any]], name: str, separator: str) -> bytes:
    """The items as a file for another system: every column that any of them has, and nothing guarded."""
    columns = list(dict.fromkeys(column for item in items for column in item))
    out = io.BytesIO()
    try:
        write_items(items, kind=_kind_of(name), columns=columns, out=out, delimiter=separator, guard=False)
    except ItemRefused as refused:
        told: dict[str, Any] = dict(refused.problem.params)
        raise TransferFailed(refused.problem.code, Trouble.ANSWER, **told) from None
    return out.getvalue()
