"""The first page: true figures of the right brands, bounded queries, and the way to whatever needs somebody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.logins import create_account_token, create_api_user, create_appkey, revoke_appkey
from integration_admin.accounts.models import Brand, User
from sync_app.models import Run, RunKind, RunLease, RunStatus
from sync_app.runs.lists.overview import FAILED, SUCCEEDED, WAITING, WITH_FAILURES, Overview, has_run, overview
from tests.admin.conftest import HOSTILE, LEA, NAMELESS, Importer, signed_in
from tests.conftest import BY, Login

INDEX = reverse("admin:index")
PARIS = ZoneInfo("Europe/Paris")
Maker = Callable[..., Run]


@pytest.fixture
def made(acme: Brand, now: datetime) -> Maker:
    """Writes the row of a run of acme."""

    def make(status: str = RunStatus.SUCCEEDED, *, ago: timedelta = timedelta(), brand: Brand | None = None, **fields):
        kind = fields.pop("kind", RunKind.IMPORT)
        at = now - ago
        return Run.objects.create(brand=brand or acme, kind=kind, status=status, actor="x", created_at=at, **fields)

    return make


def told(acme: Brand, now: datetime) -> Overview:
    return overview(brands=[acme.pk], now=now, zone=PARIS)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (RunStatus.SUCCEEDED, SUCCEEDED),
        (RunStatus.WITH_FAILURES, WITH_FAILURES),
        (RunStatus.STOPPED, WITH_FAILURES),
        (RunStatus.FAILED, FAILED),
        (RunStatus.INTERRUPTED, FAILED),
        (RunStatus.CANCELLED, "cancelled"),
        (RunStatus.QUEUED, WAITING),
        (RunStatus.PLANNING, WAITING),
        (RunStatus.RUNNING, WAITING),
        (RunStatus.HELD, WAITING),
    ],
)
def test_every_status_counts_as_one_outcome(status: str, outcome: str, made: Maker, acme: Brand, now: datetime) -> None:
    made(status)
    assert {name: count for name, count in told(acme, now).today.runs.items() if count} == {outcome: 1}


def test_days_are_those_of_the_zone(made: Maker, acme: Brand, now: datetime) -> None:
    midnight = now.astimezone(PARIS).replace(hour=0)
    made(ago=now - midnight)
    made(ago=now - midnight + timedelta(microseconds=1))
    found = told(acme, now)
    assert [figures.total for _day, figures in found.days][-2:] == [1, 1]
    assert found.days[-1][0] == midnight.date()
    assert len(found.days) == 14


@pytest.mark.parametrize(("days", "week", "before"), [(0, 1, 0), (6, 1, 0), (7, 0, 1), (13, 0, 1), (14, 0, 0)])
def test_a_run_falls_into_one_week(days: int, week: int, before: int, made: Maker, acme: Brand, now: datetime) -> None:
    made(ago=timedelta(days=days))
    found = told(acme, now)
    assert (found.week.total, found.before.total) == (week, before)


def test_what_was_written_is_summed_and_simulations_stand_apart(made: Maker, acme: Brand, now: datetime) -> None:
    made(counts={"inserted": 3, "updated": 4, "unchanged": 90, "deleted": 1})
    made(RunStatus.RUNNING)
    made(simulate=True, counts={"inserted": 500})
    made(kind=RunKind.EDIT, counts={"updated": 1})
    made(RunStatus.FAILED, counts={"inserted": 900}, error={"code": "atomic_failed", "params": {"count": 1}})
    made(RunStatus.FAILED, counts={"inserted": 10}, error={"code": "source_unreadable", "params": {}})
    today = told(acme, now).today
    assert (today.operations, dict(today.written)) == (18, {"inserted": 13, "updated": 4, "deleted": 1})
    assert (today.total, today.simulated) == (4, 1)


def test_the_share_with_failures_is_of_the_runs_that_ended(made: Maker, acme: Brand, now: datetime) -> None:
    assert told(acme, now).week.failing is None
    for status in (RunStatus.SUCCEEDED, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.STOPPED, RunStatus.QUEUED):
        made(status)
    made(RunStatus.CANCELLED)
    assert told(acme, now).week.failing == 0.5


def test_failures_are_the_newest_and_what_runs_says_how_far_it_is(made: Maker, acme: Brand, now: datetime) -> None:
    failed = [made(RunStatus.FAILED).pk for _ in range(8)]
    made(RunStatus.FAILED, ago=timedelta(days=15))
    run = made(RunStatus.RUNNING, source={"rows": 10})
    RunLease.objects.create(run=run, progress={"tally": {"rows": 40, "ok": 10, "failed": 2}})
    waiting = made(RunStatus.QUEUED, source={"rows": 10})
    found = told(acme, now)
    assert [line.pk for line in found.failures] == failed[::-1][:5]
    assert [(item.run.pk, item.done, item.total) for item in found.running] == [(waiting.pk, 0, 10), (run.pk, 12, 40)]


def test_all_that_waits_or_runs_is_counted_and_a_few_are_shown(
    made: Maker, ann_at_work: Client, acme: Brand, other: Brand, now: datetime
) -> None:
    for status in (RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING, *[RunStatus.QUEUED] * 4):
        made(status)
    made(RunStatus.SUCCEEDED)
    made(RunStatus.RUNNING, brand=other)
    found = told(acme, now)
    assert (found.under_way, len(found.running)) == (7, 6)
    assert ann_at_work.get(INDEX).context["tiles"][3].figure == "7"


@pytest.mark.parametrize("simulate", [True, False])
def test_a_share_of_nothing_says_that_simulations_do_not_count(
    simulate: bool, made: Maker, ann_at_work: Client, now: datetime
) -> None:
    made(RunStatus.WITH_FAILURES, ago=now - timezone.now(), simulate=simulate)
    page = ann_at_work.get(INDEX).content.decode()
    assert ("only simulated runs in 7 days" in page) is simulate
    assert "no run has ended in 7 days" not in page
    assert f"plus {int(simulate)} simulated" in page


def test_another_brand_is_in_no_figure(made: Maker, acme: Brand, other: Brand, now: datetime) -> None:
    made(RunStatus.FAILED, brand=other)
    made(RunStatus.RUNNING, brand=other)
    found = told(acme, now)
    assert (found.week.total, found.failures, found.running) == (0, (), ())
    assert not has_run(brands=[acme.pk])


def test_a_new_brand_is_shown_its_first_steps(ann_at_work: Client, ben_at_work: Client) -> None:
    page = ann_at_work.get(INDEX).content.decode()
    assert "Three steps to the first simulated import" in page
    assert reverse("admin:templates_app_template_add") in page
    theirs = ben_at_work.get(INDEX).content.decode()
    assert reverse("admin:templates_app_template_add") not in theirs
    assert "ask an administrator of the brand" in theirs


def test_somebody_without_a_brand_is_told_whom_to_ask(db: None, root: User) -> None:
    nobody = User.objects.create_user("nobody@house.example", "correct horse nobody", is_staff=True)
    assert "You are in no brand yet" in signed_in(nobody).get(INDEX).content.decode()
    assert reverse("admin:accounts_brand_add") in signed_in(root).get(INDEX).content.decode()


def test_a_failure_is_one_click_from_its_failing_rows(
    imported: Importer, ann_at_work: Client, eve_at_work: Client
) -> None:
    run = imported(LEA, NAMELESS)
    Run.objects.update(created_at=timezone.now())
    page = ann_at_work.get(INDEX).content.decode()
    href = f"{reverse('admin:sync_app_run_change', args=[run.pk])}?outcome=Error#operations"
    assert href in page
    assert ann_at_work.get(href).status_code == 200
    assert str(run.pk) not in re.findall(r"#(\d+)</a>", eve_at_work.get(INDEX).content.decode())


def test_charts_are_tables_too(made: Maker, ann_at_work: Client, now: datetime) -> None:
    made(ago=now - timezone.now(), counts={"inserted": 4321})
    page = ann_at_work.get(INDEX).content.decode()
    assert page.count('role="img"') == 2
    assert page.count("The same as a table") == 2
    assert "<td>4,321</td>" in page


def test_a_chart_of_nothing_is_a_word_and_no_empty_room(made: Maker, ann_at_work: Client, now: datetime) -> None:
    made(ago=now - timezone.now())
    page = ann_at_work.get(INDEX).content.decode()
    assert page.count('role="img"') == 1
    assert re.search(r"Operations written a day</h2>\s*<p[^>]*>No data</p>", page)


def test_names_from_outside_are_text(made: Maker, ann_at_work: Client, acme: Brand, now: datetime) -> None:
    create_appkey(brand=acme, label=HOSTILE, at=now, by=BY, expires_at=timezone.now() + timedelta(days=3))
    made(RunStatus.FAILED, ago=now - timezone.now())
    page = ann_at_work.get(INDEX).content.decode()
    assert HOSTILE not in page
    assert "&lt;img src=x" in page


def test_the_figures_are_those_of_the_brand_that_is_looked_at(
    made: Maker, owner: Login, acme: Brand, other: Brand, now: datetime
) -> None:
    create_api_user(brand=other, username="owner", user=owner.user, at=now, by=BY)
    for brand in (acme, other, other):
        made(brand=brand, ago=now - timezone.now())
    client = signed_in(owner.user)
    figures = {"": "3", str(acme.pk): "1", str(other.pk): "2"}
    for chosen, total in figures.items():
        client.post(reverse("choose_brand"), {"brand": chosen})
        assert client.get(INDEX).context["tiles"][0].figure == total


class TestExpiring:
    """Keys and tokens that end soon are told to those who can do something about it."""

    @pytest.fixture(autouse=True)
    def _some_run(self, made: Maker) -> None:
        made()

    @pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False), (-1, True), (-8, False)])
    def test_it_tells_what_ends_soon_or_ended_lately(
        self, days: int, shown: bool, acme: Brand, ann_at_work: Client, now: datetime
    ) -> None:
        ends = timezone.now() + timedelta(days=days)
        create_appkey(brand=acme, label="Night job", at=now, by=BY, expires_at=ends)
        assert ("Night job" in ann_at_work.get(INDEX).content.decode()) is shown

    def test_keys_are_told_to_administrators_only(
        self, acme: Brand, ann_at_work: Client, ben_at_work: Client, eve_at_work: Client, now: datetime
    ) -> None:
        key, _ = create_appkey(brand=acme, label="Night job", at=now, by=BY, expires_at=timezone.now())
        pages = [client.get(INDEX).content.decode() for client in (ann_at_work, ben_at_work, eve_at_work)]
        assert ["Night job" in page for page in pages] == [True, False, False]
        assert reverse("admin:accounts_appkey_change", args=[key.pk]) in pages[0]
        revoke_appkey(appkey=key, at=now, by=BY)
        assert "Night job" not in ann_at_work.get(INDEX).content.decode()

    def test_a_token_is_told_to_its_owner(
        self, teammate: Login, ben_at_work: Client, eve_at_work: Client, now: datetime
    ) -> None:
        ends = timezone.now() + timedelta(days=2)
        token, _ = create_account_token(membership=teammate.membership, at=now, by=BY, label="x", expires_at=ends)
        assert token.prefix in ben_at_work.get(INDEX).content.decode()
        assert token.prefix not in eve_at_work.get(INDEX).content.decode()


def test_what_is_under_way_moves_by_itself_until_it_has_ended(
    made: Maker, ann_at_work: Client, eve_at_work: Client
) -> None:
    run, address = made(RunStatus.RUNNING, source={"rows": 10}), reverse("dashboard_running")
    moving = ann_at_work.get(address).content.decode()
    assert 'hx-trigger="every' in moving
    assert f"#{run.pk}" in moving
    assert f"#{run.pk}" not in eve_at_work.get(address).content.decode()
    Run.objects.update(status=RunStatus.SUCCEEDED)
    assert "hx-trigger" not in ann_at_work.get(address).content.decode()


def test_who_is_not_signed_in_is_sent_to_sign_in(client: Client, db: None) -> None:
    for address in (INDEX, reverse("dashboard_running")):
        assert client.get(address).status_code == 302


def test_ten_thousand_runs_take_no_more_queries_than_one(
    made: Maker, ann_at_work: Client, acme: Brand, now: datetime
) -> None:
    made(RunStatus.FAILED, ago=now - timezone.now())
    with CaptureQueriesContext(connection) as few:
        ann_at_work.get(INDEX)
    moments = (timezone.now() - timedelta(minutes=minutes) for minutes in range(10_000))
    states = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.WITH_FAILURES)
    Run.objects.bulk_create(
        Run(
            brand=acme,
            kind=RunKind.IMPORT,
            status=states[number % 3],
            actor="x",
            created_at=at,
            counts={"inserted": 3, "updated": 2},
        )
        for number, at in enumerate(moments)
    )
    with CaptureQueriesContext(connection) as many:
        answer = ann_at_work.get(INDEX)
    assert answer.status_code == 200
    assert len(many) == len(few)
