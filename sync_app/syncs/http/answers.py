"""An answer of another system, read with doubt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from sync_app.syncs.http.addresses import Address
from sync_app.syncs.http.hiding import excerpt, line
from sync_app.syncs.one_turn import TransferFailed, Trouble


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by lower-case name. `address`: where it came from in the end. `asked_at`: when its request was sent.

    `framed`: its end was marked by the sender; without that, only a format that has an end of its own (JSON) is whole
    for certain. `secrets`: what may not show in anything that is told of it.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    address: Address = field(repr=False)
    asked_at: datetime
    framed: bool
    secrets: AbstractSet[str] = field(repr=False)

    @property
    def excerpt(self) -> str:
        """What it said, short and without secrets."""
        return excerpt(self.body, secrets=self.secrets)

    def said(self, value: object) -> str:
        """One value of it as it may be shown. Whatever is told of an answer passes through here, or is its excerpt."""
        return line(value, secrets=self.secrets)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON: UTF-8, to its very end, no NaN. Raises TransferFailed; a cut one can be asked for again."""
        try:
            return json.loads(self.body.decode("utf-8-sig"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            code, trouble = self._judged()
        raise TransferFailed(code, trouble, host=self.address.host, excerpt=self.excerpt)

    def _judged(self) -> tuple[str, Trouble]:
        looks_cut = not self.framed and self.body.lstrip()[:1] in {b"[", b"{"}
        return ("answer_cut", Trouble.AGAIN) if looks_cut else ("answer_not_json", Trouble.ANSWER)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
