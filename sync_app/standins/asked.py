"""A request as a stand-in reads it, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Answer:
    """`content` is what JSON can hold; None = no body at all."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """What a stand-in answers instead of going on."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Asked:
    """`path`: the decoded segments. `query`: the last value of each name. Names of `headers` are in small letters."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def token(self) -> str:
        """The bearer token; one without the word `Bearer` counts as well, as one vendor's pages show it."""
        value = self.headers.get("authorization", "")
        return value[len(BEARER) :] if value.lower().startswith(BEARER) else value

    def json(self) -> Any:
        """The body; None for what is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def form(self) -> dict[str, str]:
        """The body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", errors="replace"), keep_blank_values=True))


def asked(*, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Asked:
    """A request from its line, its headers and its body."""
    parts = urlsplit(target)
    return Asked(
        method=method,
        path=tuple(unquote(segment) for segment in parts.path.split("/") if segment),
        query=dict(parse_qsl(parts.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )


def whole_number(text: str) -> int | None:
    """A number in a query; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
