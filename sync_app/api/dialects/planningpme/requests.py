"""From the wire to arguments: query parameters, headers and JSON bodies, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.conf import settings
from django.http import HttpRequest

from integration_admin.accounts.names import is_plain_text
from sync_app.api.problems import DoorRefused
from sync_app.runs.errors import RunNotFound
from sync_app.runs.options import ImportOptions, OnError
from sync_app.runs.reports.refused_groups import Refusals
from templates_app.sources.json_body import ImportBody, read_import_body
from templates_app.sources.json_spans import Span, first_byte, members, whole
from templates_app.sources.json_text import JsonText, read_text
from templates_app.sources.limits import Limits

# The vendor's pages put the key into the address of the documentation; here it counts in its header only.
NOT_OURS: Final = frozenset({"appkey"})
NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
IDEMPOTENCY_KEY: Final = re.compile(r"[\x20-\x7e]{1,255}")
LONGEST_KEY: Final = 255
SHOWN: Final = 60
LONGEST_TEXT: Final = 255
HIGHEST_ROW: Final = 2**31 - 1
LARGEST_OPTIONS: Final = 64 * 1024
LARGEST_RECORD: Final = 4 * 1024 * 1024

#: The names of a command's options, each with the texts it takes; none = true or false, `str` any text, `int` a number.
Choices = Mapping[str, tuple[str, ...] | type[str] | type[int]]


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What a POST to a template asks: the options, and where in the body the rows' model lies."""

    options: ImportOptions
    body: ImportBody


def limits() -> Limits:
    """What a body may be at most, by the settings."""
    return Limits(max_body=settings.MAX_BODY_BYTES, max_rows=settings.MAX_ROWS)


def import_request(view: memoryview) -> ImportRequest:
    """Raises SourceRefused with the place, and DoorRefused for options that exclude each other."""
    body = read_import_body(view, limits=limits())
    return ImportRequest(options=import_options(body.options), body=body)


def import_options(given: Mapping[str, object]) -> ImportOptions:
    """`simulate`, `verbose`, `stopOnError` and `atomic`, all false by default."""
    if given.get("stopOnError") and given.get("atomic"):
        raise DoorRefused("options_exclude", pointer="/atomic", first="stopOnError", second="atomic")
    on_error: OnError = "stop" if given.get("stopOnError") else "atomic" if given.get("atomic") else "skip"
    return ImportOptions(simulate=bool(given.get("simulate")), verbose=bool(given.get("verbose")), on_error=on_error)


def rows_asked(given: Mapping[str, Any]) -> Refusals | int | None:
    """Which failed rows: the one of `row`, those refused for `code` (and there, if they say where), or all."""
    place = [name for name in ("type", "field", "name") if name in given]
    if "code" in given and "row" in given:
        raise DoorRefused("options_exclude", pointer="/code", first="row", second="code")
    if place and "code" not in given:
        raise DoorRefused("option_needs", pointer=f"/{place[0]}", name=place[0], other="code")
    if "code" in given:
        return Refusals(given["code"], given.get("type"), given.get("field"), given.get("name"))
    row: int | None = given.get("row")
    return row


def command_options(view: memoryview, *, known: Choices) -> dict[str, Any]:
    """The options of a command: a JSON object with members of `known` only, or no body at all.

    Raises SourceRefused and DoorRefused.
    """
    if not bytes(view).strip():
        return {}
    text = read_text(view, limits=Limits(max_body=LARGEST_OPTIONS))
    root = whole(text)
    if first_byte(text, root) != b"{":
        raise DoorRefused("options_not_object")
    inside = members(text, root, limits=limits())
    return {name: _option(text, span, name, known) for name, span in inside.items()}


def _option(text: JsonText, span: Span, name: str, known: Choices) -> object:
    if name not in known:
        raise DoorRefused("option_unknown", pointer=span.pointer, name=name[:SHOWN], known=", ".join(known) or "–")
    value = _plain(text.view[span.start : span.end])
    choices = known[name]
    if choices is str:
        # No database can look for a NUL.
        fits = isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value
        possible = f'"" … ({LONGEST_TEXT})'
    elif choices is int:
        # To JSON 3 and 3.0 are the same number.
        value = int(value) if isinstance(value, float) and value.is_integer() else value
        fits, possible = type(value) is int and 1 <= value <= HIGHEST_ROW, f"1–{HIGHEST_ROW}"
    elif isinstance(choices, tuple) and choices:
        fits, possible = value in choices, ", ".join(choices)
    else:
        fits, possible = isinstance(value, bool), "true, false"
    if not fits:
        raise DoorRefused("option_invalid", pointer=span.pointer, name=name, known=possible)
    return value


def _plain(written: memoryview) -> object:
    """The value, or None for what is JSON by its form and still no value: a number beyond all bounds, say."""
    try:
        return msgspec.json.decode(written)
    except msgspec.DecodeError:
        return None


def query_of(http: HttpRequest, *, known: tuple[str, ...]) -> dict[str, str]:
    """The query parameters, each at most once and none but `known`: a mistyped filter must not mean "everything"."""
    found: dict[str, str] = {}
    for name, values in http.GET.lists():
        if name in NOT_OURS:
            continue
        if name not in known:
            raise DoorRefused("parameter_unknown", name=name[:SHOWN], known=", ".join(known) or "–")
        if len(values) > 1:
            raise DoorRefused("parameter_repeated", name=name)
        if not is_plain_text(values[0]):
            raise DoorRefused("parameter_invalid", name=name, value="…", known="text without control characters")
        found[name] = values[0]
    return found


def number_in(query: Mapping[str, str], name: str, *, low: int, high: int) -> int | None:
    """A whole number in ASCII digits, None when the parameter is absent."""
    if name not in query:
        return None
    text = query[name]
    if not NUMBER.fullmatch(text) or not low <= int(text) <= high:
        raise DoorRefused("parameter_invalid", name=name, value=text[:SHOWN], known=f"{low}–{high}")
    return int(text)


def choice_in(query: Mapping[str, str], name: str, *, among: tuple[str, ...]) -> str | None:
    """One of the words, None when the parameter is absent."""
    if name in query and query[name] not in among:
        known = ", ".join(among)
        raise DoorRefused("parameter_invalid", name=name, value=query[name][:SHOWN], known=known)
    return query.get(name)


def run_number(text: str) -> int:
    """The id of a run in an address. What is no number is a run that does not exist."""
    if not NUMBER.fullmatch(text):
        raise RunNotFound
    return int(text)


def idempotency_key(meta: Mapping[str, Any]) -> str | None:
    """The header Idempotency-Key, None when it is absent."""
    key = meta.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise DoorRefused("idempotency_key_invalid", limit=LONGEST_KEY)
    return key


def prefers_async(meta: Mapping[str, Any]) -> bool:
    """Whether the header Prefer asks for `respond-async`."""
    wishes = str(meta.get("HTTP_PREFER", "")).split(",")
    return any(wish.partition(";")[0].strip().lower() == "respond-async" for wish in wishes)
