"""Words for stored codes: each has one, and times read as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integration_admin.accounts.audit_words import action_words
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import AuditEntry, Brand, User
from sync_app.admin.wording import (
    COUNTS,
    OPERATIONS,
    PLANNED,
    STATUS_TONES,
    counts_words,
    duration_words,
    kind_words,
    span_words,
    statistics_facts,
)
from sync_app.engine.plan import OUTCOMES
from sync_app.engine.tally import COUNTED
from sync_app.models import Run, RunStatus
from tests.admin.conftest import HOSTILE, signed_in
from tests.conftest import BY

BEGAN = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_every_stored_code_has_a_word() -> None:
    assert set(STATUS_TONES) == set(RunStatus.values)
    assert set(OPERATIONS) == set(OUTCOMES)
    assert set(COUNTS) == set(PLANNED) == set(COUNTED.values())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 ms"), (0.0123, "12 ms"), (1, "1.0 s"), (59.94, "59.9 s"), (60, "1 min 0 s"), (3725, "62 min 5 s")],
)
def test_a_span_is_said_in_its_unit(seconds: float, said: str) -> None:
    assert span_words(timedelta(seconds=seconds)) == said
    assert duration_words(Run(started_at=BEGAN, finished_at=BEGAN + timedelta(seconds=seconds))) == said


def test_a_run_that_has_not_ended_has_no_duration_and_no_result() -> None:
    assert duration_words(Run(started_at=BEGAN)) == ""
    assert counts_words(Run()) == "–"
    assert [said for _name, said in statistics_facts(Run())] == ["", "", ""]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("00:00:00.0123456", "12 ms"),
        ("00:01:05.0000000", "1 min 5 s"),
        ("1.00:00:01.0000000", "1440 min 1 s"),
        ("?", "0 ms"),
    ],
)
def test_the_wires_times_are_read_back(written: str, said: str) -> None:
    statistics = {"queryCount": 9, "queryDurationTotal": written, "executionDuration": written, "rowsPerSecond": 7}
    assert [told for _name, told in statistics_facts(Run(statistics=statistics))] == ["", "7", f"9 ({said})"]


@pytest.mark.parametrize(
    ("values", "kind", "counts"),
    [
        ({"kind": "import", "simulate": True}, "Simulated import", "3 to insert, 2 unchanged"),
        ({"kind": "import"}, "Import", "3 inserted, 2 unchanged"),
        ({"kind": "undo", "simulate": True}, "Simulated undo", "3 to bring back, 2 unchanged"),
        ({"kind": "apply"}, "Apply", "3 inserted, 2 unchanged"),
    ],
)
def test_a_run_is_told_by_what_it_did(values: dict[str, Any], kind: str, counts: str) -> None:
    run = Run(**values, counts={"rows": 5, "inserted": 3, "unchanged": 2, "failed": 0})
    assert (str(kind_words(run)), counts_words(run).replace("\N{NO-BREAK SPACE}", " ")) == (kind, counts)


@pytest.mark.parametrize(
    ("action", "said"),
    [("create_brand", "Brand created"), ("field.added", "Custom field added"), ("paint_door.red", "Paint door red")],
)
def test_what_was_done_is_said_without_codes(action: str, said: str) -> None:
    assert action_words(action) == said


def test_the_configuration_history_tells_old_and_new(acme: Brand, root: User, now: datetime) -> None:
    create_brand(key="third", name="Third", sandbox=True, at=now, by=BY)
    AuditEntry.objects.create(
        brand=acme,
        at=now,
        actor=HOSTILE,
        action="change_brand",
        target=HOSTILE,
        before={"name": HOSTILE, "active": False, "note": None},
        after={"name": "Acme", "active": True, "scopes": ["import"]},
    )
    client = signed_in(root)
    answer = client.get("/admin/accounts/auditentry/?action=change_brand")
    assert [entry.brand for entry in answer.context["cl"].result_list] == [acme]
    listed = answer.content.decode()
    assert "Brand changed" in listed
    page = client.get(f"/admin/accounts/auditentry/{AuditEntry.objects.latest('pk').pk}/change/").content.decode()
    assert HOSTILE not in listed + page
    for shown in ("<del>no</del>", "<ins>yes</ins>", "<ins>Acme</ins>", "<ins>import</ins>", "<del>empty</del>"):
        assert shown in page
