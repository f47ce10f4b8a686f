"""Bodies as strangers send them: each has its answer, and none of them writes anything."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from django.test import RequestFactory

from sync_app.api import bodies
from sync_app.api.problems import DoorRefused
from tests.api.conftest import LEA, Caller, read, written

PATH = "api/integration/clients"
DEEP = b"[" * 100_000 + b"]" * 100_000


def model(value: bytes) -> bytes:
    return b'{"model": [{"Nom usage": ' + value + b', "ID_DOSSIER": "D-1"}]}'


REFUSED: list[tuple[str, bytes, int, str]] = [
    ("empty", b"", 400, ""),
    ("blanks", b"  \n ", 400, ""),
    ("no JSON", b"hello", 400, ""),
    ("a list", b"[]", 400, "body_not_object"),
    ("a text", b'"x"', 400, "body_not_object"),
    ("NaN", model(b"NaN"), 400, "json_not_a_number"),
    ("Infinity", model(b"Infinity"), 400, "json_not_a_number"),
    ("minus Infinity", model(b"-Infinity"), 400, "json_not_a_number"),
    ("too large a number", model(b"1e999"), 400, "number_over_limit"),
    ("a huge exponent", model(b"1e3000000"), 400, "number_over_limit"),
    ("4301 digits", model(b"9" * 4301), 400, "number_over_limit"),
    ("too deep", model(DEEP), 400, "too_deep"),
    ("a lone surrogate", model(b'"\\ud800"'), 400, ""),
    ("latin-1", model('"é"'.encode("latin-1")), 400, "not_utf8"),
    ("overlong UTF-8", model(b'"\xc0\xaf"'), 400, "not_utf8"),
    ("UTF-16", json.dumps({"model": [LEA]}).encode("utf-16"), 400, "not_utf8"),
    ("UTF-32", json.dumps({"model": [LEA]}).encode("utf-32"), 400, "not_utf8"),
    ("unquoted keys", b"{ simulate: false, model: { } }", 400, "json_unquoted_key"),
    ("a trailing comma", b'{"model": [],}', 400, ""),
    ("a comment", b'{"model": [] /* x */}', 400, ""),
    ("two bodies", b'{"model": []}{"model": []}', 400, ""),
    ("simulate as text", b'{"simulate": "false", "model": []}', 400, "option_not_boolean"),
    ("simulate as number", b'{"simulate": 1, "model": []}', 400, "option_not_boolean"),
    ("simulate as null", b'{"simulate": null, "model": []}', 400, "option_not_boolean"),
    ("simulate twice", b'{"simulate": true, "simulate": false, "model": []}', 400, "duplicate_key"),
    ("an unknown option", b'{"simulated": true, "model": []}', 400, "unknown_option"),
    ("stop and atomic", b'{"stopOnError": true, "atomic": true, "model": []}', 400, "options_exclude"),
    ("no model", b'{"simulate": true}', 400, "model_missing"),
    ("model as text", b'{"model": "x"}', 400, "model_not_rows"),
    ("model as null", b'{"model": null}', 400, "model_not_rows"),
    ("__proto__ as option", b'{"__proto__": {}, "model": []}', 400, "unknown_option"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "status", "code"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_it_refuses_the_body_as_a_whole(body: bytes, status: int, code: str, we: Caller) -> None:
    before = written()
    answer = we.post(PATH, body)
    told = read(answer)
    assert answer.status_code == status
    assert told["code"] == code or not code
    assert told["message"] != told["code"]
    assert written() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b'"a\\u0000b"', ""),
        (b'"' + b"x" * 300 + b'"', "text_too_long"),
        (b"[1, 2]", ""),
        (b'{"a": 1}', ""),
        (b"null", "value_required"),
        (b'"   "', "value_required"),
    ],
    ids=["NUL", "300 characters", "a list", "an object", "null", "blanks"],
)
def test_a_bad_value_fails_its_row_or_the_body_and_never_the_server(value: bytes, code: str, we: Caller) -> None:
    answer = we.post(PATH, model(value))
    told = read(answer)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert told["counts"]["failed"] == 1
        assert told["counts"]["inserted"] == 0
        assert told["errors"][0]["code"] == code or not code


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["__proto__", "constructor", "__class__", "pk", "id", "brand", "items", "save", "", "x" * 9999]
)
def test_any_name_is_plain_data(name: str, we: Caller) -> None:
    answer = we.send({**LEA, name: "x"}, simulate=True)
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        changed = read(answer)["operations"][0]["changes"]
        assert set(changed) == {"LastName", "Email", "_IDDOSSIER", "Type"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", ["' OR 1=1--", "%", "_", "\\", "$1", "{0.__class__}", "%(x)s", "<img src=x onerror=1>"]
)
def test_any_value_comes_back_as_it_was(value: str, we: Caller) -> None:
    read(we.send({**LEA, "Nom usage": value}))
    exported = read(we.get("api/integration/clients-out"))["items"]
    assert [item["Nom usage"] for item in exported] == [value]


@pytest.mark.django_db
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b" \n"])
def test_a_mark_and_blanks_before_the_body_are_tolerated(start: bytes, we: Caller) -> None:
    assert we.post(PATH, start + json.dumps({"model": [LEA]}).encode()).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "text/html",
        "json",
        "application/xml",
    ],
)
def test_it_refuses_other_content_types(content_type: str, we: Caller) -> None:
    answer = we.call("POST", PATH, {"model": [LEA]}, content_type=content_type)
    assert (answer.status_code, read(answer)["code"]) == (415, "content_type_refused")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type", ["", "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_it_takes_json_in_utf_8_or_no_type_at_all(content_type: str, we: Caller) -> None:
    assert we.call("POST", PATH, {"model": [LEA]}, content_type=content_type).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
def test_it_refuses_encoded_bodies(encoding: str, we: Caller) -> None:
    answer = we.call("POST", PATH, b"\x1f\x8b", headers={"Content-Encoding": encoding})
    assert (answer.status_code, read(answer)["code"]) == (415, "content_encoding_refused")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PATH, "api/integration/runs", "api/config", "api/integration/runs/1/undo"])
def test_it_names_the_limit_of_a_body_that_is_too_large(path: str, we: Caller, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 70_000
    answer = we.post(path, b"x" * 70_001)
    told = read(answer)
    assert (answer.status_code, told["code"]) == (413, "body_too_large")
    assert "70000" in told["message"] or "65536" in told["message"]
    assert told.get("hint") == ("Send the rows in several requests." if path == PATH else None)


@pytest.mark.django_db
def test_it_names_the_limit_of_rows(we: Caller, settings: Any) -> None:
    settings.MAX_ROWS = 3
    answer = we.send(*[LEA] * 4)
    assert answer.status_code == 413
    assert "3" in read(answer)["message"]


@pytest.mark.django_db
def test_a_body_over_a_megabyte_is_imported_all_the_same(we: Caller) -> None:
    rows = [{"Nom usage": f"Client {n}", "Autre": "x" * 600, "ID_DOSSIER": str(n)} for n in range(2000)]
    counts = read(we.send(*rows))["counts"]
    assert (counts["rows"], counts["inserted"]) == (2000, 2000)


@pytest.mark.django_db
def test_an_error_in_a_row_names_the_place_in_the_whole_body(we: Caller) -> None:
    body = '{"simulate": true,\n  "model": {"a": 1, "b": [\n    {"x": 01}]}}'
    told = read(we.post(PATH, body))
    assert told["line"] == 3


# --- reading, without a server


def request_of(content: bytes, **meta: Any) -> Any:
    request = RequestFactory().generic("POST", "/", content, content_type="application/json")
    request.META.update(meta)
    for name in [name for name, value in meta.items() if value is None]:
        del request.META[name]
    return request


class Endless:
    """A body of chunks that never ends."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int) -> bytes:
        self.taken += size
        return b" " * size


def chunked(stream: Any) -> Any:
    meta = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": stream, "wsgi.input_terminated": True}
    return request_of(b"", CONTENT_LENGTH=None, **meta)


@pytest.mark.parametrize("size", [0, 1, bodies.PIECE, bodies.IN_MEMORY + 1])
def test_a_body_without_length_is_read_to_its_end(size: int) -> None:
    content = b"x" * size
    request = chunked(io.BytesIO(content))
    bodies.check_length(request.META, limit=10_000_000)
    with bodies.received(request, limit=10_000_000) as view:
        assert bytes(view) == content


def test_a_body_without_length_and_without_end_is_cut_at_the_limit() -> None:
    endless = Endless()
    tracemalloc.start()
    with pytest.raises(DoorRefused, match="body_too_large"), bodies.received(chunked(endless), limit=50_000_000):
        pytest.fail("it was taken in")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert endless.taken <= 50_000_000 + bodies.PIECE
    assert peak < 16_000_000


def test_a_server_that_cannot_tell_where_the_body_ends_asks_for_its_length() -> None:
    meta = chunked(io.BytesIO()).META
    del meta["wsgi.input_terminated"]
    with pytest.raises(DoorRefused) as refused:
        bodies.check_length(meta, limit=10)
    assert refused.value.status == 411


@pytest.mark.parametrize("declared", ["-1", "1e3", "0x10", "١٢", "12 13", "9" * 30])
def test_it_refuses_a_length_that_is_none(declared: str) -> None:
    with pytest.raises(DoorRefused, match="length_invalid"):
        bodies.check_length({"CONTENT_LENGTH": declared}, limit=10**20)


@pytest.mark.parametrize("size", [10, bodies.IN_MEMORY + 10])
def test_a_body_that_ends_too_early_is_refused(size: int) -> None:
    request = RequestFactory().generic("POST", "/", b"x" * size)
    request.META["CONTENT_LENGTH"] = str(size + 1)
    with pytest.raises(DoorRefused, match="body_cut_short"), bodies.received(request, limit=10_000_000):
        pytest.fail("it was taken in")


def test_an_error_of_the_server_while_reading_is_a_cut_short_body() -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise ValueError("bad chunk")

    with pytest.raises(DoorRefused, match="body_cut_short"), bodies.received(chunked(Broken()), limit=10):
        pytest.fail("it was taken in")
