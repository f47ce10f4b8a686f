"""Numbers and words that no database takes are a filter like other nonsense, not an error of ours."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import Brand, User
from sync_app.models import JournalEntry, Run

pytestmark = pytest.mark.django_db
LISTS = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in admin.site._registry
    if hasattr(model, "brand")
]


@pytest.fixture
def superuser(client: Client, root: User) -> Client:
    client.force_login(root)
    return client


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", [{"brand": "9" * 19}, {"brand": "9" * 300}, {"q": "x" * 60_000}, {"q": "%" * 9_000}])
def test_a_list_takes_any_number_and_any_length(name: str, query: dict[str, str], superuser: Client) -> None:
    answer = superuser.get(reverse(name), query, follow=True)
    assert answer.status_code == 200


@pytest.mark.parametrize("query", ["9" * 5000, "9" * 19, "#" + "9" * 19, "9" * 18, "\N{ARABIC-INDIC DIGIT THREE}"])
def test_a_run_that_cannot_be_is_not_searched(query: str, run: Run, superuser: Client) -> None:
    answer = superuser.get(reverse("search"), {"s": query})
    assert answer.status_code == 200
    assert answer.context["found"] == []


@pytest.fixture
def run(acme: Brand, now: datetime) -> Run:
    return Run.objects.create(brand=acme, kind="import", status="succeeded", actor="x", created_at=now)


@pytest.mark.parametrize("query", [{"after": "9" * 4400}, {"before": "9" * 4400}, {"code": "x" * 60_000}])
@pytest.mark.parametrize("page", ["change", "rows"])
def test_a_report_takes_any_number_and_any_length(
    page: str, query: dict[str, str], run: Run, superuser: Client
) -> None:
    assert superuser.get(reverse(f"admin:sync_app_run_{page}", args=[run.pk]), query).status_code in {200, 302}


@pytest.mark.parametrize("place", [{"before": "x"}, {"before": "9" * 30}, {"after": "-1"}, {"after": "x"}])
def test_a_place_that_is_none_shows_the_first_page(
    place: dict[str, str], run: Run, superuser: Client, now: datetime
) -> None:
    JournalEntry.objects.create(run=run, seq=1, row=1, entity_type="Customer", operation="Insert", applied=True)
    answer = superuser.get(reverse("admin:sync_app_run_change", args=[run.pk]), place)
    assert [told.item["seq"] for told in answer.context["operations"]] == [1]


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("name", ["text", "field", "code", "type"])
def test_a_file_of_operations_takes_any_length(kind: str, name: str, run: Run, superuser: Client) -> None:
    query = {"kind": kind, name: "%x" * 60_000}
    answer = superuser.get(reverse("admin:sync_app_run_file", args=[run.pk]), query)
    assert answer.status_code == 200
    assert answer.getvalue()


@pytest.mark.parametrize(
    "what", [{"row": "9" * 4400}, {"row": "x"}, {"row": "\N{SUPERSCRIPT TWO}"}, {"code": "x" * 60_000}]
)
def test_a_retry_of_nonsense_retries_nothing(what: dict[str, str], run: Run, superuser: Client) -> None:
    answer = superuser.post(reverse("admin:sync_app_run_retry", args=[run.pk]), {**what, "simulate": "1"}, follow=True)
    assert answer.status_code == 200
    assert Run.objects.count() == 1
