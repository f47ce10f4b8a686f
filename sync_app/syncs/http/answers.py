"""An answer of another system, read with doubt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
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

    def json(self, *, exact: bool = False) -> Any:
        """The body as JSON: UTF-8, to its very end, no NaN, no key twice; `exact`: decimals with every digit.

        Raises TransferFailed `duplicate_key`, `answer_not_json`, or `answer_cut` for one that can be asked for again.
        """
        read_float = Decimal if exact else float
        try:
            text = self.body.decode("utf-8-sig")
            return json.loads(text, parse_constant=_refuse, parse_float=read_float, object_pairs_hook=_members)
        except _Twice as twice:
            name = twice.name
        except (ArithmeticError, ValueError, RecursionError):
            code, trouble = self._judged()
            raise TransferFailed(code, trouble, host=self.address.host, excerpt=self.excerpt) from None
        raise TransferFailed("duplicate_key", Trouble.ANSWER, name=self.said(name))

    def _judged(self) -> tuple[str, Trouble]:
        looks_cut = not self.framed and self.body.lstrip()[:1] in {b"[", b"{"}
        return ("answer_cut", Trouble.AGAIN) if looks_cut else ("answer_not_json", Trouble.ANSWER)


class _Twice(Exception):
    """Which of the two values counts, nobody can know."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        raise _Twice(counted.most_common(1)[0][0])
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)
