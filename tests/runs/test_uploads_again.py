"""A file whose import broke off goes on its way once more, whole or without what is in, for who may read its rows."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import Brand
from sync_app.models import FailedRow, Run, RunPayload, RunStatus, Upload
from sync_app.runs.errors import RunConflict, RunNotFound, RunRefused
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.uploads.again import again_of, bring_again
from sync_app.runs.uploads.keeping import KeptBody, keep_upload
from sync_app.runs.uploads.start import import_upload
from sync_app.runs.verbs.going_on import start_going_on
from sync_app.runs.work.job import Job
from tests.conftest import Login
from tests.runs.conftest import House

CSV = b"code;name\nC-1;Ann\nC-2;Bob\n;Cy\nC-4;Dan\nC-5;Eve\n"
JSON = json.dumps([{"code": code, "name": "x"} for code in ("C-1", "C-2", "", "C-4", "C-5")]).encode()


def imported(house: House, body: bytes = CSV, name: str = "clients.csv", **options: Any) -> Run:
    now = timezone.now()
    upload = keep_upload(actor=house.actor, chunks=[body], file_name=name, at=now)
    return import_upload(
        actor=house.actor,
        upload=upload.pk,
        template="customers",
        options=ImportOptions(**options),
        file=FileOptions(),
        holder="here",
        clock=timezone.now,
    )


def again(house: House, run: Run, what: Any) -> Upload:
    return bring_again(actor=house.actor, run=run.pk, what=what, at=timezone.now())


@pytest.mark.parametrize("options", [{"on_error": "atomic"}, {"on_error": "stop", "simulate": True}])
def test_where_nothing_is_in_the_whole_file_is_offered(house: House, options: dict[str, Any]) -> None:
    run = imported(house, **options)
    offered = again_of(actor=house.actor, run=run)
    assert (run.status in {RunStatus.FAILED, RunStatus.STOPPED}, offered.whole, offered.rest) == (True, True, 0)
    upload = again(house, run, "whole")
    assert (KeptBody(upload).whole(), upload.file_name, upload.user) == (CSV, "clients.csv", house.actor.user)
    with pytest.raises(RunConflict, match="run_not_broken_off"):
        again(house, run, "rest")


@pytest.mark.parametrize(("body", "name"), [(CSV, "clients.csv"), (JSON, "clients.json")])
def test_after_a_stop_the_rest_is_what_is_not_in(house: House, body: bytes, name: str) -> None:
    run = imported(house, body, name, on_error="stop")
    assert (run.status, run.counts["rowsOk"], run.counts["unprocessed"]) == (RunStatus.STOPPED, 2, 2)
    assert again_of(actor=house.actor, run=run).rest == 3
    failed = FailedRow.objects.get(run=run)
    failed.edited = json.dumps({"code": "C-3", "name": "Cy"})
    failed.save()
    rest = KeptBody(again(house, run, "rest")).whole()
    done = imported(house, rest, name)
    assert (done.status, done.counts["rows"], done.counts["inserted"]) == (RunStatus.SUCCEEDED, 3, 3)
    assert sorted(house.live()) == ["C-1", "C-2", "C-3", "C-4", "C-5"]


def test_a_cell_of_a_workbook_that_held_no_value_holds_none_in_the_rest(house: House) -> None:
    book, out = Workbook(), io.BytesIO()
    for cells in (["code", "name"], ["C-1", "Ann"], [None, "Bob"], ["C-3", "#N/A"], ["C-4", "=A1"], ["C-5", "Eve"]):
        book.worksheets[0].append(cells)
    book.save(out)
    run = imported(house, out.getvalue(), "clients.xlsx", on_error="stop")
    rest = KeptBody(again(house, run, "rest")).whole()
    done = imported(house, rest, "clients.xlsx")
    assert (done.counts["rowsFailed"], sorted(house.live())) == (3, ["C-1", "C-5"])


def test_a_run_that_came_to_its_end_leaves_nothing_to_bring_again(house: House) -> None:
    run = imported(house)
    assert run.status == RunStatus.WITH_FAILURES
    assert not again_of(actor=house.actor, run=run)
    with pytest.raises(RunConflict, match="run_not_broken_off"):
        again(house, run, "whole")


def test_a_purged_file_cannot_be_brought_again(house: House) -> None:
    run = imported(house, on_error="atomic")
    RunPayload.objects.all().delete()
    assert not again_of(actor=house.actor, run=run)
    with pytest.raises(RunConflict, match="payload_purged"):
        again(house, run, "whole")


def test_only_who_may_import_here_brings_it_again(house: House, acme: Brand, teammate: Login, outsider: Actor) -> None:
    run = imported(house, on_error="atomic")
    reader = site_actor(user=teammate.user, brand=acme)
    assert not again_of(actor=reader, run=run)
    with pytest.raises(NotAllowed):
        bring_again(actor=reader, run=run.pk, what="whole", at=timezone.now())
    with pytest.raises(RunNotFound):
        bring_again(actor=outsider, run=run.pk, what="whole", at=timezone.now())
    assert not Upload.objects.exists()


def test_who_may_not_read_the_rows_does_not_get_them_by_bringing_the_file_again(
    house: House, acme: Brand, teammate: Login
) -> None:
    run = imported(house, on_error="atomic")
    group = teammate.membership.group
    assert group is not None
    group.may_import, group.every_type = True, False
    group.save()
    group.accesses.all().delete()
    importer = site_actor(user=teammate.user, brand=acme)
    assert not again_of(actor=importer, run=run)
    with pytest.raises(NotAllowed, match="type_not_readable"):
        bring_again(actor=importer, run=run.pk, what="whole", at=timezone.now())


WAITING = b"code;name;parent\nA;Ann;E\nB;Bob;\nC;Cy;Z\nD;Dan;\nE;Eve;\nF;Flo;E\nG;Gus;Z\n"


@pytest.mark.parametrize(
    ("died_at", "on_error", "done"),
    [(1, "skip", ["B"]), (2, "skip", ["B", "D"]), (None, "stop", ["A", "B", "D", "E", "F"])],
    ids=["after two rows", "after four", "at the one that waited in vain"],
)
def test_rows_that_waited_are_among_the_rest_and_what_was_written_is_not(
    house: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch, died_at: int | None, on_error: Any, done: Any
) -> None:
    tell, calls = Job.tell, [0]

    def told(work: Job) -> None:
        tell(work)
        calls[0] += 1
        if calls[0] == died_at:
            raise RunRefused("payload_purged")

    with monkeypatch.context() as patch:
        patch.setattr(Job, "tell", told)
        run = imported(house, WAITING, on_error=on_error)
    assert sorted(house.live()) == done
    rest = KeptBody(again(house, run, "rest")).whole().decode()
    assert [line[0] for line in rest.splitlines()[1:]] == [code for code in "ABCDEFG" if code not in done]
    assert again_of(actor=house.actor, run=run).rest == 7 - len(done)


def test_what_is_left_of_a_run_that_went_on_where_another_broke_off(
    house: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = Job.tell

    def told(work: Job) -> None:
        tell(work)
        raise RunRefused("payload_purged")

    with monkeypatch.context() as patch:
        patch.setattr(Job, "tell", told)
        first = imported(house, WAITING)
        second = house.perform(start_going_on(actor=house.actor, run=first, clock=house.clock))
    assert (second.counts["rows"], second.counts["unprocessed"]) == (6, 5)
    rest = KeptBody(again(house, second, "rest")).whole().decode()
    assert [line[0] for line in rest.splitlines()[1:]] == list("ACEFG")
    done = house.perform(start_going_on(actor=house.actor, run=second, clock=house.clock))
    assert (done.counts["rows"], done.counts["unprocessed"], done.counts["rowsFailed"]) == (5, 0, 2)
    assert sorted(house.live()) == list("ABDEF")
