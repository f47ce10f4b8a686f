"""The screens of syncs: what they show, to whom, and what their buttons do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integration_admin.accounts.histories import object_history
from integration_admin.accounts.models import Brand, Group, User
from sync_app.admin.syncs.history import kept_in_words
from sync_app.models import Connection, NoticeSettings, Record, Sync, SyncTurn, TurnStatus
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from tests.admin.conftest import signed_in
from tests.conftest import Login
from tests.syncs.conftest import Desk
from tests.syncs.conftest import clock as clock
from tests.syncs.conftest import desk as desk
from tests.syncs.conftest import fake as fake
from tests.syncs.conftest import make_desk as make_desk

ADA = {"code": "A", "name": "Ada"}
BOB = {"code": "B", "name": "Bob"}
CY = {"code": "C", "name": "Cy"}
GUARDS = {"inserts": {"most": 1}}
LIST = "admin:sync_app_sync_changelist"
VERBS = ["run", "rehearse", "pause", "resume", "remove", "watermark", "edit"]
AWAY = TransferFailed("remote_failing", Trouble.AGAIN, host="crm.example", status=503, excerpt="away")


def at(sync: Sync, screen: str = "change") -> str:
    return reverse(f"admin:sync_app_sync_{screen}", args=[sync.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def entered(desk: Desk, **more: Any) -> dict[str, Any]:
    """What a browser sends of the form."""
    return {
        "brand": desk.house.brand.pk,
        "name": "Nightly",
        "direction": "pull",
        "connection": desk.connection.pk,
        "template": "customers",
        "on_error": "skip",
        "when": "every",
        "every": "1",
        "unit": "days",
        "at": "02:30",
        "active": "on",
        **more,
    }


def held(desk: Desk) -> Sync:
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, ADA)
    desk.run(sync, ADA, BOB, CY)
    return desk.fresh(sync)


# --- the list


def test_the_list_tells_health_schedule_and_the_last_outcome(desk: Desk, ann_at_work: Client, root: User) -> None:
    desk.run(desk.sync(), ADA)
    for client in (ann_at_work, signed_in(root)):
        page = read(client, reverse(LIST))
        for shown in ("Customers", "The CRM", "Well", "Every 10 minutes", "Succeeded"):
            assert shown in page


def test_a_sync_that_never_ran_says_so(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()

    def outcome() -> str:
        return read(ann_at_work, reverse(LIST)).partition('class="field-outcome')[2].partition("</td>")[0]

    assert "Not run yet" in outcome()
    desk.run(sync, ADA, work=False)
    assert "Not run yet" not in outcome()


def test_the_list_of_several_brands_tells_times_in_the_zone_it_names(
    desk: Desk, other: Brand, ann_at_work: Client, root: User
) -> None:
    desk.sync(rule={"every": 1, "unit": "days", "at": "02:30"})
    for client, due, zone in ((ann_at_work, "22 Nov 2026, 02:30", "Europe/Paris"), (signed_in(root), "01:30", "UTC")):
        page = read(client, reverse(LIST))
        assert due in page
        assert f"Times in {zone}" in page


def test_the_list_takes_as_many_queries_for_many_syncs(desk: Desk, ann_at_work: Client) -> None:
    desk.sync()
    ann_at_work.get(reverse(LIST))
    with CaptureQueriesContext(database) as few:
        ann_at_work.get(reverse(LIST))
    for number in range(5):
        desk.run(desk.sync(f"More {number}"), ADA)
    with CaptureQueriesContext(database) as many:
        ann_at_work.get(reverse(LIST))
    assert len(few) == len(many)


# --- who may


@pytest.mark.parametrize("screen", ["change", "history", "now", *VERBS])
def test_nobody_but_who_makes_templates_or_administers_sees_a_sync(
    desk: Desk, ben_at_work: Client, eve_at_work: Client, client: Client, screen: str
) -> None:
    address = at(desk.sync(), screen)
    assert eve_at_work.get(address).status_code == 404
    assert ben_at_work.get(address).status_code in {403, 404}
    anonymous = client.get(address)
    assert anonymous.status_code == 302 or anonymous.headers.get("HX-Refresh")


@pytest.mark.parametrize("verb", ["run", "rehearse", "pause", "remove", "approve", "reject", "judge", "stop"])
def test_a_stranger_and_a_reader_change_nothing(
    desk: Desk, ben_at_work: Client, eve_at_work: Client, verb: str
) -> None:
    sync = desk.sync()
    for somebody in (ben_at_work, eve_at_work):
        assert somebody.post(at(sync, verb)).status_code in {403, 404}
    assert desk.fresh(sync).active
    assert not SyncTurn.objects.exists()


def test_who_only_administers_looks_but_is_refused_what_needs_another_right(
    desk: Desk, owner: Login, ann_at_work: Client
) -> None:
    sync = desk.sync()
    group = Group.objects.get(memberships=owner.membership)
    group.may_edit_templates = False
    group.save()
    page = read(ann_at_work, at(sync))
    assert at(sync, "edit") not in page
    assert ann_at_work.get(at(sync, "edit")).status_code == 403
    answer = ann_at_work.post(at(sync, "pause"), follow=True)
    assert desk.fresh(sync).active
    assert "not" in answer.content.decode()


def test_another_brands_sync_cannot_be_asked_for_its_times(desk: Desk, eve_at_work: Client) -> None:
    answer = eve_at_work.get(reverse("admin:sync_app_sync_times"), {"brand": str(desk.house.brand.pk), "when": "hand"})
    assert answer.status_code == 403


# --- the form


def test_a_sync_is_made_by_the_form(desk: Desk, ann_at_work: Client) -> None:
    guards = {"inserts::most": "5", "deletes::percent": "2,5", "empty": "on", "columns": ["gone"], "shrink": "50"}
    told = {"told": "own", "notify-emails": "a@example.org\nb@example.org", "protected": ["Customer.LastName"]}
    answer = ann_at_work.post(reverse("admin:sync_app_sync_add"), entered(desk, **guards, **told))
    assert answer.status_code == 302, answer.content.decode()
    sync = Sync.objects.get(name="Nightly")
    assert sync.rule == {"every": 1, "unit": "days", "at": "02:30"}
    assert sync.guards == {
        "inserts": {"most": 5},
        "deletes": {"percent": 2.5},
        "empty": True,
        "columns": ["gone"],
        "shrink": 50.0,
    }
    assert sync.notify == {"emails": ["a@example.org", "b@example.org"], "webhook": ""}
    assert (sync.protected, sync.active, sync.simulate) == (["Customer.LastName"], True, False)


@pytest.mark.parametrize("name", ["name", "template", "connection", "at", "notify-webhook"])
def test_a_character_that_no_database_keeps_is_left_out(desk: Desk, ann_at_work: Client, name: str) -> None:
    given = entered(desk)
    answer = ann_at_work.post(reverse("admin:sync_app_sync_add"), {**given, name: f"{given.get(name, '')}\0"})
    assert answer.status_code == 302, answer.content.decode()
    assert Sync.objects.get().name == "Nightly"


def test_what_is_shown_of_a_sync_saves_as_it_was(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync(
        rule={"every": 2, "unit": "weeks", "on": ["monday", "friday"], "at": "06:30", "from": "2026-01-05"},
        guards={"deletes": {"most": 3, "percent": 4.5}, "types": {"Customer": {"inserts": {"most": 7}}}},
        mirror={"action": "mark", "field": "NotValid", "value": True, "where": {"LastName": "x"}, "all": True},
        transfer={"path": "customers"},
        notify={"emails": ["a@example.org"], "webhook": ""},
        options={"on_error": "stop", "verbose": True},
        protected=("Customer.Email",),
        simulate=True,
    )
    before = {name: getattr(sync, name) for name in ("rule", "guards", "transfer", "notify", "options", "protected")}
    answer = ann_at_work.get(at(sync, "edit"))
    assert answer.content.decode().count(f"known for {settings.JOURNAL_DAYS} days (JOURNAL_DAYS)") == 2
    form = answer.context
    posted = _as_sent(form)
    answer = ann_at_work.post(at(sync, "edit"), posted)
    assert answer.status_code == 302, answer.context["wrong"]
    fresh = desk.fresh(sync)
    assert {name: getattr(fresh, name) for name in before} == before
    assert fresh.mirror["where"] == {"LastName": "x"}
    assert fresh.simulate


def _as_sent(context: Any) -> dict[str, Any]:
    """What a browser would send of the form as it was shown: what is not ticked is not sent."""
    draft = {name: value for name, value in context["draft"].items() if value}
    draft |= {name: [tick.value for tick in context[name] if tick.chosen] for name in ("protected",)}
    draft["on"] = [tick.value for tick in context["days"] if tick.chosen]
    draft["columns"] = [tick.value for tick in context["shapes"] if tick.chosen]
    return draft | {setting.name: setting.value for setting in context["inputs"] if setting.value}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"name": ""}, "name"),
        ({"connection": ""}, "connection"),
        ({"connection": "999999"}, "connection"),
        ({"template": ""}, "template"),
        ({"template": "nothing"}, "template"),
        ({"every": "x"}, "rule"),
        ({"when": "cron", "cron": "99 * * * *"}, "rule"),
        ({"inserts::most": "many"}, "guards"),
        ({"deletes::percent": "101"}, "guards"),
        ({"mirror": "delete"}, "mirror"),
        ({"mirror": "mark", "mirror-field": "Nothing", "deletes::most": "1"}, "mirror"),
        ({"protected": ["Customer.Nothing"]}, "protected"),
        ({"told": "own", "notify-emails": "nobody"}, "notify_emails"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field(
    desk: Desk, ann_at_work: Client, more: dict[str, Any], place: str
) -> None:
    answer = ann_at_work.post(reverse("admin:sync_app_sync_add"), entered(desk, **more))
    assert answer.status_code == 200
    assert place in answer.context["wrong"]
    assert answer.context["wrong"][place] in answer.content.decode() or "“" in answer.context["wrong"][place]
    assert not Sync.objects.exists()


def test_a_choice_shows_what_it_asks_for_and_saves_nothing(desk: Desk, ann_at_work: Client) -> None:
    answer = ann_at_work.post(reverse("admin:sync_app_sync_add"), {**entered(desk), "look": "1", "name": "Kept"})
    page = answer.content.decode()
    assert "transfer-path" in page
    assert 'value="Kept"' in page
    assert "Customer.LastName" in page
    assert not Sync.objects.exists()


@pytest.mark.parametrize(
    ("asked", "said", "times"),
    [
        ({"when": "every", "every": "2", "unit": "hours", "first": "00:30"}, "Every 2 hours from 00:30", 5),
        ({"when": "cron", "cron": "30 2 * * 1-5"}, "Monday to Friday", 5),
        ({"when": "hand"}, "Only by hand", 0),
        ({"when": "every", "every": "0", "unit": "days"}, "whole one from 1", 0),
        ({"when": "cron", "cron": "1 2"}, "five parts", 0),
    ],
)
def test_a_schedule_is_told_in_words_while_it_is_typed(
    desk: Desk, ann_at_work: Client, asked: dict[str, str], said: str, times: int
) -> None:
    address = reverse("admin:sync_app_sync_times")
    page = ann_at_work.get(address, {"brand": str(desk.house.brand.pk), **asked}).content.decode()
    assert said in page
    assert page.count("<time") == times


# --- the page


def test_the_page_tells_turns_schedule_and_settings(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync(transfer={"path": "customers"})
    for _ in range(3):
        desk.run(sync, ADA)
    page = read(ann_at_work, at(sync))
    for shown in ("Well", "Every 10 minutes", "1 inserted", "1 unchanged", "customers", "Duration of the turns"):
        assert shown in page


def test_page_and_form_say_when_nobody_is_told(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    nobody = "Nobody is told yet"
    assert nobody in read(ann_at_work, at(sync))
    assert nobody in read(ann_at_work, at(sync, "edit"))
    Sync.objects.update(notify={"emails": ["ann@acme.example"]})
    assert nobody not in read(ann_at_work, at(sync))
    NoticeSettings.objects.create(brand=sync.brand, webhook="https://hooks.example/x")
    Sync.objects.update(notify={})
    assert nobody not in read(ann_at_work, at(sync)) + read(ann_at_work, at(sync, "edit"))


def test_the_page_takes_as_many_queries_for_many_turns(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    desk.run(sync, ADA)
    desk.run(sync, ADA)
    ann_at_work.get(at(sync))
    with CaptureQueriesContext(database) as few:
        ann_at_work.get(at(sync))
    for _ in range(4):
        desk.run(sync, ADA)
    with CaptureQueriesContext(database) as many:
        ann_at_work.get(at(sync))
    assert len(few) == len(many)


def test_turns_page_by_their_place(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    for number in range(25):
        moment = desk.clock().replace(microsecond=number)
        SyncTurn.objects.create(sync=sync, due_at=moment, finished_at=moment, status=TurnStatus.OVERLAPPED)
    first = ann_at_work.get(at(sync))
    assert len(first.context["turns"]) == 20
    second = ann_at_work.get(f"{at(sync)}?before={first.context['older']}")
    assert (len(second.context["turns"]), second.context["older"]) == (5, None)
    assert ann_at_work.get(f"{at(sync)}?before=nonsense").status_code == 200


def test_a_failure_says_what_to_do(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    desk.run(sync, fails={"pull": AWAY})
    page = read(ann_at_work, at(sync))
    for shown in ("Failing", "Why it failed the last time", "tried again at its next time"):
        assert shown in page


def test_each_button_says_first_what_will_happen_and_then_it_does(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    for verb, said in (("run", "The CRM"), ("rehearse", "Nothing is written"), ("pause", "run by hand")):
        assert said in read(ann_at_work, at(sync, verb))
    assert not SyncTurn.objects.exists()
    ann_at_work.post(at(sync, "pause"))
    assert not desk.fresh(sync).active
    assert "is not caught up" in read(ann_at_work, at(sync, "resume"))
    ann_at_work.post(at(sync, "resume"))
    assert desk.fresh(sync).active
    desk.fake.rows = [ADA]
    assert ann_at_work.post(at(sync, "run")).headers["Location"] == at(sync)
    desk.work()
    assert Record.objects.filter(label__contains="Ada").exists()


def test_it_is_rehearsed_and_the_page_says_so(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    desk.fake.rows = [ADA]
    ann_at_work.post(at(sync, "rehearse"))
    desk.work()
    page = read(ann_at_work, at(sync))
    assert "(rehearsed)" in page
    assert "1 to insert" in page
    assert not Record.objects.exists()


def test_a_turn_that_waits_is_followed_and_stopped(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    ann_at_work.post(at(sync, "run"))
    page = ann_at_work.get(at(sync))
    seen = page.context["seen"]
    moving = ann_at_work.get(at(sync, "now"), {"seen": seen})
    assert "Waiting for a worker" in moving.content.decode()
    assert ann_at_work.post(at(sync, "run"), follow=True).context["messages"]
    ann_at_work.post(at(sync, "stop"))
    assert desk.turns(sync) == [TurnStatus.CANCELLED]
    assert ann_at_work.get(at(sync, "now"), {"seen": seen}).headers["HX-Refresh"] == "true"


def test_what_is_held_is_told_with_its_figures_and_applied_once(desk: Desk, ann_at_work: Client) -> None:
    sync = held(desk)
    page = read(ann_at_work, at(sync))
    for shown in ("2 records would be new", "2 to insert", "Apply it once", "outcome=Insert"):
        assert shown in page
    assert "2 to insert" in read(ann_at_work, at(sync, "approve"))
    ann_at_work.post(at(sync, "approve"))
    desk.work()
    assert Record.objects.filter(entity_type="Customer").count() == 3
    assert ann_at_work.post(at(sync, "approve"), follow=True).redirect_chain


def test_what_is_held_is_rejected_or_judged_by_new_limits(desk: Desk, ann_at_work: Client) -> None:
    sync = held(desk)
    assert "sees the same data again" in read(ann_at_work, at(sync, "reject"))
    Connection.objects.filter(pk=sync.connection_id).update(connector="file_drop")
    told = read(ann_at_work, at(sync, "reject"))
    assert "moved into the folder “failed”" in told
    assert "sees the same data again" not in told
    Connection.objects.filter(pk=sync.connection_id).update(connector=sync.connection.connector)
    ann_at_work.post(at(sync, "reject"))
    assert desk.turns(sync)[-1] == TurnStatus.REJECTED
    desk.run(sync, ADA, BOB, CY)
    desk.sync(sync=sync.pk, guards={"inserts": {"most": 5}})
    assert "as they are now" in read(ann_at_work, at(sync, "judge"))
    ann_at_work.post(at(sync, "judge"))
    desk.work()
    assert desk.turns(sync)[-1] == TurnStatus.SUCCEEDED


def test_where_it_stands_is_told_as_a_time_where_it_is_one(desk: Desk, ann_at_work: Client) -> None:
    desk.run(desk.sync(), ADA)
    sync = desk.push_sync()
    desk.run(sync)
    for screen in ("change", "watermark"):
        shown = re.sub(r'value="[^"]*"', "", read(ann_at_work, at(sync, screen)))
        assert desk.fresh(sync).watermark not in shown
        assert "21 Nov 2026, 13:00" in shown


def test_its_watermark_is_set_to_a_value_and_to_the_beginning(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    desk.run(sync, ADA, watermark="7")
    page = read(ann_at_work, at(sync, "watermark"))
    assert "<code>7</code>" in page
    ann_at_work.post(at(sync, "watermark"), {"to": "value", "value": "3"})
    assert desk.fresh(sync).watermark == "3"
    ann_at_work.post(at(sync, "watermark"), {"to": "begin"})
    assert desk.fresh(sync).watermark == ""


def test_a_push_is_set_back_to_a_moment(desk: Desk, ann_at_work: Client) -> None:
    desk.house.send({"code": "A", "name": "Ada"})
    sync = desk.push_sync()
    desk.run(sync)
    assert len(desk.fake.sent) == 1
    ann_at_work.post(at(sync, "watermark"), {"to": "moment", "moment": "2020-01-01T00:00"})
    desk.run(sync)
    assert len(desk.fake.sent) == 2
    answer = ann_at_work.post(at(sync, "watermark"), {"to": "moment", "moment": "soon"})
    assert "Enter a day and a time" in answer.content.decode()


def test_a_sync_is_deleted_and_its_runs_stay(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    turn = desk.run(sync, ADA)
    assert "Its runs with their reports stay" in read(ann_at_work, at(sync, "remove"))
    assert ann_at_work.post(at(sync, "remove")).headers["Location"] == reverse(LIST)
    assert not Sync.objects.exists()
    assert turn.run is not None
    assert type(turn.run).objects.filter(pk=turn.run.pk).exists()


def test_its_history_tells_what_was_changed(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync()
    desk.sync(sync=sync.pk, rule={}, simulate=True, guards={"deletes": {"most": 5, "percent": 2.5}, "empty": True})
    page = read(ann_at_work, at(sync, "history"))
    assert "Sync created" in page
    assert "Sync changed" in page
    told = {one.label: (one.old, one.new) for one in object_history(sync, brand=sync.brand)[0][0].changes}
    assert told == {
        "Only rehearse": ("no", "yes"),
        "Schedule": ("Every 10 minutes", "Only by hand"),
        "Records that go, All together: at most so many": ("empty", "5"),
        "Records that go, All together: at most so many percent": ("empty", "2.5"),
        "Ask a person first when …": ("empty", "the source is empty"),
    }
    assert "{" not in re.sub(r"<[^>]+>", " ", page[page.index("ia-history") : page.index("</ol>")])


def test_the_history_names_what_is_kept_as_the_form_does() -> None:
    kept = {
        "name": "Nightly",
        "direction": "pull",
        "connection": "The CRM",
        "template": "customers",
        "transfer": {"method": "GET", "path": "customers", "query": {"a": "1", "b": "2"}, "rows_path": ""},
        "options": {"on_error": "atomic", "verbose": True},
        "rule": {},
        "guards": {"types": {"Customer": {"inserts": {"most": 3}}}, "columns": ["gone"], "shrink": 10.0},
        "mirror": {"action": "mark", "field": "NotValid", "value": "true", "where": {"City": "Lyon"}, "all": True},
        "protected": ["Customer.City"],
        "notify": {"emails": ["a@example.org"], "webhook": "https://hooks.example/"},
    }
    told = kept_in_words(action="change_sync", kept=kept)
    assert told is not None
    assert {label: text for label, text in told.items() if text} == {
        "Name": "Nightly",
        "Direction": "Fetch and import",
        "Connection": "The CRM",
        "Method": "GET",
        "Path": "customers",
        "Parameters": "a: 1, b: 2",
        "Template": "customers",
        "When a row fails": "all or nothing",
        "List unchanged records in the reports too": "yes",
        "Only rehearse": "no",
        "Schedule": "Only by hand",
        "The schedule is on": "no",
        "New records, Customer: at most so many": "3",
        "Ask a person first when …": "a column is gone",
        "The source has shrunk by more than": "10 %",
        "Records that the source no longer has": "are marked",
        "Field to mark them in": "NotValid",
        "Value that marks them": "true",
        "Only records with": "City: Lyon",
        "Also records that this sync has never written": "yes",
        "Fields that people keep": "Customer.City",
        "Who is told": "Others",
        "E-mail addresses": "a@example.org",
        "Webhook": "https://hooks.example/",
    }


def test_the_history_of_a_connection_names_its_secrets_and_shows_none() -> None:
    settings = {"address": "https://crm.example/", "auth": "bearer", "client_in_header": False}
    kept = {"name": "The CRM", "connector": "http_json", "settings": settings, "secrets": ["token"]}
    assert kept_in_words(action="create_connection", kept=kept | {"secretsReplaced": ["token"]}) == {
        "Name": "The CRM",
        "Connector": "HTTP JSON",
        "Address": "https://crm.example/",
        "Sign-in": "A token (bearer)",
        "Send the client's secret in a header": "no",
        "Secrets that are kept": "Token",
        "Secrets replaced": "Token",
    }
    assert kept_in_words(action="create_brand", kept=kept) is None


# --- elsewhere


def test_the_dashboard_tells_what_runs_next_and_who_is_in_need(
    desk: Desk, ann_at_work: Client, ben_at_work: Client
) -> None:
    held(desk)
    failing = desk.sync("Failing one")
    desk.run(failing, fails={"pull": AWAY})
    page = read(ann_at_work, reverse("admin:index"))
    for shown in ("Syncs in need of somebody", "Failing one", "Held", "Next by itself"):
        assert shown in page
    assert "Failing one" not in read(ben_at_work, reverse("admin:index"))


def test_the_search_finds_syncs_for_those_who_may_see_them(
    desk: Desk, ann_at_work: Client, ben_at_work: Client, eve_at_work: Client
) -> None:
    sync = desk.sync("Nightly customers")
    search = reverse("admin:search")
    assert at(sync) in ann_at_work.get(search, {"s": "custom"}).content.decode()
    for somebody in (ben_at_work, eve_at_work):
        assert "Nightly" not in somebody.get(search, {"s": "nightly"}).content.decode()


def test_a_run_names_its_sync_and_so_does_the_history_of_a_record(
    desk: Desk, ann_at_work: Client, ben_at_work: Client
) -> None:
    sync = desk.sync("Nightly customers")
    turn = desk.run(sync, ADA)
    assert turn.run is not None
    report = reverse("admin:sync_app_run_change", args=[turn.run.pk])
    assert at(sync) in read(ann_at_work, report)
    assert at(sync) not in read(ben_at_work, report)
    record = reverse("admin:sync_app_record_change", args=[Record.objects.get(entity_type="Customer").pk])
    assert "sync “Nightly customers”" in read(ann_at_work, record)
