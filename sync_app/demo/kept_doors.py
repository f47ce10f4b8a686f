"""The secrets of the demo, made once and kept beside the data, so that the next start can show them again."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from integration_admin.accounts.credentials import mint_password


@dataclass(frozen=True, slots=True)
class KeptDoors:
    """What opens the demo. Empty: not known here, because its owner changed it or it was never made."""

    password: str = ""
    api_password: str = ""
    appkey: str = ""


class DoorsFile:
    """A JSON file that only its owner can read."""

    def __init__(self, *, path: Path) -> None:
        self._path = path

    def read(self) -> KeptDoors:
        """What is kept; nothing when there is no file or it is not ours."""
        try:
            kept: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
            return KeptDoors(**{name: str(value) for name, value in kept.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return KeptDoors()

    def with_passwords(self) -> KeptDoors:
        """What is kept, with a password where there was none; written before anyone uses it."""
        kept = self.read()
        full = replace(
            kept, password=kept.password or mint_password(), api_password=kept.api_password or mint_password()
        )
        if full != kept:
            self.write(full)
        return full

    def write(self, doors: KeptDoors) -> None:
        """Replaces the file in one step."""
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(doors), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
