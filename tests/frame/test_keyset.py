"""Long lists by keyset: every row once, in order, forwards and backwards, and nothing is counted."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integration_admin.accounts import audit
from integration_admin.accounts.models import AccessToken, AuditEntry, Brand, User
from integration_admin.keyset import KeysetChangeList, KeysetList
from sync_app.models import Run, RunKind, RunStatus
from tests.admin.conftest import signed_in
from tests.conftest import Login

LONG = (Run, AuditEntry, AccessToken)
LIST = reverse("admin:sync_app_run_changelist")


def add_runs(brand: Brand, now: datetime, count: int, status: str = RunStatus.SUCCEEDED) -> list[int]:
    rows = [
        Run(brand=brand, kind=RunKind.IMPORT, status=status, actor=f"actor {number}", created_at=now)
        for number in range(count)
    ]
    return [run.pk for run in Run.objects.bulk_create(rows)]


def listed(client: Client, query: str = "") -> tuple[list[int], dict[str, str]]:
    """The numbers of the runs on a page, and where its foot leads."""
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    page = answer.content.decode()
    links = {rel: href.replace("&amp;", "&") for href, rel in re.findall(r'<a href="([^"]+)" rel="(\w+)"', page)}
    return [row.pk for row in answer.context["cl"].result_list], links


@pytest.mark.parametrize(("query", "turned"), [("", True), ("?o=0", False), ("?o=-0", True)])
def test_paging_forwards_and_backwards_shows_every_row_once(
    query: str, turned: bool, acme: Brand, owner: Login, now: datetime
) -> None:
    numbers = sorted(add_runs(acme, now, 120), reverse=turned)
    client = signed_in(owner.user)
    pages, links = [], {"next": query}
    while "next" in links:
        page, links = listed(client, links["next"])
        pages.append(page)
    assert [number for page in pages for number in page] == numbers
    assert [len(page) for page in pages] == [50, 50, 20]
    back, links = listed(client, links["prev"])
    assert back == pages[1]
    back, links = listed(client, links["prev"])
    assert (back, set(links)) == (pages[0], {"first", "next"})


def test_a_filter_stays_and_begins_at_the_first_page(acme: Brand, owner: Login, now: datetime) -> None:
    failed = add_runs(acme, now, 60, RunStatus.FAILED)
    add_runs(acme, now, 60)
    client = signed_in(owner.user)
    page, links = listed(client, "?status__exact=failed")
    assert page == failed[::-1][:50]
    rest, _links = listed(client, links["next"])
    assert rest == failed[::-1][50:]
    text = client.get(LIST + links["next"]).content.decode()
    others = [href for href in re.findall(r'href="(\?[^"]*status__exact=[^"]*)"', text) if "before=" not in href]
    assert others
    assert not any("after=" in href for href in others)


@pytest.mark.parametrize(
    "place",
    ["x", "%00", "W10", "WzEsMl0", "WyJ4Il0", "W251bGxd", "WzFlOTldOw", "WzFlNDAwXQ", "8J-Zgg", "eyJhIjoxfQ", "=" * 9],
)
def test_a_place_that_cannot_be_read_shows_the_first_page(place: str, acme: Brand, owner: Login, now: datetime) -> None:
    numbers = add_runs(acme, now, 3)
    for word in ("after", "before"):
        assert listed(signed_in(owner.user), f"?{word}={place}")[0] == numbers[::-1]


def test_a_place_beyond_the_last_row_leads_back(acme: Brand, owner: Login, now: datetime) -> None:
    add_runs(acme, now, 3)
    place = base64.urlsafe_b64encode(json.dumps([0]).encode()).decode()
    page, links = listed(signed_in(owner.user), f"?after={place}")
    assert (page, set(links)) == ([], {"first"})


def test_rows_of_one_moment_are_told_apart_and_moments_kept_exactly(acme: Brand, owner: Login, now: datetime) -> None:
    moments = [now + timedelta(microseconds=number // 2) for number in range(120)]
    for number, moment in enumerate(moments):
        audit.record(brand=acme, by="tests", action="change_brand", target=str(number), at=moment)
    client, address, seen = signed_in(owner.user), reverse("admin:accounts_auditentry_changelist"), []
    query: str | None = ""
    while query is not None:
        answer = client.get(f"{address}{query}")
        seen += [row.pk for row in answer.context["cl"].result_list]
        query = answer.context["cl"].paginator.next or None
    assert seen == list(AuditEntry.objects.order_by("-at", "-pk").values_list("pk", flat=True))


@pytest.mark.parametrize("model", LONG, ids=lambda model: model._meta.model_name)
def test_no_list_of_a_big_table_counts(model: Any, root: User, acme: Brand, now: datetime) -> None:
    screen = admin.site._registry[model]
    assert isinstance(screen, KeysetList)
    assert issubclass(screen.get_changelist(HttpRequest()), KeysetChangeList)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert signed_in(root).get(reverse(name)).status_code == 200
    assert not [query["sql"] for query in asked if "COUNT(" in query["sql"].upper()]


@pytest.mark.parametrize("model", LONG, ids=lambda model: model._meta.model_name)
def test_a_big_table_is_sorted_by_columns_that_have_a_value(model: Any) -> None:
    screen = admin.site._registry[model]
    for name in screen.ordering or model._meta.ordering:
        plain = str(name).lstrip("-").replace("pk", "id")
        assert not model._meta.get_field(plain).null
    assert screen.sortable_by is not None


def test_a_list_asks_as_much_for_many_rows_as_for_few(acme: Brand, owner: Login, now: datetime) -> None:
    asked = []
    client = signed_in(owner.user)
    for count in (2, 40):
        add_runs(acme, now, count)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        asked.append(len(queries))
    assert asked[0] == asked[1]
