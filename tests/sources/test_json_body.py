"""The body of an import request."""

from __future__ import annotations

import pytest

from templates_app.sources.json_body import OPTIONS, read_import_body
from templates_app.sources.limits import Limits
from tests.sources.opening import source_from
from tests.sources.refusals import refusal


def test_the_options_that_were_given_and_the_model_as_it_stands() -> None:
    body = read_import_body(b'{"simulate": true, "verbose": false, "model": [ {"a": 1} ] }')
    assert body.options == {"simulate": True, "verbose": False}
    assert bytes(body.model) == b'[ {"a": 1} ]'


def test_the_model_may_come_first_and_be_one_object() -> None:
    body = read_import_body(b'\xef\xbb\xbf{"model":{"a":1},"atomic":true,"stopOnError":true}')
    assert (body.options, bytes(body.model)) == ({"stopOnError": True, "atomic": True}, b'{"a":1}')


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("value", ['"false"', '"true"', "1", "0", "null", "[]", "{}", '""'])
def test_only_true_and_false_are_options(option: str, value: str) -> None:
    error = refusal(lambda: read_import_body(f'{{"{option}": {value}, "model": []}}'.encode()))
    assert (error.problem.code, error.pointer) == ("option_not_boolean", f"/{option}")
    assert error.problem.params == {"name": option, "value": value}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("simulat", "simulate"), ("Simulate", "simulate"), ("stoponerror", "stopOnError"), ("modell", "model")],
)
def test_an_unknown_member_is_refused_with_the_nearest_name(name: str, nearest: str) -> None:
    error = refusal(lambda: read_import_body(f'{{"model": [],\n "{name}": true}}'.encode()))
    assert (error.problem.code, error.problem.params) == ("unknown_option", {"name": name, "nearest": nearest})
    assert (error.line, error.pointer) == (2, f"/{name}")


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b'{"simulate": true}', "model_missing", ""),
        (b"{}", "model_missing", ""),
        (b'{"model": "text"}', "model_not_rows", "/model"),
        (b'{"model": null}', "model_not_rows", "/model"),
        (b'{"model": 5}', "model_not_rows", "/model"),
        (b"[1]", "body_not_object", ""),
        (b"null", "body_not_object", ""),
        (b"", "json_empty", ""),
        (b"{ simulate: false }", "json_unquoted_key", ""),
        (b'{"stopOnError": false, "stopOnError": true, "model": []}', "duplicate_key", "/stopOnError"),
        (b'{"model": [], "model": [{"a": 1}]}', "duplicate_key", "/model"),
        (b'{"simulate": false, "model": [], "simulate": true}', "duplicate_key", "/simulate"),
        (b'{"model": [{"a": "\xff"}]}', "not_utf8", ""),
    ],
)
def test_a_body_that_cannot_be_a_request_is_refused(body: bytes, code: str, pointer: str) -> None:
    error = refusal(lambda: read_import_body(body))
    assert (error.problem.code, error.pointer) == (code, pointer)


def test_a_body_over_the_limit_is_refused() -> None:
    error = refusal(lambda: read_import_body(b'{"model": []}', limits=Limits(max_body=5)))
    assert (error.problem.code, error.problem.params["limit"]) == ("body_too_large", 5)


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (b'{"simulate": true,\n  "model": [{"a": 1},\n    {"b": {"c": "\\u0000"}}]}', (3, 5, "/model/1/b/c")),
        (b'{"model": [{"a": 1},{"a": 1e99}]}', (1, 21, "/model/1")),
        (b'{"model":\n [{"a": 1},\n{"a": 1e99}]}', (3, 1, "/model/1")),
    ],
)
def test_an_error_in_the_model_is_named_by_its_place_in_the_whole_body(
    sent: bytes, place: tuple[int, int, str]
) -> None:
    body = read_import_body(sent)
    error = body.placed(refusal(lambda: source_from(body.model, kind="json")))
    assert (error.line, error.column, error.pointer) == place
