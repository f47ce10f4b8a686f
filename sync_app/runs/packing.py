"""Bodies as they are kept: compressed with Zstandard, in parts that are read one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Final, cast

import zstandard

from templates_app.sources.rows import SourceRefused

#: The quickest: the journal is the large part of what a run keeps, and the body is read back once or twice.
LEVEL: Final = 1


def packed(body: bytes) -> bytes:
    """The whole body, compressed."""
    return zstandard.ZstdCompressor(level=LEVEL).compress(body)


def pack(chunks: Iterable[bytes], out: IO[bytes], *, limit: int) -> int:
    """Write the chunks compressed; gives how many bytes they were. Raises SourceRefused `body_too_large`."""
    size = 0
    with zstandard.ZstdCompressor(level=LEVEL).stream_writer(out, closefd=False) as packer:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise SourceRefused("body_too_large", limit=limit)
            packer.write(chunk)
    return size


def unpacked(parts: Iterable[bytes]) -> bytes:
    """What was compressed, whole."""
    return b"".join(_read(parts))


def head(parts: Iterable[bytes], length: int) -> bytes:
    """The first bytes of what was compressed, at most `length`: no more is unpacked, and no part read in vain."""
    found = b""
    for piece in _read(parts, at_most=length):
        found += piece
        if len(found) >= length:
            break
    return found[:length]


def _read(parts: Iterable[bytes], *, at_most: int = zstandard.DECOMPRESSION_RECOMMENDED_OUTPUT_SIZE) -> Iterator[bytes]:
    source = cast(IO[bytes], _Parts(iter(parts)))
    with zstandard.ZstdDecompressor().stream_reader(source) as reader:
        while piece := reader.read(at_most):
            yield piece


class _Parts:
    """Parts as the file they were; nothing but `read` is asked of it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts

    def read(self, _size: int = -1) -> bytes:
        return next(self._parts, b"")
