"""Files on their way: kept compressed until an import of them starts, seen by the person who brought them only."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Right, User
from sync_app.models import Upload, UploadPart
from sync_app.runs import packing
from sync_app.runs.errors import RunRefused
from sync_app.runs.payload import PART_BYTES

KEPT: Final = timedelta(days=1)
#: How many files one person may have waiting in a brand; the oldest make room.
KEPT_EACH: Final = 20
IN_MEMORY: Final = 1024 * 1024
NAME_LENGTH: Final = 255


class UploadNotFound(RunRefused):
    """There is no such file of this person in this brand; it was imported, removed, or purged."""

    status = 404

    def __init__(self) -> None:
        super().__init__("upload_not_found")


def keep_upload(*, actor: Actor, chunks: Iterable[bytes], file_name: str, at: datetime) -> Upload:
    """The file, kept as a run keeps its body. Never more of it in memory than a few megabytes.

    Raises NotAllowed, SourceRefused `body_too_large` and RunRefused `upload_empty`.
    """
    actor.require(Right.IMPORT)
    # Compressed before the transaction begins, which holds the lock of the database on SQLite.
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR) as packed:
        size = packing.pack(chunks, packed, limit=settings.MAX_BODY_BYTES)
        if not size:
            raise RunRefused("upload_empty")
        packed.seek(0)
        with transaction.atomic():
            upload = Upload.objects.create(
                brand=actor.brand, user=_person(actor), file_name=file_name[-NAME_LENGTH:], size=size, created_at=at
            )
            number = 0
            while part := packed.read(PART_BYTES):
                UploadPart.objects.create(upload=upload, part=number, content=part)
                number += 1
            _make_room(upload)
    return upload


def find_upload(*, actor: Actor, upload: int) -> Upload:
    """Raises UploadNotFound."""
    found = _of(actor).filter(pk=upload).first()
    if found is None:
        raise UploadNotFound
    return found


def list_uploads(*, actor: Actor) -> list[Upload]:
    """The files this person has waiting in this brand, the newest first."""
    return list(_of(actor).order_by("-pk"))


def drop_upload(*, actor: Actor, upload: int) -> None:
    """Forgets the file. One that is gone already is no error: it is gone, as was asked."""
    _of(actor).filter(pk=upload).delete()


def purge_uploads(*, now: datetime) -> int:
    """Forgets the files nobody has started within a day; answers how many."""
    old = Upload.objects.filter(created_at__lt=now - KEPT)
    count = old.count()
    old.delete()
    return count


@dataclass(frozen=True, slots=True)
class KeptBody:
    """The bytes of an upload, unpacked no further than is asked for."""

    upload: Upload

    @property
    def size(self) -> int:
        return int(self.upload.size)

    def head(self, length: int) -> bytes:
        """The first bytes, at most `length`."""
        return packing.head(self._parts(), length)

    def whole(self) -> bytes:
        return packing.unpacked(self._parts())

    def _parts(self) -> Iterator[bytes]:
        found = UploadPart.objects.filter(upload=self.upload).order_by("part").values_list("content", flat=True)
        yield from (bytes(part) for part in found.iterator(chunk_size=1))


def _person(actor: Actor) -> User:
    """Whose file it is: an application key or a command brings no file here."""
    if actor.user is None:
        raise NotAllowed("not_in_brand")
    return actor.user


def _of(actor: Actor) -> QuerySet[Upload]:
    return Upload.objects.filter(brand=actor.brand, user=_person(actor))


def _make_room(upload: Upload) -> None:
    mine = Upload.objects.filter(brand=upload.brand, user=upload.user).order_by("-pk")
    Upload.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[KEPT_EACH:])).delete()
