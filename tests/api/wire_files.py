"""Golden pairs of the wire: `name.request` beside `name.response`, both as text that a person reads.

`REWRITE_WIRE=1` writes the answers anew, to be read.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.test import Client

from tests.api.conftest import read

FOLDER: Final = Path(__file__).parent / "wire"
SHOWN_HEADERS: Final = (
    "Allow",
    "Cache-Control",
    "Content-Language",
    "Content-Location",
    "Content-Type",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "WWW-Authenticate",
)
#: Members whose values differ from call to call: what stands for them in a response file.
VOLATILE: Final[Mapping[str, str]] = {
    "access_token": "<token>",
    "cursor": "<cursor>",
    "executionDuration": "<duration>",
    "queryCount": "<count>",
    "queryDurationTotal": "<duration>",
    "record": "<record>",
    "requestId": "<request>",
    "rowsPerSecond": "<rate>",
}
RUN_ADDRESS: Final = re.compile(r"/runs/\d+")
RECORD_ADDRESS: Final = re.compile(r"(/api/[a-z]+)/\d+$")
DIGEST: Final = re.compile(r"-[0-9a-f]{16}\"")


@dataclass(frozen=True)
class WireRequest:
    method: str
    path: str
    headers: Mapping[str, str]
    body: str


def cases(dialect: str, what: str = "request") -> list[str]:
    """The names of a dialect's pairs, by their requests or by their responses."""
    return sorted(path.stem for path in (FOLDER / dialect).glob(f"*.{what}"))


def answered(client: Client, dialect: str, name: str, names: Mapping[str, object]) -> str:
    """The answer to a request file, as its response file shows it."""
    request = _read_request(dialect, name, names)
    headers = dict(request.headers)
    content_type = headers.pop("Content-Type", "")
    answer = client.generic(request.method, request.path, request.body, content_type=content_type, headers=headers)
    return _response_text(answer, {value: f"<{key}>" for key, value in names.items() if isinstance(value, int)})


def kept(dialect: str, name: str, shown: str) -> str:
    """The response file; it is made of what is shown first where that was asked for."""
    path = FOLDER / dialect / f"{name}.response"
    if os.environ.get("REWRITE_WIRE"):
        path.write_text(shown)
    return path.read_text()


def _read_request(dialect: str, name: str, names: Mapping[str, object]) -> WireRequest:
    """A request file; `$name` stands for what is different in every test (keys, tokens, run ids)."""
    text = (FOLDER / dialect / f"{name}.request").read_text()
    for placeholder, value in names.items():
        text = text.replace(f"${placeholder}", str(value))
    head, _, body = text.partition("\n\n")
    first, *lines = head.splitlines()
    method, path = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return WireRequest(method, path, headers, body.rstrip("\n"))


def _response_text(answer: Any, runs: Mapping[int, str]) -> str:
    """An answer as a response file shows it. `runs`: id of a run or record -> the name it goes by."""
    headers = [f"{name}: {_address(answer[name])}" for name in SHOWN_HEADERS if name in answer]
    written = answer.streaming or answer.content
    body = json.dumps(_masked(read(answer), runs), ensure_ascii=False, indent=2) if written else ""
    return "\n".join([str(answer.status_code), *headers, "", body, ""])


def _address(text: str) -> str:
    return DIGEST.sub('-<digest>"', RECORD_ADDRESS.sub(r"\1/<key>", RUN_ADDRESS.sub("/runs/<run>", text)))


def _masked(value: Any, runs: Mapping[int, str], name: str = "") -> Any:
    if name in VOLATILE and value is not None:
        return VOLATILE[name]
    if name in {"run", "parent"} and isinstance(value, int):
        return runs.get(value, "<run>")
    if name == "key" and type(value) is int:
        return runs.get(value, "<key>")
    if isinstance(value, dict):
        shown = {key: _masked(inner, runs, key) for key, inner in value.items()}
        if isinstance(value.get("next"), int) and any("kind" in item for item in value.get("items", ())):
            shown["next"] = runs.get(value["next"], "<run>")
        return shown
    if isinstance(value, list):
        return [_masked(inner, runs) for inner in value]
    return value
