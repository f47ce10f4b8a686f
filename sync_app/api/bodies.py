"""The body of a request: taken in no further than the limit, a large one on disk, then looked at where it lies."""

from __future__ import annotations

import mmap
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any, Final, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import parse_header_parameters

from sync_app.api.problems import DoorRefused

IN_MEMORY: Final = 1024 * 1024
PIECE: Final = 64 * 1024
LENGTH: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
SHOWN: Final = 60
JSON: Final = "application/json"
#: RFC 7396.
MERGE_PATCH: Final = "application/merge-patch+json"
#: What a change of members may be sent as.
PATCHES: Final = (JSON, MERGE_PATCH)


class Readable(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...


def check_length(meta: Mapping[str, Any], *, limit: int) -> None:
    """Refuses a body whose declared length is over `limit` bytes, or that has none and cannot be measured otherwise.

    Reads nothing. Raises DoorRefused (411, 413 or 400).
    """
    declared = str(meta.get("CONTENT_LENGTH") or "")
    if declared and not LENGTH.fullmatch(declared):
        raise DoorRefused("length_invalid")
    if declared and int(declared) > limit:
        raise DoorRefused("body_too_large", status=413, limit=limit)
    if not declared and meta.get("HTTP_TRANSFER_ENCODING") and not meta.get("wsgi.input_terminated"):
        raise DoorRefused("length_required", status=411)


def check_json(meta: Mapping[str, Any]) -> None:
    """Refuses what its headers say is not JSON in UTF-8; no Content-Type is taken for JSON. Raises DoorRefused."""
    _check_media(meta, (JSON,))


def check_patch(meta: Mapping[str, Any]) -> bool:
    """As `check_json`, but a merge patch is taken too. Gives whether it is one; the refusal names what is taken."""
    return _check_media(meta, PATCHES, headers={"Accept-Patch": ", ".join(PATCHES)}) == MERGE_PATCH


def _check_media(meta: Mapping[str, Any], taken: Sequence[str], *, headers: Mapping[str, str] | None = None) -> str:
    encoding = str(meta.get("HTTP_CONTENT_ENCODING", "")).strip()
    if encoding.lower() not in {"", "identity"}:
        raise DoorRefused("content_encoding_refused", status=415, headers=headers, value=encoding[:SHOWN])
    written = str(meta.get("CONTENT_TYPE", "")).strip()
    media, parameters = parse_header_parameters(written)
    charset = parameters.get("charset", "utf-8").lower()
    if written and (media not in taken or charset not in {"utf-8", "utf8"}):
        raise DoorRefused("content_type_refused", status=415, headers=headers, value=written[:SHOWN])
    return media


@contextmanager
def received(request: HttpRequest, *, limit: int) -> Iterator[memoryview]:
    """The whole body, at most `limit` bytes; over a megabyte it lies in a file that is gone afterwards.

    Raises DoorRefused: 413 over the limit, 400 when less arrived than was declared.
    """
    stream, length = _stream(request)
    if length is not None and length <= IN_MEMORY:
        content = _piece(stream, length)
        if len(content) < length:
            raise DoorRefused("body_cut_short")
        yield memoryview(content)
        return
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        size = _spool(stream, file, limit=limit)
        if length is not None and size < length:
            raise DoorRefused("body_cut_short")
        # Never closed by hand: views of it may outlive this block, and it closes with the last of them.
        yield memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b"")


def _stream(request: HttpRequest) -> tuple[Readable, int | None]:
    declared = str(request.META.get("CONTENT_LENGTH") or "")
    if declared:
        return request, int(declared)
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        # Django reads no body without a length; the server has taken the chunks apart and says where they end.
        return request.META["wsgi.input"], None
    return BytesIO(), 0


def _spool(stream: Readable, file: IO[bytes], *, limit: int) -> int:
    size = 0
    while piece := _piece(stream, PIECE):
        size += len(piece)
        if size > limit:
            raise DoorRefused("body_too_large", status=413, limit=limit)
        file.write(piece)
    file.flush()
    return size


def _piece(stream: Readable, size: int) -> bytes:
    try:
        return stream.read(size)
    except Exception as error:
        # Each server has errors of its own for a connection that ended or chunks that make no sense.
        raise DoorRefused("body_cut_short") from error
