"""Suggesting from a brand's own catalog and templates, and from nobody else's."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import Actor, NotAllowed
from templates_app.language.reader import read
from templates_app.library import archive, ensure_builtin, save_draft
from templates_app.library.accepting import accept_suggestions
from templates_app.library.fields import add_custom_field
from templates_app.library.suggesting import earlier_mappings, suggestions_for
from templates_app.mapping.suggesting.suggestions import ProposedStep
from templates_app.models import CustomField, DeclaredKey, Template
from templates_app.sources.rows import Source
from tests.sources.opening import source_from
from tests.templates_app.conftest import GOOD, OUT

CLIENTS = """<In>
  <Type Name="Customer" As="Client" ShouldInsert="true" Match="Email" />
  <Property Name="Dénom" Or="Denom 2" Type="Client" Field="Company"><Trim /><Upper /></Property>
  <Property Name="K" Type="Client" Field="Title"><Map Use="civ" /></Property>
  <Property Type="Client" Field="Address"><Source Name="a" /><Source Name="b" /><Join /></Property>
  <Property Name="Mail" Type="Client" Field="Email" />
  <Map Name="civ"><Case From="1" To="Mr" /></Map>
</In>
"""


def csv(*lines: str) -> Source:
    return source_from("\n".join(lines).encode(), name="rows.csv")


def test_what_the_brands_templates_map_is_suggested_with_its_steps(ann: Actor, now: datetime) -> None:
    save_draft(actor=ann, name="clients", xml=CLIENTS, at=now)
    found = suggestions_for(actor=ann, source=csv("denom;code", "Acme;1"), types=("Customer",))
    item = found.items[0]
    assert (item.name, item.field, item.confidence, item.steps) == (
        "denom", "Company", 97, (ProposedStep("Trim"), ProposedStep("Upper")),
    )  # fmt: skip
    assert item.why[0].params == {"template": "clients"}


def test_earlier_mappings_are_those_of_one_source_that_lean_on_nothing_else(ann: Actor, now: datetime) -> None:
    save_draft(actor=ann, name="clients", xml=CLIENTS, at=now)
    assert [(one.name, one.type, one.field) for one in earlier_mappings(actor=ann)] == [
        ("Dénom", "Customer", "Company"),
        ("Denom 2", "Customer", "Company"),
        ("Mail", "Customer", "Email"),
    ]


def test_built_in_archived_exporting_and_foreign_templates_say_nothing(ann: Actor, eve: Actor, now: datetime) -> None:
    ensure_builtin(brand=ann.brand, at=now)
    save_draft(actor=ann, name="out", xml=OUT, at=now)
    version, _ = save_draft(actor=ann, name="old", xml=GOOD, at=now)
    archive(actor=ann, template=version.template, at=now)
    save_draft(actor=eve, name="theirs", xml=GOOD, at=now)
    assert earlier_mappings(actor=ann) == ()
    assert len(earlier_mappings(actor=eve)) == 2


def test_a_template_does_not_learn_from_itself(ann: Actor, now: datetime) -> None:
    version, _ = save_draft(actor=ann, name="clients", xml=CLIENTS, at=now)
    assert earlier_mappings(actor=ann, but=version.template) == ()


def test_what_the_text_maps_already_is_left_alone(ann: Actor, now: datetime) -> None:
    root = read(GOOD).root
    found = suggestions_for(actor=ann, source=csv("MAIL;Nom;Prénom;Courriel", "a@x.org;A;B;b@x.org"), root=root)
    assert [(item.name, item.type, item.field) for item in found.items] == [("Prénom", "Customer", "FirstName")]
    assert found.unmatched == ("Courriel",)


def test_the_types_of_the_text_are_those_suggested_for(ann: Actor, now: datetime) -> None:
    root = read('<In><Type Name="Resource" ShouldInsert="true" /></In>').root
    found = suggestions_for(actor=ann, source=csv("Nom;Ville", "A;B"), root=root)
    assert {item.type for item in found.items} == {"Resource"}


def test_the_brands_own_fields_are_suggested(ann: Actor, eve: Actor, now: datetime) -> None:
    add_custom_field(actor=ann, entity_type="Customer", name="_SHOE", label="Shoe size", kind="Numeric", at=now)
    source = csv("shoe size;Nom;Prénom", "42;A;B")
    assert "_SHOE" in {item.field for item in suggestions_for(actor=ann, source=source).items}
    assert "_SHOE" not in {item.field for item in suggestions_for(actor=eve, source=source).items}


def test_only_who_may_edit_templates_is_told(ann: Actor, ben: Actor, eve: Actor, now: datetime) -> None:
    template = save_draft(actor=ann, name="clients", xml=CLIENTS, at=now)[0].template
    with pytest.raises(NotAllowed):
        suggestions_for(actor=ben, source=csv("a", "1"))
    with pytest.raises(NotAllowed):
        earlier_mappings(actor=ben)
    with pytest.raises(NotAllowed) as refused:
        suggestions_for(actor=eve, source=csv("a", "1"), template=template)
    assert refused.value.code == "not_in_brand"


def test_members_of_objects_are_suggested_by_their_path(ann: Actor, now: datetime) -> None:
    source = source_from(b'[{"client": {"email": "a@x.org", "ville": "Rennes"}}]')
    found = suggestions_for(actor=ann, source=source, types=("Customer",))
    assert {item.name: item.field for item in found.items} == {"client/email": "Email", "client/ville": "City"}


def test_accepting_makes_the_field_that_records_are_matched_by(ann: Actor, now: datetime) -> None:
    template = save_draft(actor=ann, name="clients", xml="<In>\n</In>\n", at=now)[0].template
    source = csv("ID_DOSSIER;Nom;Téléphone", "D1;A;0142961234", "D2;B;0142961235")
    done = accept_suggestions(
        actor=ann, template=template, xml="<In>\n</In>\n", source=source, names=("ID_DOSSIER", "Nom"), answers={},
        targets={}, at=now,
    )  # fmt: skip
    assert done.created == ("Customer._IdDossier",)
    assert CustomField.objects.get().name == "_IdDossier"
    assert DeclaredKey.objects.get().unique
    assert done.xml == (
        "<In>\n"
        '  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_IdDossier" />\n'
        '  <Property Name="ID_DOSSIER" Type="Customer" Field="_IdDossier" />\n'
        '  <Property Name="Nom" Type="Customer" Field="LastName" />\n'
        "</In>\n"
    )
    _version, checked = save_draft(actor=ann, name="clients", xml=done.xml, at=now)
    assert checked.publishable


def test_an_alternative_brings_its_own_steps(ann: Actor, now: datetime) -> None:
    template = save_draft(
        actor=ann, name="clients", xml='<In><Type Name="Project" ShouldInsert="true" /></In>', at=now
    )[0]
    source = csv("Titre;Date de fin prévue", "Film;31/12/2026")
    found = suggestions_for(actor=ann, source=source, template=template.template, root=read(template.xml).root)
    item = next(item for item in found.items if item.name == "Date de fin prévue")
    other = next((one for one in item.alternatives if one.kind == "Date"), None)
    assert other is None or other.steps == (ProposedStep("Date", (("Format", "dd/MM/yyyy"),)),)


def test_the_queries_do_not_grow_with_templates_or_columns(ann: Actor, now: datetime) -> None:
    counted = []
    for count in (1, 12):
        for number in range(count):
            save_draft(actor=ann, name=f"clients-{count}-{number}", xml=CLIENTS, at=now)
        with CaptureQueriesContext(connection) as queries:
            suggestions_for(actor=ann, source=csv(";".join(f"c{number}" for number in range(count * 5)), "1"))
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert Template.objects.count() == 13


def test_texts_that_mean_nothing_are_written_down_with_the_first_mapping(ann: Actor, now: datetime) -> None:
    blank = "<In>\n</In>\n"
    template = save_draft(actor=ann, name="projects", xml=blank, at=now)[0].template
    source = csv("Projet;Budget", "A;1,5", "B;NA")
    done = accept_suggestions(
        actor=ann, template=template, xml=blank, source=source, names=("Budget",), answers={}, targets={}, at=now
    )
    assert done.xml.startswith('<In Empty="NA">')
    again = accept_suggestions(
        actor=ann, template=template, xml=done.xml.replace("NA", "?"), source=source, names=("Projet",), answers={},
        targets={}, at=now,
    )  # fmt: skip
    assert again.xml.startswith('<In Empty="?">')


def test_for_a_column_without_a_field_the_offered_one_is_made(ann: Actor, now: datetime) -> None:
    blank = "<In>\n</In>\n"
    template = save_draft(actor=ann, name="clients", xml=blank, at=now)[0].template
    source = csv("Nom;Ouverture;Prénom", "A;2024-01-01;B", "C;2024-02-01;D")
    found = suggestions_for(actor=ann, source=source, template=template)
    assert [(item.name, item.field, item.kind) for item in found.offered] == [("Ouverture", "_Ouverture", "Date")]
    done = accept_suggestions(
        actor=ann, template=template, xml=blank, source=source, names=("Ouverture",), answers={}, targets={}, at=now
    )
    assert (done.names, done.created) == (("Ouverture",), ("Customer._Ouverture",))
    made = CustomField.objects.get()
    assert (made.name, made.kind, made.label) == ("_Ouverture", "Date", "Ouverture")
    assert not DeclaredKey.objects.exists()
    assert '<Property Name="Ouverture" Type="Customer" Field="_Ouverture" />' in done.xml


def test_the_columns_of_a_file_without_header_are_named_in_the_template(ann: Actor, now: datetime) -> None:
    blank = "<In>\n</In>\n"
    template = save_draft(actor=ann, name="mails", xml=blank, at=now)[0].template
    body = b"1;a@x.org\n2;b@x.org\n3;c@x.org\n"
    source = source_from(body, name="mails.csv", header_row=0)
    done = accept_suggestions(
        actor=ann, template=template, xml=blank, source=source, names=("column_2",), answers={}, targets={}, at=now
    )
    assert done.xml.startswith('<In Columns="column_1,column_2">')
    again = source_from(body, name="mails.csv", columns=("column_1", "column_2"))
    assert [row.data["column_2"] for row in again.rows()] == ["a@x.org", "b@x.org", "c@x.org"]


def test_an_offered_field_comes_with_the_step_that_reads_it_once_asked(ann: Actor, now: datetime) -> None:
    blank = '<In>\n  <Type Name="Customer" ShouldInsert="true" />\n</In>\n'
    template = save_draft(actor=ann, name="clients", xml=blank, at=now)[0].template
    source = csv("Nom;Ouverture;Taux", "A;01/02/2024;1,5", "B;03/04/2024;2,25")
    done = accept_suggestions(
        actor=ann, template=template, xml=blank, source=source, names=("Ouverture", "Taux"),
        answers={"Ouverture": "dd/MM/yyyy"}, targets={}, at=now,
    )  # fmt: skip
    assert done.created == ("Customer._Ouverture", "Customer._Taux")
    assert '<Date Format="dd/MM/yyyy" />' in done.xml
    assert '<Number Decimal="," />' in done.xml
    unanswered = csv("Nom;Fermeture", "A;01/02/2024", "B;03/04/2024")
    left = accept_suggestions(
        actor=ann, template=template, xml=blank, source=unanswered, names=("Fermeture",), answers={}, targets={}, at=now
    )
    assert (left.names, left.created) == ((), ())


def test_references_are_looked_up_among_the_records_of_the_brand(ann: Actor, now: datetime) -> None:
    found = suggestions_for(actor=ann, source=csv("Titre;Client", "A;Gaumont"), types=("Project",))
    client = next(item for item in found.items if item.name == "Client")
    assert (client.doubtful, client.why[-1].code) == (True, "suggest_found_none")
