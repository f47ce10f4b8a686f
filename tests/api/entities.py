"""Records of acme for the tests of the entity addresses, made through these addresses."""

from __future__ import annotations

from typing import Any, Final

from tests.api.conftest import Caller, read

GREEN: Final = {"backgroundColor": "#65A18D", "color": "#000000"}


def made(we: Caller, entity: str, **members: Any) -> int:
    """Creates a record and gives its key."""
    answer = we.post(f"api/{entity}", members)
    assert answer.status_code == 201, answer.content
    return int(read(answer)["key"])


def labels(answer: Any) -> list[str]:
    """The labels of a list, in its order."""
    assert answer.status_code == 200, answer.content
    return [item["label"] for item in read(answer)["items"]]


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of an error."""
    return answer.status_code, read(answer)["code"]


def errors(answer: Any) -> list[tuple[str, str]]:
    """(pointer, code) of each thing that is wrong."""
    told = read(answer)
    assert (answer.status_code, told["code"]) == (422, "edit_refused"), told
    assert all(one["message"] for one in told["errors"])
    return [(one.get("pointer", ""), one["code"]) for one in told["errors"]]
