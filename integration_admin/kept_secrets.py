"""Secrets the site makes for itself: generated once, kept in the data folder, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES: Final = 48


def kept_secret(*, path: Path) -> str:
    """The secret kept at `path`, made on first use. Two processes that start together get the same one."""
    try:
        if not path.exists():
            _make(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{path} cannot be kept or read: {error}") from error
    if len(secret) < SECRET_BYTES:
        raise ImproperlyConfigured(f"{path} should hold a generated secret and is too short; restore it from a backup.")
    return secret


def _make(path: Path) -> None:
    # Written beside and linked into place: link() fails when another process was first, and nobody reads half a file.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
