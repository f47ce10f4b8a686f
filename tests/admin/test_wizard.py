"""The import wizard: a file is brought, looked at and started, by who may, and what is foreign shows as text."""

from __future__ import annotations

import io
import json
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from pytest_django import Settings

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.brands import create_brand
from integration_admin.accounts.models import Brand, User
from sync_app.admin.wizard.words import wrong_of
from sync_app.models import Record, Run, Upload
from sync_app.runs.uploads.keeping import keep_upload
from templates_app.library.installing import install
from templates_app.models import Template
from templates_app.sources.rows import SourceRefused
from tests.admin.conftest import CLIENTS, HOSTILE, signed_in
from tests.conftest import Login

START = "/admin/sync_app/run/import/"
CSV = "ID_DOSSIER;Nom;Email;Ville\nD-1;Roy;lea@example.org;Nîmes\nD-2;Petit;max@example.org;Orléans Évreux\n".encode(
    "cp1252"
)
BAD = b"ID_DOSSIER;Nom;Email\nD-1;Roy;\nD-2;;\nD-3;Petit;\n"


def file(body: bytes = CSV, name: str = "clients.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def bring(client: Client, body: bytes = CSV, name: str = "clients.csv", **more: Any) -> str:
    """The address of the look at a file that was brought."""
    answer = client.post(START, {"file": file(body, name), **more})
    assert answer.status_code == 302, answer.content
    return str(answer.headers["Location"])


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def newest() -> Run:
    return Run.objects.latest("pk")


# --- a file is brought


def test_a_file_is_kept_and_looked_at(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work)
    upload = Upload.objects.get()
    assert address == reverse("admin:sync_app_import_check", args=[upload.pk])
    assert (upload.brand, upload.user, upload.file_name, upload.size) == (ann.brand, ann.user, "clients.csv", len(CSV))
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("text", "kind"), [(json.dumps([{"Nom": "Roy"}]), "JSON"), ("Nom\tEmail\nRoy\tlea@example.org", "CSV")]
)
def test_pasted_rows_are_a_file_too(ann: Actor, ann_at_work: Client, text: str, kind: str) -> None:
    address = str(ann_at_work.post(START, {"text": text}).headers["Location"])
    page = read(ann_at_work, address)
    assert re.search(rf"selected>[^<]*{kind}", page)
    assert ">Roy<" in page


def test_a_script_is_told_where_to_go_on(ann: Actor, ann_at_work: Client) -> None:
    answer = ann_at_work.post(
        START, {"file": file(name="pasted"), "pasted": "1"}, headers={"accept": "application/json"}
    )
    upload = Upload.objects.get()
    assert answer.json() == {"next": reverse("admin:sync_app_import_check", args=[upload.pk])}
    assert upload.file_name == ""


@pytest.mark.parametrize("sent", [{}, {"text": ""}])
def test_nothing_at_all_is_refused_in_words(ann: Actor, ann_at_work: Client, sent: dict[str, str]) -> None:
    answer = ann_at_work.post(START, sent, follow=True)
    assert "There is nothing in this file." in answer.content.decode()
    told = ann_at_work.post(START, sent, headers={"accept": "application/json"})
    assert (told.status_code, told.json()) == (422, {"message": "There is nothing in this file. Choose another one."})


def test_a_body_over_the_limit_is_refused_unread(ann: Actor, ann_at_work: Client, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 10
    big = {"file": file(b"x" * 100_000)}
    told = ann_at_work.post(START, big, headers={"accept": "application/json"})
    assert told.status_code == 413
    assert "limit of 10 bytes" in told.json()["message"]
    answer = ann_at_work.post(START, {"file": file(b"x" * 100_000)}, follow=True)
    assert "limit of 10 bytes" in answer.content.decode()
    assert not Upload.objects.exists()


def test_a_file_just_over_the_limit_is_refused_as_well(ann: Actor, ann_at_work: Client, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 10
    assert "limit of 10 bytes" in ann_at_work.post(START, {"file": file()}, follow=True).content.decode()


def test_more_than_a_form_may_hold_says_what_to_do(ann: Actor, ann_at_work: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = ann_at_work.post(START, {"text": "x" * 2000}, follow=True)
    assert "Save it as a file and choose that." in answer.content.decode()


def test_files_on_their_way_are_offered_again_and_can_be_removed(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work)
    page = read(ann_at_work, START)
    assert f'href="{address}"' in page
    assert "clients.csv" in page
    answer = ann_at_work.post(f"{address}remove/")
    assert (answer.status_code, Upload.objects.count()) == (302, 0)


def test_a_forged_form_is_refused(ann: Actor, owner: Login) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner.user)
    assert strict.post(START, {"file": file()}).status_code == 403
    assert not Upload.objects.exists()


# --- which brand


def test_who_is_in_several_brands_chooses_one(ann: Actor, root: User, other: Brand) -> None:
    client = signed_in(root)
    assert re.search(r'<select id="ia-brand".*Acme.*Other', read(client, START), re.DOTALL)
    bring(client, brand=str(other.pk))
    assert Upload.objects.get().brand == other


def test_of_several_brands_none_is_taken_unasked(ann: Actor, root: User, other: Brand) -> None:
    client = signed_in(root)
    page = read(client, START)
    assert '<option value="" selected>Choose a brand</option>' in page
    assert page.count("selected") == 1
    answer = client.post(START, {"file": file()}, follow=True)
    assert "Say first which brand the rows are for." in answer.content.decode()
    told = client.post(START, {"file": file()}, headers={"accept": "application/json"})
    assert (told.status_code, told.json()) == (422, {"message": "Say first which brand the rows are for."})
    assert not Upload.objects.exists()
    chosen = read(client, f"{START}?brand={other.pk}")
    assert f'<option value="{other.pk}" selected>' in chosen
    assert "Choose a brand" not in chosen


def test_rows_for_a_brand_one_may_not_import_into_go_nowhere_else(
    ann: Actor, ann_at_work: Client, other: Brand
) -> None:
    answer = ann_at_work.post(START, {"file": file(), "brand": str(other.pk)}, follow=True)
    assert "Say first which brand the rows are for." in answer.content.decode()
    assert "Import into Acme" in answer.content.decode()
    assert not Upload.objects.exists()


# --- who may


@pytest.mark.parametrize("path", ["", "7/", "7/remove/"])
def test_only_who_may_import_somewhere_gets_in(ben_at_work: Client, path: str) -> None:
    assert ben_at_work.get(f"{START}{path}").status_code == 403
    assert ben_at_work.post(f"{START}{path}", {"file": file()}).status_code == 403
    assert START not in read(ben_at_work, "/admin/sync_app/run/")


@pytest.mark.parametrize("path", ["", "7/", "7/remove/"])
def test_nobody_is_led_to_the_sign_in_page(db: None, path: str) -> None:
    for answer in (Client().get(f"{START}{path}"), Client().post(f"{START}{path}", {"file": file()})):
        assert unquote(answer.headers["Location"]).startswith("/admin/login/?next=/admin/")
    assert not Upload.objects.exists()


def test_the_entry_stands_in_the_sidebar_and_is_the_only_one_lit(ann: Actor, ann_at_work: Client) -> None:
    page = ann_at_work.get(START)
    lit = [item["title"] for group in page.context["sidebar_navigation"] for item in group["items"] if item["active"]]
    assert [str(title) for title in lit] == ["Import"]


def test_a_file_of_somebody_else_is_missing_like_one_that_never_was(
    ann: Actor, ann_at_work: Client, eve_at_work: Client, root: User, acme: Brand
) -> None:
    address = bring(ann_at_work)
    never = START + "987654/"
    for client in (eve_at_work, signed_in(root)):
        for method in (client.get, client.post):
            foreign, missing = method(address), method(never)
            assert (foreign.status_code, missing.status_code) == (404, 404)
            assert _plain(foreign.content) == _plain(missing.content)
        assert client.post(f"{address}remove/").status_code == 404
    assert Upload.objects.count() == 1


def test_an_import_into_types_one_may_not_write_is_refused(acme: Brand, ann: Actor, teammate: Login) -> None:
    group = teammate.membership.group
    assert group is not None
    group.may_import = True
    group.save()
    ben = signed_in(teammate.user)
    address = bring(ben)
    assert "There is no import template here that your group may use." in read(ben, address)
    answer = ben.post(f"{address}?template=clients", {"mode": "write"})
    assert answer.status_code == 422
    assert "You may not write Customer." in answer.content.decode()
    assert not Run.objects.exists()


def _plain(content: bytes) -> str:
    """Without what differs from page to page: tokens, and the address itself."""
    return re.sub(r"[A-Za-z0-9]{64}|/import/\d+/", "", content.decode())


# --- the look


def test_the_look_shows_rows_template_and_how_both_meet(ann: Actor, ann_at_work: Client) -> None:
    page = read(ann_at_work, bring(ann_at_work))
    for shown in ("Nîmes", "cp1252 · Western, Windows", "Semicolon", "2 rows", "→ Customer.LastName", "not used"):
        assert shown in page
    assert re.search(r'value="clients" checked', page)
    assert "3 of 3 names found" in page
    assert re.search(r"In the file, not in the template.*Ville", page, re.DOTALL)


@pytest.mark.parametrize(("columns", "folded"), [(8, False), (9, True)])
def test_many_columns_that_nothing_maps_are_folded_under_their_number(
    ann: Actor, ann_at_work: Client, columns: int, folded: bool
) -> None:
    names = [f"more{number}" for number in range(columns)]
    body = f"ID_DOSSIER;Nom;{';'.join(names)}\nD-1;Roy{';x' * columns}\n".encode()
    page = read(ann_at_work, f"{bring(ann_at_work, body)}?template=clients")
    assert (f"{columns} columns that nothing maps" in page) is folded
    assert all(page.count(f"<span>{name}</span>") == 1 for name in names)


def test_the_look_says_what_will_be_written_in_numbers(ann: Actor, ann_at_work: Client) -> None:
    page = re.sub(r"\s+", " ", read(ann_at_work, bring(ann_at_work)))
    assert "<strong>2 rows</strong> are written into Acme now." in page
    assert (
        "<strong>Customer</strong> found by _IDDOSSIER: those found are updated where they differ, others are added."
        in page
    )
    assert "0 there now." in page


def test_what_the_file_lacks_is_said_before_anything_runs(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work, b"ID_DOSSIER;Email\nD-1;lea@example.org\n")
    page = read(ann_at_work, f"{address}?template=clients")
    assert "The file has no “Nom”, which Customer.LastName needs: expect every row to fail." in page
    assert "Nom · needed" in page


def test_the_page_of_a_template_leads_here_with_it(ann: Actor, ann_at_work: Client, ben_at_work: Client) -> None:
    template = Template.objects.get(name="clients")
    address = reverse("admin:templates_app_template_change", args=[template.pk])
    link = f"{START}?template=clients&amp;brand={ann.brand.pk}"
    assert link in read(ann_at_work, address)
    assert START not in read(ben_at_work, address)
    page = read(ann_at_work, link.replace("&amp;", "&"))
    assert "The rows go through the template <strong>clients</strong>." in page


def test_the_best_template_is_not_chosen_where_none_fits(ann: Actor, ann_at_work: Client) -> None:
    page = read(ann_at_work, bring(ann_at_work, b"a;b\n1;2\n"))
    assert 'name="template" value="clients">' in page
    assert "No template has a name in common with this file." in page
    assert "Choose a template above to go on." in page
    assert "ia-go" not in page
    assert reverse("admin:templates_app_template_add") in page


def test_a_template_that_was_asked_for_is_kept_or_its_absence_said(ann: Actor, ann_at_work: Client) -> None:
    address = str(ann_at_work.post(f"{START}?template=projects", {"file": file()}).headers["Location"])
    assert re.search(r'value="projects" checked', read(ann_at_work, address))
    assert "The template “nothing” cannot be used here" in read(ann_at_work, address.replace("projects", "nothing"))
    Template.objects.filter(name="projects").update(archived=True)
    assert "The template “projects” cannot be used here" in read(ann_at_work, address)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("delimiter=comma", "ID_DOSSIER;Nom;Email;Ville"),
        ("delimiter=other&delimiter_other=%3B", "Nîmes"),
        ("delimiter=other&delimiter_other=om", "“om” cannot separate cells: enter a sign such as ; or |"),
        ("delimiter=other&delimiter_other=%22", "cannot separate cells"),
        ("header_row=2", 'Row</th><th scope="col">D-1'),
        ("encoding=cp437", "N\N{GREEK SMALL LETTER EPSILON}mes|Nεmes|N.mes"),
        ("encoding=utf-8", "The file is not written in the encoding utf-8-sig.*Choose another encoding below"),
        ("encoding=nonsense", "is no encoding of text files that is known here"),
        ("kind=json", "The JSON is not in UTF-8"),
        ("kind=xlsx", "is not an .xlsx workbook|damaged or is no workbook"),
        ("header_row=0", 'Row</th><th scope="col">column_1'),
        ("kind=nonsense&header_row=x&delimiter=nonsense", "Nîmes"),
        ("header_row=99", "The file ends before the line that should hold the header.*Choose an earlier row"),
        ("encoding=%00&sheet=%00", "Nîmes"),
    ],
)
def test_the_file_is_read_as_the_address_says(ann: Actor, ann_at_work: Client, query: str, shown: str) -> None:
    page = read(ann_at_work, f"{bring(ann_at_work)}?{query}")
    assert re.search(shown, re.sub(r"\s+", " ", page)), page[-5000:]


def test_nothing_begins_with_a_separator_that_separates_nothing(ann: Actor, ann_at_work: Client) -> None:
    answer = ann_at_work.post(f"{bring(ann_at_work)}?template=clients&delimiter=other&delimiter_other=7")
    assert answer.status_code == 422
    assert "“7” cannot separate cells" in answer.content.decode()
    assert not Run.objects.exists()


def test_what_is_wrong_is_told_with_its_place_and_without_a_code(ann: Actor, ann_at_work: Client) -> None:
    page = read(ann_at_work, bring(ann_at_work, b'[{"a": 1},\n {"b": 2,}]', "a.json"))
    for shown in ("There is a comma with nothing after it.", "line 2, column"):
        assert shown in page
    assert "json_trailing_comma" not in page


@pytest.mark.parametrize(("body", "asked"), [(b"\x89PNG\r\n\x1a\n" + bytes(300), False), (b"\n \n", True)])
def test_only_what_could_be_read_in_another_way_is_asked_how(
    ann: Actor, ann_at_work: Client, body: bytes, asked: bool
) -> None:
    page = read(ann_at_work, bring(ann_at_work, body))
    for control in ('id="ia-kind"', 'id="ia-delimiter"', 'name="template"', 'id="ia-start"'):
        assert (control in page) is asked
    assert ("Choose a file</a>" in page) is not asked


@pytest.mark.parametrize(
    ("body", "query", "asked"),
    [
        (b"PK\x03\x04 no", "", False),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "", False),
        (b'[{"code": 1, "code": 2}]', "?kind=json", True),
        (b"code;name\nC-1;Ann\n", "?kind=xlsx", True),
    ],
)
def test_under_a_file_that_cannot_be_read_only_another_is_offered(
    ann: Actor, ann_at_work: Client, body: bytes, query: str, asked: bool
) -> None:
    page = read(ann_at_work, bring(ann_at_work, body) + query)
    assert "Choose a file</a>" in page
    assert ('id="ia-kind"' in page) is asked
    assert 'id="ia-start"' not in page
    assert 'name="template"' not in page


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(300), "This is a picture, whatever its name says. Choose a file with rows."),
        (b"%PDF-1.4 ...", "This is a document for reading or printing"),
        (b"\n \n", "There is no line or row with any value.</strong> Choose a file with rows"),
        (b"PK\x03\x04 no", "The workbook is damaged"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(ann: Actor, ann_at_work: Client, body: bytes, shown: str) -> None:
    page = read(ann_at_work, bring(ann_at_work, body, "clients.csv"))
    assert shown in page
    assert "NUL" not in page


@pytest.mark.parametrize(
    ("refused", "hint"),
    [
        (NotAllowed("type_not_writable", type="Customer"), "Ask whoever administers the brand."),
        (SourceRefused("json_cut_off"), "Correct the file, then choose it again."),
        (SourceRefused("too_many_rows", limit=5), "Divide it into several files."),
        (SourceRefused("rows_needed", names="a, b"), "Choose the sheet below."),
    ],
)
def test_every_refusal_says_what_to_do_next(refused: Any, hint: str) -> None:
    assert str(wrong_of(refused).hint) == hint


HEADERLESS = b"D-1;Roy;lea@example.org\nD-2;Max;max@example.org\nD-3;Ann;ann@example.org\n"


def test_a_first_row_of_values_is_asked_about_before_anything_starts(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work, HEADERLESS)
    page = read(ann_at_work, f"{address}?template=clients")
    assert "Is the first row the names of the columns?" in page
    assert "Say above whether the first row names the columns." in page
    assert "ia-go" not in page
    no = read(ann_at_work, f"{address}?template=clients&header_row=0")
    assert "Is the first row" not in no
    assert ">column_2<" in re.sub(r"\s", "", no)
    assert "3 rows" in no
    assert '<option value="0" selected>None: column_1, column_2, …</option>' in no
    yes = read(ann_at_work, f"{address}?template=clients&header_row=1")
    assert '<option value="1" selected>Row 1</option>' in yes
    assert "2 rows" in yes
    assert "ia-go" in yes


def test_a_header_whose_names_are_known_is_not_doubted(ann: Actor, ann_at_work: Client) -> None:
    body = b"ID_DOSSIER;Nom;2024;2025\nD-1;Roy;1;2\nD-2;Max;3;4\n"
    page = read(ann_at_work, bring(ann_at_work, body))
    assert "Is the first row" not in page
    assert "Found: row 1" in page


def test_a_file_without_header_is_imported_by_position(ann: Actor, ann_at_work: Client, now: datetime) -> None:
    xml = (
        '<In><Type Name="Customer" ShouldInsert="true" />'
        '<Property Name="column_2" Type="Customer" Field="LastName" /></In>'
    )
    install(actor=ann, name="positions", xml=xml, at=now)
    answer = ann_at_work.post(f"{bring(ann_at_work, HEADERLESS)}?template=positions&header_row=0", {"mode": "write"})
    assert answer.status_code == 302
    run = Run.objects.get()
    assert (run.counts["rows"], run.counts["inserted"], run.source["header_row"]) == (3, 3, 0)
    assert "header_absent" in run.source["detected"]


def test_a_sheet_is_asked_for_where_several_hold_data(ann: Actor, ann_at_work: Client) -> None:
    book, out = Workbook(), io.BytesIO()
    for title in ("Clients", "Autres"):
        sheet = book.create_sheet(title)
        sheet.append(["ID_DOSSIER", "Nom", "Email"])
        sheet.append([title, "Roy", None])
    book.save(out)
    address = bring(ann_at_work, out.getvalue(), "a.xlsx")
    page = read(ann_at_work, address)
    assert "Several sheets hold data." in page
    assert "Which template fits is known once the file can be read" in page
    assert "Choose the sheet below." in page
    assert '<option value="Autres">Autres</option>' in page
    chosen = read(ann_at_work, f"{address}?sheet=Autres")
    assert "<td>Autres</td>" in chosen
    assert re.search(r'value="clients" checked', chosen)


def test_foreign_names_and_cells_are_text(ann: Actor, ann_at_work: Client) -> None:
    body = f'ID_DOSSIER;Nom;"{HOSTILE}"\nD-1;"{HOSTILE}";"{HOSTILE}"\n'.encode()
    page = read(ann_at_work, bring(ann_at_work, body, f"{HOSTILE}.csv".replace("/", "")))
    assert HOSTILE not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_long_cells_and_many_columns_are_cut(ann: Actor, ann_at_work: Client) -> None:
    names = ";".join(f"c{number}" for number in range(100))
    body = f"{names}\n{';'.join(['x' * 5000] * 100)}\n".encode()
    page = read(ann_at_work, bring(ann_at_work, body))
    assert "40 more columns are not shown." in page
    assert "x" * 121 not in page


def test_a_row_that_cannot_be_read_says_why(ann: Actor, ann_at_work: Client) -> None:
    page = read(ann_at_work, bring(ann_at_work, CSV + b"D-3;x;y;z;more\n"))
    assert "This row has 5 cells where 4 are expected." in page


def test_a_look_writes_nothing_and_asks_as_much_for_many_rows(ann: Actor, ann_at_work: Client) -> None:
    few, many = bring(ann_at_work), bring(ann_at_work, CSV + b"D-9;x;y;z\n" * 3000)
    read(ann_at_work, few)
    counts = []
    for address in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(ann_at_work, address)
        counts.append(len(queries))
        assert not [query["sql"] for query in queries if not query["sql"].lstrip().startswith(("SELECT", "DECLARE"))]
    assert counts[0] == counts[1] <= 25


def test_queries_do_not_grow_with_templates(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work)
    counts = []
    for number in range(3):
        install(actor=ann, name=f"more-{number}", xml=CLIENTS, at=timezone.now())
        read(ann_at_work, address)
        with CaptureQueriesContext(connection) as queries:
            read(ann_at_work, address)
        counts.append(len(queries))
    assert len(set(counts)) == 1


# --- the start


def test_simulating_is_what_happens_unless_the_word_is_said(ann: Actor, ann_at_work: Client) -> None:
    for sent in ({}, {"mode": "simulate"}, {"mode": "WRITE"}, {"mode": "1"}):
        address = bring(ann_at_work)
        answer = ann_at_work.post(f"{address}?template=clients", sent)
        assert answer.headers["Location"] == reverse("admin:sync_app_run_change", args=[newest().pk])
        assert (newest().simulate, newest().counts["inserted"]) == (True, 2)
    assert not Record.objects.exists()
    assert not Upload.objects.exists()


def test_an_import_at_once_writes(ann: Actor, ann_at_work: Client) -> None:
    ann_at_work.post(f"{bring(ann_at_work)}?template=clients", {"mode": "write"})
    run = newest()
    assert (run.simulate, run.status, run.trigger, run.user, run.options["on_error"]) == (
        False, "succeeded", "ui", ann.user, "skip",
    )  # fmt: skip
    assert sorted(Record.objects.values_list("data__LastName", flat=True)) == ["Petit", "Roy"]


@pytest.mark.parametrize(
    ("on_error", "status", "written"),
    [("skip", "with_failures", 2), ("stop", "stopped", 1), ("atomic", "failed", 0), ("nonsense", "with_failures", 2)],
)
def test_a_bad_row_does_what_was_chosen(
    ann: Actor, ann_at_work: Client, on_error: str, status: str, written: int
) -> None:
    address = bring(ann_at_work, BAD)
    ann_at_work.post(f"{address}?template=clients", {"mode": "write", "on_error": on_error})
    assert (newest().status, Record.objects.count()) == (status, written)


@pytest.mark.parametrize(("sent", "listed"), [({}, 0), ({"verbose": "on"}, 2)])
def test_unchanged_records_are_listed_where_that_was_asked_for(
    ann: Actor, ann_at_work: Client, sent: dict[str, str], listed: int
) -> None:
    for _twice in range(2):
        ann_at_work.post(f"{bring(ann_at_work)}?template=clients", {"mode": "write", **sent})
    assert newest().counts["unchanged"] == 2
    assert newest().entries.count() == listed


def test_the_import_reads_the_file_as_it_was_looked_at(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work, "x\nID_DOSSIER,Nom\nD-1,Rεy\n".encode("cp1253"), "odd.txt")
    query = "template=clients&kind=csv&encoding=cp1253&delimiter=comma&header_row=2"
    page = read(ann_at_work, f"{address}?{query}")
    action = re.search(r'<form method="post" action="([^"]+)" id="ia-start"', page)
    assert action is not None
    ann_at_work.post(action[1].replace("&amp;", "&"), {"mode": "write"})
    assert Record.objects.get().data["LastName"] == "Rεy"
    assert (newest().source["encoding"], newest().source["header_row"]) == ("cp1253", 2)


def test_a_large_file_waits_for_the_worker(ann: Actor, ann_at_work: Client, settings: Settings) -> None:
    settings.ASYNC_ROWS = 1
    answer = ann_at_work.post(f"{bring(ann_at_work)}?template=clients", {"mode": "write"})
    assert (answer.status_code, newest().status) == (302, "queued")


def test_a_refused_start_is_told_on_the_page_and_the_file_stays(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work, b'[{"Nom": "Roy", "ID_DOSSIER": "D-1"}, nope]', "a.json")
    answer = ann_at_work.post(f"{address}?template=clients", {"mode": "write", "on_error": "atomic"})
    page = answer.content.decode()
    assert (answer.status_code, Upload.objects.count(), Run.objects.count()) == (422, 1, 0)
    assert "This is not JSON." in page
    assert re.search(r'id="ia-write"[^>]* checked', page)
    assert re.search(r'id="ia-atomic"[^>]* checked', page)


def test_a_start_without_template_is_refused(ann: Actor, ann_at_work: Client) -> None:
    answer = ann_at_work.post(bring(ann_at_work), {"mode": "write"})
    assert answer.status_code == 422
    assert "There is no such template." in answer.content.decode()


def test_after_the_start_the_file_says_where_it_went(ann: Actor, ann_at_work: Client) -> None:
    address = bring(ann_at_work)
    ann_at_work.post(f"{address}?template=clients")
    page = read(ann_at_work, address, 404)
    assert "A file leaves this place when its import starts" in page
    assert reverse("admin:sync_app_run_changelist") in page
    assert ann_at_work.post(f"{address}?template=clients").status_code == 404
    assert Run.objects.count() == 1


def test_a_file_of_another_brand_of_mine_keeps_to_its_brand(ann: Actor, owner: Login, other: Brand, root: User) -> None:
    client = signed_in(root)
    address = bring(client, brand=str(other.pk))
    answer = client.post(
        f"{address}?template=clients&brand={ann.brand.pk}", {"mode": "write", "brand": str(ann.brand.pk)}
    )
    assert answer.status_code == 422
    assert not Record.objects.exists()
    assert not Run.objects.exists()


def test_a_brand_that_was_closed_hides_its_files(ann: Actor, ann_at_work: Client, acme: Brand) -> None:
    second = create_brand(key="second", name="Second", sandbox=False, at=timezone.now(), by="tests")
    assert second.active
    address = bring(ann_at_work)
    Brand.objects.filter(pk=acme.pk).update(active=False)
    assert ann_at_work.get(address).status_code == 403


def test_a_file_kept_in_the_past_is_still_one_file(ann: Actor, ann_at_work: Client) -> None:
    actor = site_actor(user=ann.user, brand=ann.brand) if ann.user else ann
    upload = keep_upload(actor=actor, chunks=[CSV], file_name="old.csv", at=timezone.now() - timedelta(hours=20))
    assert "old.csv" in read(ann_at_work, START)
    read(ann_at_work, reverse("admin:sync_app_import_check", args=[upload.pk]))


def test_after_a_stop_the_report_offers_the_rest_of_the_file(
    ann: Actor, ann_at_work: Client, eve_at_work: Client
) -> None:
    address = bring(ann_at_work, BAD + b"D-4;Dupont;\n")
    ann_at_work.post(f"{address}?template=clients", {"mode": "write", "on_error": "stop"})
    run = newest()
    page = read(ann_at_work, reverse("admin:sync_app_run_change", args=[run.pk]))
    assert "Import the 3 rows that are not in" in page
    assert "Import the whole file again" in page
    path = reverse("admin:sync_app_import_again", args=[run.pk])
    assert (ann_at_work.get(path).status_code, eve_at_work.post(path).status_code) == (405, 404)
    location = ann_at_work.post(path, {"what": "rest"}).headers["Location"]
    assert "template=clients" in location
    look = read(ann_at_work, location)
    assert "3 rows" in look
    assert re.search(r'value="clients" checked', look)
    assert "2 rows" not in look
    whole = read(ann_at_work, ann_at_work.post(path, {"what": "whole"}).headers["Location"])
    assert "4 rows" in whole
    assert "Is the first row" not in whole


def test_a_run_that_came_to_its_end_offers_no_file_again(ann: Actor, ann_at_work: Client) -> None:
    ann_at_work.post(f"{bring(ann_at_work)}?template=clients", {"mode": "write"})
    run = newest()
    assert "Import the whole file again" not in read(ann_at_work, reverse("admin:sync_app_run_change", args=[run.pk]))
    answer = ann_at_work.post(reverse("admin:sync_app_import_again", args=[run.pk]), {"what": "whole"}, follow=True)
    assert "This run came to its end" in answer.content.decode()
