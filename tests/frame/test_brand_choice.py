"""The brand that is looked at: it narrows lists, decides the clock, and never opens anything."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integration_admin.accounts.models import Brand, User
from integration_admin.local_time import show_times_of
from sync_app.models import Run, RunKind, RunStatus
from tests.admin.conftest import signed_in
from tests.conftest import Login

CHOOSE = reverse("choose_brand")
RUNS = reverse("admin:sync_app_run_changelist")


@pytest.fixture
def two(acme: Brand, other: Brand, now: datetime) -> tuple[Run, Run]:
    """A run of acme and one of the other brand."""
    mine, theirs = (
        Run.objects.create(
            brand=brand, kind=RunKind.IMPORT, status=RunStatus.SUCCEEDED, actor="tests", created_at=now, started_at=now
        )
        for brand in (acme, other)
    )
    return mine, theirs


def listed(client: Client) -> list[int]:
    return sorted(row.pk for row in client.get(RUNS).context["cl"].result_list)


def test_one_brand_is_chosen_and_all_of_them_again(at_both: Client, two: tuple[Run, Run], acme: Brand) -> None:
    mine, theirs = two
    assert listed(at_both) == [mine.pk, theirs.pk]
    answer = at_both.post(CHOOSE, {"brand": str(acme.pk), "next": f"{RUNS}?status__exact=failed"})
    assert (answer.status_code, answer.headers["Location"]) == (302, RUNS)
    assert listed(at_both) == [mine.pk]
    at_both.post(CHOOSE, {"brand": ""})
    assert listed(at_both) == [mine.pk, theirs.pk]


@pytest.mark.parametrize(
    "wanted", ["?brand=1", "#top", "//elsewhere.example/", "javascript:alert(1)", "/\\elsewhere", ""]
)
def test_a_page_that_is_none_leads_to_the_first_one(at_both: Client, acme: Brand, wanted: str) -> None:
    answer = at_both.post(CHOOSE, {"brand": str(acme.pk), "next": wanted})
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("admin:index"))


def test_pages_of_another_own_brand_still_open(at_both: Client, two: tuple[Run, Run], acme: Brand) -> None:
    at_both.post(CHOOSE, {"brand": str(acme.pk)})
    for run in two:
        assert at_both.get(reverse("admin:sync_app_run_change", args=[run.pk])).status_code == 200


def test_a_brand_of_others_is_refused_like_one_that_is_not_there(
    owner: Login, two: tuple[Run, Run], other: Brand
) -> None:
    client = signed_in(owner.user)
    answers = [client.post(CHOOSE, {"brand": key}) for key in (str(other.pk), "999999", "x", "-1", "\0")]
    assert {answer.status_code for answer in answers} == {404}
    assert listed(client) == [two[0].pk]


def test_a_choice_that_is_no_longer_ours_counts_for_nothing(
    at_both: Client, both: Login, two: tuple[Run, Run], other: Brand
) -> None:
    at_both.post(CHOOSE, {"brand": str(other.pk)})
    other.memberships.filter(user=both.user).delete()
    assert listed(at_both) == [two[0].pk]


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil", ""])
def test_the_way_back_never_leaves_the_site(at_both: Client, place: str) -> None:
    answer = at_both.post(CHOOSE, {"brand": "", "next": place})
    assert answer.headers["Location"] == reverse("admin:index")


def test_choosing_is_posted_and_needs_a_person(at_both: Client, client: Client, db: None) -> None:
    assert at_both.get(CHOOSE).status_code == 405
    assert client.post(CHOOSE, {"brand": ""}).headers["Location"].startswith(reverse("admin:login"))


def test_only_who_is_in_several_brands_is_offered_a_choice(
    at_both: Client, stranger: Login, two: tuple[Run, Run]
) -> None:
    assert f'action="{CHOOSE}"' in at_both.get(RUNS).content.decode()
    assert f'action="{CHOOSE}"' not in signed_in(stranger.user).get(RUNS).content.decode()


def test_the_brand_stands_in_each_row_only_where_there_are_several(
    at_both: Client, two: tuple[Run, Run], acme: Brand
) -> None:
    assert "brand" in at_both.get(RUNS).context["cl"].list_display
    assert at_both.get(RUNS).context["cl"].has_filters
    at_both.post(CHOOSE, {"brand": str(acme.pk)})
    shown = at_both.get(RUNS).context["cl"]
    assert "brand" not in shown.list_display
    assert "brand" not in [spec.title for spec in shown.filter_specs]


def test_a_new_row_begins_in_the_brand_that_is_looked_at(at_both: Client, acme: Brand) -> None:
    at_both.post(CHOOSE, {"brand": str(acme.pk)})
    page = at_both.get(reverse("admin:accounts_appkey_add"))
    assert page.context["adminform"].form.initial["brand"] == acme.pk


@pytest.mark.parametrize(("chosen", "shown"), [("acme", "21 Nov 2026, 13:00"), ("", "21 Nov 2026, 12:00")])
def test_a_list_shows_the_time_of_the_brand_or_names_utc(
    chosen: str, shown: str, at_both: Client, two: tuple[Run, Run], acme: Brand
) -> None:
    at_both.post(CHOOSE, {"brand": str(acme.pk) if chosen else ""})
    page = at_both.get(RUNS).content.decode()
    assert shown in page
    assert f"Times in {'Europe/Paris' if chosen else 'UTC'}" in page


def test_a_page_about_one_brand_shows_its_time_whatever_was_chosen(
    at_both: Client, two: tuple[Run, Run], other: Brand
) -> None:
    at_both.post(CHOOSE, {"brand": str(other.pk)})
    assert "21 Nov 2026, 13:00" in at_both.get(reverse("admin:sync_app_run_change", args=[two[0].pk])).content.decode()


def test_the_only_brand_of_a_person_is_theirs_without_choosing(owner: Login, two: tuple[Run, Run]) -> None:
    assert "21 Nov 2026, 13:00" in signed_in(owner.user).get(RUNS).content.decode()


def test_a_form_reads_times_as_it_shows_them(owner: Login, acme: Brand, appkey: object, now: datetime) -> None:
    key = acme.appkeys.get()
    client, address = signed_in(owner.user), reverse("admin:accounts_appkey_change", args=[key.pk])
    given = {"label": "Kept", "partner": "", "scopes": ["import"]}
    client.post(address, {**given, "expires_at": "2027-01-31T08:00"})
    key.refresh_from_db()
    assert key.expires_at is not None
    assert key.expires_at.isoformat() == "2027-01-31T07:00:00+00:00"
    assert 'value="2027-01-31T08:00:00"' in client.get(address).content.decode()


def test_the_next_request_begins_without_a_zone(owner: Login, two: tuple[Run, Run], client: Client) -> None:
    before = timezone.get_current_timezone_name()
    signed_in(owner.user).get(RUNS)
    assert timezone.get_current_timezone_name() == before
    show_times_of(owner.membership.brand)
    client.get("/healthz")
    assert timezone.get_current_timezone_name() == "Europe/Paris"
    timezone.deactivate()


def test_a_machine_is_not_asked_for_a_session(client: Client, django_assert_num_queries, root: User) -> None:
    client.force_login(root)
    with django_assert_num_queries(0):
        client.get("/healthz")
