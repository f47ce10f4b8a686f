"""A body that is one object is read as closely as a row of an import."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from templates_app.sources.json_object import read_object
from templates_app.sources.limits import Limits
from templates_app.sources.rows import SourceRefused


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a": 1, "b": [1.50, null], "c": {"d": true}} ', {"a": 1, "b": [Decimal("1.50"), None], "c": {"d": True}}),
        (b'\xef\xbb\xbf{"\xc3\xa9": "\\u00e9"}', {"é": "é"}),
    ],
)
def test_its_members_are_given_with_exact_numbers(body: bytes, value: dict[str, Any]) -> None:
    assert read_object(body) == value


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"", "json_empty", ""),
        (b"[]", "body_not_object", ""),
        (b"1", "body_not_object", ""),
        (b"[" * 50_000, "too_deep", ""),
        (b"[" * 50_000 + b"]" * 50_000, "too_deep", ""),
        (b'{"a": 1, "a": 2}', "duplicate_key", "/a"),
        (b'{"a": {"b": 1, "b": 2}}', "duplicate_key", "/a"),
        (b'{"a": [1, {"b": "\\u0000"}]}', "nul_character", "/a/1/b"),
        (b'{"a": 1e400}', "number_over_limit", "/a"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", "too_deep", None),
        (b'{"a": 1} x', "json_trailing_text", ""),
        (b'{"a": 1', "json_cut_off", ""),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(body: bytes, code: str, pointer: str | None) -> None:
    with pytest.raises(SourceRefused) as caught:
        read_object(body)
    assert caught.value.problem.code == code
    assert pointer is None or caught.value.pointer == pointer
    assert code in {"json_empty"} or caught.value.line == 1


def test_a_body_over_its_limit_is_not_looked_at() -> None:
    with pytest.raises(SourceRefused) as caught:
        read_object(b'{"a": 1}', limits=Limits(max_body=4))
    assert caught.value.problem.code == "body_too_large"
