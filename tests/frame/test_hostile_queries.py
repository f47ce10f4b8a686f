"""Numbers and words that no database takes are a filter like other nonsense, not an error of ours."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import Brand, User
from sync_app.models import Run

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


@pytest.fixture
def run(acme: Brand, now: datetime) -> Run:
    return Run.objects.create(brand=acme, kind="import", status="succeeded", actor="x", created_at=now)


@pytest.mark.parametrize("query", [{"after": "9" * 4400}, {"before": "9" * 4400}, {"code": "x" * 60_000}])
@pytest.mark.parametrize("page", ["change", "rows"])
def test_a_report_takes_any_number_and_any_length(
    page: str, query: dict[str, str], run: Run, superuser: Client
) -> None:
    assert superuser.get(reverse(f"admin:sync_app_run_{page}", args=[run.pk]), query).status_code in {200, 302}


@pytest.mark.parametrize("what", [{"row": "9" * 4400}, {"code": "x" * 60_000}])
def test_a_retry_of_nonsense_retries_nothing(what: dict[str, str], run: Run, superuser: Client) -> None:
    answer = superuser.post(reverse("admin:sync_app_run_retry", args=[run.pk]), {**what, "simulate": "1"}, follow=True)
    assert answer.status_code == 200
    assert Run.objects.count() == 1
