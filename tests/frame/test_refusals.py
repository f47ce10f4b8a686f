"""What a browser is shown when a page cannot be given, and fragments when nobody is signed in any more."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from integration_admin.error_pages import server_error
from tests.conftest import Login

RUNS = reverse("admin:sync_app_run_changelist")
PAGES = ("400.html", "403.html", "403_csrf.html", "404.html", "405.html", "500.html")


def breaks(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the inside")


def refuses(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("a secret of the inside")


def doubts(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret of the inside")


handler500 = server_error
urlpatterns = [
    path("breaks/", breaks),
    path("refuses/", refuses),
    path("doubts/", doubts),
    path("", include("integration_admin.urls")),
]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/breaks/", 500, "Something went wrong here"),
        ("/refuses/", 403, "You may not do this"),
        ("/doubts/", 400, "This request cannot be read"),
        ("/no/such/page", 404, "There is nothing here"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_each_refusal_is_a_page_that_says_what_next(address: str, status: int, said: str, db: None) -> None:
    answer = Client(raise_request_exception=False).get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert said in page
    assert reverse("admin:index") in page
    assert "secret" not in page


@override_settings(ROOT_URLCONF=__name__)
def test_an_error_of_ours_names_the_request_and_asks_nothing_of_the_database(db: None) -> None:
    with CaptureQueriesContext(connection) as asked:
        answer = Client(raise_request_exception=False).get("/breaks/")
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert len(asked) == 0


@pytest.mark.parametrize("name", PAGES)
def test_a_refusal_stands_alone(name: str) -> None:
    """No script, no address of another site, and a heading: it shows whatever else is broken."""
    page = render_to_string(name)
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("<h1>") == 1


def test_a_form_that_waited_too_long_says_so(owner: Login) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user)
    answer = client.post(reverse("choose_brand"), {"brand": ""})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()


@pytest.mark.parametrize(
    ("shown", "back"),
    [
        ("http://testserver/admin/sync_app/run/7/change/?outcome=Error", "/admin/sync_app/run/7/change/?outcome=Error"),
        ("https://evil.example/steal", "/steal"),
        ("", "/admin/"),
    ],
)
def test_a_fragment_is_never_answered_with_the_sign_in_page(shown: str, back: str, client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": shown}
    answer = client.get(reverse("dashboard_running"), headers=headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert client.get(answer.headers["HX-Redirect"]).context["next"] == back


def test_a_page_is_still_redirected(client: Client, db: None) -> None:
    answer = client.get(RUNS)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("admin:login"))


def test_other_redirects_of_a_fragment_are_left_alone(owner: Login, client: Client) -> None:
    client.force_login(owner.user)
    answer = client.post(reverse("choose_brand"), {"brand": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 302
