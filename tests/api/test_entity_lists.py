"""Lists of records: pages and complete ones, in any order, narrowed by fields, words and time; and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from sync_app.api.dialects.base import Door
from sync_app.models import Record
from sync_app.runs.lists import listing
from templates_app.library.fields import add_custom_field
from tests.api.conftest import Caller, read, written
from tests.api.entities import labels, made, refusal

pytestmark = pytest.mark.django_db

PEOPLE: Final = (
    {"lastName": "Zola", "firstName": "Émile", "city": "Paris", "notValid": True, "email": "b@example.org"},
    {"lastName": "austen", "firstName": "Jane", "city": "Bath", "email": "c@example.org"},
    {"lastName": "Éluard", "firstName": "Paul", "city": "Paris", "email": "a@example.org"},
    {"lastName": "Brontë", "firstName": "Anne"},
)


@pytest.fixture
def people(we: Caller) -> list[int]:
    return [made(we, "resource", **person) for person in PEOPLE]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("label+", "austen Brontë Zola Éluard"),
        ("label-", "Éluard Zola Brontë austen"),
        ("label ", "austen Brontë Zola Éluard"),
        ("label%2B", "austen Brontë Zola Éluard"),
        ("key+", "Zola austen Éluard Brontë"),
        ("key-", "Brontë Éluard austen Zola"),
        ("modified+", "Zola austen Éluard Brontë"),
        ("modified-", "Brontë Éluard austen Zola"),
        ("email+", "Éluard Zola austen Brontë"),
        ("email-", "austen Zola Éluard Brontë"),
        ("city+lastName-", "austen Éluard Zola Brontë"),
        ("city-key-", "Éluard Zola austen Brontë"),
        ("notValid-label+", "Zola austen Brontë Éluard"),
        ("notValid+label-", "Éluard Brontë austen Zola"),
        ("key-label+", "Brontë Éluard austen Zola"),
        ("", "Zola austen Éluard Brontë"),
    ],
)
@pytest.mark.parametrize("page", ["", "&pageSize=50"])
def test_a_list_is_sorted_as_it_is_asked(sort: str, order: str, page: str, people: list[int], we: Caller) -> None:
    answer = we.get(f"api/resource?sortInfo={sort}{page}")
    assert [item["lastName"] for item in read(answer)["items"]] == order.split()


def test_numbers_sort_as_numbers_and_what_has_none_comes_last(we: Caller) -> None:
    for label, rate in [("a", 9), ("b", 100), ("c", -3), ("d", 9.5), ("e", None)]:
        made(we, "resource", label=label, hourlyRate=rate)
    assert labels(we.get("api/resource?sortInfo=hourlyRate%2B")) == ["c", "a", "d", "b", "e"]
    assert labels(we.get("api/resource?sortInfo=hourlyRate-")) == ["b", "d", "a", "c", "e"]


def test_a_reference_sorts_by_the_label_of_what_it_refers_to(we: Caller) -> None:
    for customer in ("Zeta", "alpha", "Mid"):
        made(we, "project", label=f"for {customer}", customer=made(we, "customer", company=customer))
    made(we, "project", label="for nobody")
    wanted = ["for alpha", "for Mid", "for Zeta", "for nobody"]
    assert labels(we.get("api/project?sortInfo=customer%2B")) == wanted


@pytest.mark.parametrize("sort", ["label+", "key-", "modified+", "email+", "email-", "city+", "notValid-label+"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_put_together_are_the_whole_list(sort: str, size: int, people: list[int], we: Caller) -> None:
    whole = read(we.get(f"api/resource?sortInfo={sort}"))
    pages = [read(we.get(f"api/resource?sortInfo={sort}&pageSize={size}&pageIndex={n}")) for n in range(6)]
    assert [item for page in pages for item in page["items"]] == whole["items"]
    assert {page["totalItems"] for page in pages} == {4} == {whole["totalItems"]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lastName=zola", "Zola"),
        ("lastName=%20ZOLA%20", "Zola"),
        ("firstName=emile", ""),
        ("firstName=%C3%89MILE", "Zola"),
        ("label=zola%20%C3%A9mile", "Zola"),
        ("city=paris", "Zola Éluard"),
        ("city=paris&firstName=Paul", "Éluard"),
        ("city=paris&email=b@example.org", "Zola"),
        ("email=b@example.org", "Zola"),
        ("email=nobody@example.org", ""),
        ("city=", "Brontë"),
        ("notValid=true", "Zola"),
        ("notValid=1", "Zola"),
        ("notValid=false", "austen Éluard Brontë"),
        ("notValid=", "austen Éluard Brontë"),
        ("search=anne", "Brontë"),
        ("search=BRONT%C3%8B%20anne", "Brontë"),
        ("search=example.org", "Zola austen Éluard"),
        ("search=%25", ""),
        ("search=_", ""),
        ("search=example.org&city=paris&sortInfo=label-", "Éluard Zola"),
        ("city=Par", ""),
    ],
)
@pytest.mark.parametrize("page", ["", "&pageSize=50", "&pageSize=1"])
def test_a_list_is_narrowed_by_fields_and_words(
    query: str, found: str, page: str, people: list[int], we: Caller
) -> None:
    told = read(we.get(f"api/resource?{query}{page}"))
    wanted = found.split()
    assert told["totalItems"] == len(wanted)
    assert [item["lastName"] for item in told["items"]] == (wanted[:1] if page == "&pageSize=1" else wanted)


def test_references_and_lists_of_them_narrow_too(we: Caller) -> None:
    home, work = made(we, "department", label="Home"), made(we, "department", label="Work")
    made(we, "resource", label="both", departments=[home, work])
    made(we, "resource", label="one", departments=[work])
    made(we, "department", label="Child", parent=home)
    assert labels(we.get(f"api/resource?departments={home}")) == ["both"]
    assert labels(we.get(f"api/resource?departments={work}&label=both")) == ["both"]
    assert labels(we.get(f"api/department?parent={home}")) == ["Child"]
    assert labels(we.get("api/department?parent=&sortInfo=label+")) == ["Home", "Work"]


def test_enums_are_asked_for_by_name_or_number(we: Caller) -> None:
    made(we, "customer", company="Roy & Co", type="Company")
    made(we, "customer", lastName="Petit", type="Individual")
    for value in ("Company", "company", "1027"):
        assert labels(we.get(f"api/customer?type={value}")) == ["Roy & Co"]


def test_the_brands_own_fields_narrow_and_sort_under_fields(we: Caller, acme: Brand, now: datetime) -> None:
    actor = system_actor(brand=acme, name="tests")
    add_custom_field(actor=actor, entity_type="Customer", name="_SCORE", kind="Double", at=now)
    for name, score in [("a", 10), ("b", 9), ("c", 9)]:
        made(we, "customer", lastName=name, fields={"IDDOSSIER": f"D-{name}", "SCORE": score})
    assert labels(we.get("api/customer?fields.IDDOSSIER=d-b")) == ["b"]
    assert labels(we.get("api/customer?fields.SCORE=9.0")) == ["b", "c"]
    assert labels(we.get("api/customer?sortInfo=fields.SCORE-label-")) == ["a", "c", "b"]
    assert labels(we.get("api/customer?sortInfo=fields.IDDOSSIER-")) == ["c", "b", "a"]
    assert refusal(we.get("api/customer?IDDOSSIER=d-b")) == (400, "parameter_unknown")


def test_since_gives_what_was_changed_since(
    we: Caller, people: list[int], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now + timedelta(hours=1)
    monkeypatch.setattr(Door, "clock", lambda _door: later)
    we.call("PATCH", f"api/resource/{people[1]}", {"city": "Steventon"})
    assert labels(we.get("api/resource?since=20261121124500")) == ["austen Jane"]
    assert read(we.get("api/resource?since=20261121110000&pageSize=1"))["totalItems"] == 4
    assert read(we.get("api/resource?since=20261121124500&city=paris"))["totalItems"] == 0
    for wrong, code in [("20261121", "since_invalid"), ("", "since_invalid"), ("20270101000000", "since_in_future")]:
        assert refusal(we.get(f"api/resource?since={wrong}")) == (400, code)


# --- what must not be possible


@pytest.mark.parametrize(
    "sort",
    [
        "label",
        "+",
        "-",
        "++",
        "label++",
        "?",
        "label+;drop table",
        'label"--',
        "label+ ",
        "%2B",
        "label%00%2B",
        "l\u00e4bel+",
        "label+" * 9,
        "label+" * 1000,
    ],
)
def test_what_is_no_order_is_refused(sort: str, we: Caller) -> None:
    answer = we.get(f"api/task?sortInfo={quote(sort, safe='%+')}")
    assert refusal(answer)[0] == 400
    assert refusal(answer)[1] in {"sort_invalid", "sort_unknown", "parameter_invalid"}


@pytest.mark.parametrize(
    "name",
    [
        "Label",
        "LABEL",
        "pk",
        "id",
        "brand",
        "data",
        "brand__appkeys__digest",
        "createdBy__password",
        "merged_into__label",
        "deleted_at",
        "revision",
        "search",
        "skills",
        "fields.NOPE",
        "style",
        "BackgroundColor",
        "label__lower",
    ],
)
@pytest.mark.parametrize("sign", ["+", "-"])
def test_only_public_names_sort_and_they_are_told(name: str, sign: str, we: Caller) -> None:
    made(we, "task", label="x")
    answer = we.get(f"api/task?sortInfo={name}{quote(sign)}")
    told = read(answer)
    assert (answer.status_code, told["code"]) == (400, "sort_unknown")
    known = told["message"].partition("Possible are: ")[2].rstrip(".").split(", ")
    assert known[:4] == ["label", "key", "modified", "type"]
    assert "style.backgroundColor" in known
    assert not {"brand", "data", "revision", "search", "sort_label"} & set(known)


@pytest.mark.parametrize(
    "query",
    [
        "password__startswith=a",
        "label__regex=.*",
        "_connector=OR%201=1",
        "a__b__c=1",
        "brand=2",
        "id=1",
        "deleted_at=",
        "data=%7B%7D",
        "Label=x",
        "pagesize=5",
        "page=1",
        "offset=1",
        "skill=1",
        "fields=1",
        "fields.x'%22)%20--=1",
    ],
)
def test_only_public_names_narrow_and_they_are_told(query: str, we: Caller) -> None:
    answer = we.get(f"api/task?{query}")
    told = read(answer)
    assert (answer.status_code, told["code"]) == (400, "parameter_unknown")
    assert "pageIndex, pageSize, sortInfo, since, search, label, type" in told["message"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("type=nothing", "filter_refused"),
        ("duration=many", "filter_refused"),
        ("duration=1e3000000", "filter_refused"),
        ("departments=x", "filter_refused"),
        ("departments=1%20OR%201=1", "filter_refused"),
        ("notValid=perhaps", "filter_refused"),
        ("label=a&label=b", "parameter_repeated"),
        ("label=a%00b", "parameter_invalid"),
        ("pageSize=0", "parameter_invalid"),
        ("pageSize=-1", "parameter_invalid"),
        ("pageSize=1e3", "parameter_invalid"),
        ("pageSize=1001", "parameter_invalid"),
        ("pageSize=1000000000", "parameter_invalid"),
        ("pageSize=", "parameter_invalid"),
        ("pageSize=%D9%A1", "parameter_invalid"),
        ("pageIndex=-1", "parameter_invalid"),
        ("pageIndex=1000000000000000000", "parameter_invalid"),
        ("pageIndex=1.0", "parameter_invalid"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_named(query: str, code: str, we: Caller) -> None:
    answer = we.get(f"api/task?{query}")
    assert refusal(answer) == (400, code)
    assert query.partition("=")[0] in read(answer)["message"]


@pytest.mark.parametrize("value", ["' OR 1=1--", "%", "_", "\\", "$1", '"', "?", "%s", "}", "{0}", "'; DROP TABLE x"])
def test_what_is_searched_for_is_only_a_text(value: str, people: list[int], we: Caller) -> None:
    for name in ("search", "lastName", "city", "label", "email" if "@" in value else "firstName"):
        assert read(we.get(f"api/resource?{name}={quote(value)}")) == {"totalItems": 0, "items": []}
    made(we, "resource", label=f"a {value} b", city=value)
    assert read(we.get(f"api/resource?city={quote(value)}"))["totalItems"] == 1
    assert read(we.get(f"api/resource?search={quote(value)}"))["totalItems"] == 1


def test_a_page_beyond_the_end_is_empty(people: list[int], we: Caller) -> None:
    for sort in ("label+", "email+", "city+"):
        told = read(we.get(f"api/resource?pageIndex=999999999&pageSize=1000&sortInfo={sort}"))
        assert told == {"totalItems": 4, "items": []}


def test_a_page_index_alone_has_a_size_of_its_own(we: Caller) -> None:
    for number in range(51):
        made(we, "department", label=f"{number:03}")
    assert len(read(we.get("api/department?pageIndex=0"))["items"]) == 50
    assert labels(we.get("api/department?pageIndex=1&sortInfo=label%2B")) == ["050"]
    assert len(read(we.get("api/department"))["items"]) == 51
    assert len(read(we.get("api/department?pageSize=999"))["items"]) == 51


def test_more_records_than_can_be_looked_at_are_not_sorted_wrongly(
    people: list[int], we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SCANNED_AT_MOST", 3)
    for query in ("sortInfo=city%2B", "city=Paris"):
        assert refusal(we.get(f"api/resource?{query}")) == (422, "too_many_to_scan")
    for query in (
        "sortInfo=label%2B",
        "sortInfo=email-",
        "email=a@example.org&sortInfo=city-",
        "search=zola&city=paris",
    ):
        assert we.get(f"api/resource?{query}").status_code == 200


# --- what it costs


def queries(we: Caller, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read(we.get(path))
    return len(captured)


@pytest.mark.parametrize(
    "query", ["pageSize=100", "pageSize=100&sortInfo=label%2B", "pageSize=100&sortInfo=city-", "", "search=a"]
)
def test_the_number_of_queries_does_not_grow_with_the_rows(query: str, we: Caller) -> None:
    def project(number: int) -> None:
        customer = made(we, "customer", company=f"Company a {number}")
        made(we, "project", label=f"Hall a {number}", customer=customer, city=str(number))

    project(1)
    we.get("api/project")
    one = queries(we, f"api/project?{query}")
    for number in range(2, 12):
        project(number)
    assert queries(we, f"api/project?{query}") == one
    assert one <= 13


def test_a_list_writes_nothing(people: list[int], we: Caller) -> None:
    before = written()
    for query in ("", "?pageSize=2", "?sortInfo=city%2B", "?search=a"):
        read(we.get(f"api/resource{query}"))
    assert written() == before
    assert Record.objects.count() == 4


def test_a_complete_list_is_written_while_it_is_read(we: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "CHUNK", 2)
    for number in range(5):
        made(we, "department", label=f"{number}")
    answer = we.get("api/department?sortInfo=label-")
    assert answer.streaming
    assert labels(answer) == ["4", "3", "2", "1", "0"]


def test_a_list_that_is_not_read_to_its_end_lets_go_of_the_database(
    we: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []
    leave = listing.Listing.__exit__

    def noted(self: listing.Listing, *args: Any) -> None:
        closed.append(True)
        leave(self, *args)

    monkeypatch.setattr(listing.Listing, "__exit__", noted)
    made(we, "department", label="x")
    we.get("api/department").close()
    assert closed == [True]
