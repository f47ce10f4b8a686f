"""Items are sent once, whatever happens to the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Sent, TransferFailed, Trouble
from tests.syncs.connectors.http_json.asking import HERE, opened, rows, targets
from tests.syncs.http.scripted import Server, answer, resets, serving


def sent(server: Server, items: list[dict[str, Any]], *, skip: int = 0, **transfer: Any) -> Iterator[Sent]:
    return HERE.push(opened(server, **transfer), items=iter(items), key="sync-7-41", skip=skip)


def test_batches_go_one_after_the_other_each_under_its_own_key() -> None:
    with serving(answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), batch=2, list_name="items"))
    assert [part.delivered for part in told] == [2, 1]
    assert [call.json for call in server.calls] == [{"items": rows(1, 2)}, {"items": rows(3)}]
    assert [call.headers["idempotency-key"] for call in server.calls] == ["sync-7-41-0", "sync-7-41-2"]


def test_what_was_confirmed_before_is_not_sent_again_and_the_rest_under_the_same_keys() -> None:
    with serving(answer({})) as server:
        list(sent(server, rows(1, 2, 3, 4, 5), batch=2, skip=2))
    assert [call.json for call in server.calls] == [rows(3, 4), rows(5)]
    assert server.calls[0].headers["idempotency-key"] == "sync-7-41-2"


def test_nothing_is_sent_before_the_one_before_was_taken_note_of() -> None:
    with serving(answer({})) as server:
        told = sent(server, rows(1, 2), batch=1)
        next(told)
        assert len(server.calls) == 1


def test_all_at_once_is_one_request_and_nothing_is_none() -> None:
    with serving(answer({})) as server:
        assert [part.delivered for part in sent(server, rows(1, 2, 3), sending="all")] == [3]
        assert list(sent(server, [], sending="all")) == []
    assert [call.json for call in server.calls] == [rows(1, 2, 3)]


def test_a_reply_that_is_lost_is_asked_for_again_under_the_same_key() -> None:
    with serving(resets, answer({})) as server:
        assert [part.delivered for part in sent(server, rows(1), sending="one")] == [1]
    assert [call.headers["idempotency-key"] for call in server.calls] == ["sync-7-41-0"] * 2
    assert server.calls[0].body == server.calls[1].body


def test_without_keys_a_lost_reply_is_said_to_be_unknown() -> None:
    with serving(resets, answer({})) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1), idempotent=False))
    assert failed.value.code == "outcome_unknown"
    assert (len(server.calls), "idempotency-key" in server.calls[0].headers) == (1, False)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (answer({"message": "no such city"}, 422), "no such city"),
        (answer({"errors": ["x"]}, 400), '{"errors": ["x"]}'),
        (answer("much", 413), "much"),
    ],
)
def test_one_by_one_a_refused_item_does_not_stop_the_others(reply: bytes, message: str) -> None:
    with serving(answer({}), reply, answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), sending="one"))
    assert [part.delivered for part in told] == [1, 0, 1]
    refused = told[1].refused[0]
    assert (refused.position, refused.message) == (1, message)


def test_an_item_goes_to_its_own_address_whatever_it_is_called() -> None:
    items: list[dict[str, Any]] = [{"id": 17}, {"id": "a/../b c"}, {"name": "x"}, {"id": True}, {"id": "?x=1"}]
    with serving(answer({})) as server:
        told = list(sent(server, items, sending="one", method="PUT", id_field="id"))
    assert targets(server) == ["/17", "/%3Fx%3D1"]
    assert [(part.delivered, [(item.position, item.code) for item in part.refused]) for part in told] == [
        (1, []),
        (0, [(1, "path_unfit")]),
        (0, [(2, "no_id")]),
        (0, [(3, "no_id")]),
        (1, []),
    ]


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_item_is_missing_there_only_where_the_address_names_it(status: int, method: str) -> None:
    with serving(answer({}), answer("gone", status), answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), sending="one", method=method, id_field="id"))
    assert [part.delivered for part in told] == [1, 0, 1]
    assert told[1].refused[0].code == str(status)
    with serving(answer("gone", status)) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1, 2, 3), sending="one", method=method))
    assert (failed.value.code, failed.value.trouble, len(server.calls)) == ("remote_refused", Trouble.ANSWER, 1)


def said_of(number: int, *, status: int = 404) -> bytes:
    """As a service names what it does not know."""
    return answer({"message": f"No customer c-{number} (request {number * 7})"}, status)


def test_a_service_that_refuses_everything_alike_is_not_asked_for_the_rest() -> None:
    """Nothing was delivered, and what was refused is told."""
    items = [{"id": f"c-{number}"} for number in range(100)]
    told: list[Sent] = []
    with serving(*map(said_of, range(22))) as server, pytest.raises(TransferFailed) as failed:
        told.extend(sent(server, items, sending="one", method="PUT", id_field="id"))
    assert (failed.value.code, failed.value.trouble) == ("refused_too_many", Trouble.SETTINGS)
    assert failed.value.params["limit"] == 20
    assert failed.value.params["message"].startswith("No customer c-20")
    assert (len(server.calls), sum(part.delivered for part in told)) == (21, 0)


@pytest.mark.parametrize(
    ("replies", "skip"),
    [
        ([answer({}), answer("no", 422)], 0),
        ([answer("no", 422)], 1),
        ([answer("name", 422), answer("city", 422), answer("name", 422)], 0),
        ([answer("name", 422), answer("name", 400)], 0),
    ],
    ids=["one was taken", "some were answered before", "other words", "another status"],
)
def test_items_that_are_wrong_each_in_its_own_way_are_all_tried(replies: list[bytes], skip: int) -> None:
    with serving(*replies) as server:
        told = list(sent(server, rows(*range(1, 25)), sending="one", skip=skip))
    assert len(told) == len(server.calls) == 24 - skip


@pytest.mark.parametrize(
    ("status", "code"), [(400, "remote_refused"), (422, "remote_refused"), (403, "credentials_refused")]
)
def test_a_batch_that_is_refused_is_refused_whole(status: int, code: str) -> None:
    with serving(answer({}), answer("row 2", status)) as server:
        told = sent(server, rows(1, 2, 3), batch=1)
        assert next(told).delivered == 1
        with pytest.raises(TransferFailed) as failed:
            next(told)
    assert failed.value.code == code


def test_a_service_that_asks_to_come_later_is_left_until_later() -> None:
    with serving(answer({}), answer(b"", 429, "Retry-After: 600")) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1, 2), batch=1))
    assert (failed.value.trouble, failed.value.after) == (Trouble.LATER, 600.0)


def test_a_list_for_the_whole_is_said_to_be_one() -> None:
    assert HERE.everything({"everything": True})
    assert not HERE.everything({})
