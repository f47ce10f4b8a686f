"""A form is carried out once, without scripts as well: two clicks, a reloaded answer, the same form in a second tab."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import AccountToken, AppKey, User
from integration_admin.one_press import fresh, one_press
from sync_app.models import Record, Run
from tests.admin.as_browser import untouched
from tests.admin.conftest import LEA, MAX, Importer
from tests.conftest import Login

ADD_RECORD: Final = reverse("admin:sync_app_record_add") + "?type=Customer"
ADD_KEY: Final = reverse("admin:accounts_appkey_add")
MEMBERS: Final = reverse("admin:accounts_membership_changelist")
ACCOUNT: Final = reverse("account")
KEY: Final = {"label": "Partner", "scopes": ["import"]}
SENT: Final = "This form had been sent already. It was carried out once."

Post = Callable[..., bool]


def once_in(client: Client, address: str) -> str:
    """What tells the form of this page from others."""
    found = re.search(r'name="once" value="([\w-]+)"', client.get(address).content.decode())
    assert found is not None
    return found[1]


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.fixture
def post(owner: Login, rf: RequestFactory) -> Post:
    """Sends a form and tells whether it was the first press of it."""

    def sent(made: bool = True, path: str = "/a/", user: User = owner.user, **values: Any) -> bool:
        request = rf.post(path, values)
        request.user = user
        with one_press(request) as press:
            press.made = made
            return press.first

    return sent


def test_the_same_form_is_one_press_and_another_one_is_another(post: Post, owner: Login, stranger: Login) -> None:
    form = fresh()
    assert post(once=form, a=["1", "2"])
    assert not post(once=form, a=["1", "2"], csrfmiddlewaretoken="other")
    assert post(once=form, a=["2", "1"])
    assert post(once=form, a=["1", "2"], path="/b/")
    assert post(once=form, a=["1", "2"], user=stranger.user)
    assert post(once=fresh(), a=["1", "2"])
    assert [post(a="1"), post(a="1")] == [True, True]


def test_a_form_of_which_nothing_came_may_be_sent_again(post: Post, rf: RequestFactory, owner: Login) -> None:
    form = fresh()
    assert post(made=False, once=form)
    request = rf.post("/a/", {"once": form})
    request.user = owner.user
    with pytest.raises(ValueError, match="broken"), one_press(request):
        raise ValueError("broken")
    assert post(once=form)
    assert not post(once=form)


def test_a_record_is_made_and_changed_once(ann: Actor, ann_at_work: Client) -> None:
    sent = untouched(ann_at_work.get(ADD_RECORD).content.decode()) | {"LastName": ["Twice"]}
    wrong = ann_at_work.post(ADD_RECORD, sent | {"Email": ["no address"]})
    assert wrong.context["wrong"]
    first = ann_at_work.post(ADD_RECORD, sent)
    again = ann_at_work.post(ADD_RECORD, sent, follow=True)
    record = Record.objects.get()
    assert again.redirect_chain[-1][0] == first.headers["Location"]
    assert SENT in said(again)
    edit = reverse("admin:sync_app_record_edit", args=[record.pk])
    changed = untouched(ann_at_work.get(edit).content.decode()) | {"LastName": ["Changed"]}
    for _press in range(2):
        assert ann_at_work.post(edit, changed).headers["Location"] == first.headers["Location"]
    record.refresh_from_db()
    assert (record.version, record.label) == (2, "Changed")


def test_a_key_is_made_once_and_its_secret_is_not_shown_again(owner: Login, ann_at_work: Client) -> None:
    sent = KEY | {"brand": owner.membership.brand_id, "once": once_in(ann_at_work, ADD_KEY)}
    again = ann_at_work.post(ADD_KEY, sent | {"label": ""})
    assert again.context["errors"]
    assert ann_at_work.post(ADD_KEY, sent | {"label": ""}).context["errors"]
    assert "shown" in ann_at_work.post(ADD_KEY, sent).context
    assert "make another one" in said(ann_at_work.post(ADD_KEY, sent, follow=True))[0]
    assert AppKey.objects.filter(label="Partner").count() == 1


def test_a_token_is_made_once(owner: Login, ann_at_work: Client) -> None:
    own = {"create": owner.membership.pk, "label": "x", "days": "90", "once": once_in(ann_at_work, ACCOUNT)}
    chosen = {"action": "new_account_token", "_selected_action": [owner.membership.pk], "index": "0"}
    theirs = chosen | {"once": once_in(ann_at_work, MEMBERS)}
    for made, (address, sent) in enumerate(((ACCOUNT, own), (MEMBERS, theirs)), start=1):
        assert "shown" in ann_at_work.post(address, sent).context
        assert "make another one" in said(ann_at_work.post(address, sent, follow=True))[0]
        assert AccountToken.objects.count() == made


def test_failed_rows_are_retried_once(imported: Importer, ann_at_work: Client) -> None:
    run = imported(LEA, {**MAX, "Nom": ""})
    page = reverse("admin:sync_app_run_change", args=[run.pk])
    retry = reverse("admin:sync_app_run_retry", args=[run.pk])
    sent = {"once": once_in(ann_at_work, page), "version": "then"}
    answers = [ann_at_work.post(retry, sent).headers["Location"] for _press in range(2)]
    assert Run.objects.filter(parent=run).count() == 1
    assert set(answers) == {reverse("admin:sync_app_run_change", args=[Run.objects.latest("pk").pk])}
