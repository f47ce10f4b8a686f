"""Descriptions: what a partner must know to send the right thing."""

from __future__ import annotations

from datetime import datetime

import pytest

from integration_admin.accounts.access import Actor
from templates_app.catalog.packs.planning import planning_pack
from templates_app.language.reader import read
from templates_app.library import describe, install, save_draft
from templates_app.library.examples import example_of
from tests.templates_app.conftest import OUT, SAMPLE


def test_it_names_types_with_what_they_may_do_and_their_key(ann: Actor, now: datetime) -> None:
    version = install(
        actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True, description="Dossiers"
    ).version
    said = describe(version=version)
    assert (said.name, said.direction, said.description, said.version) == ("dossiers", "in", "Dossiers", 1)
    (customer,) = said.types
    assert (customer.alias, customer.insert, customer.update, customer.delete) == ("Customer", True, True, False)
    assert customer.match == ("_IDDOSSIER",)


def test_it_names_each_property_with_field_and_kind(ann: Actor, now: datetime) -> None:
    version = install(actor=ann, name="dossiers", xml=SAMPLE, at=now, create_fields=True).version
    said = {found.field: found for found in describe(version=version).properties}
    assert (said["Email"].names, said["Email"].kind, said["Email"].label, said["Email"].key) == (
        ("Email",),
        "Email",
        "E-mail",
        False,
    )
    assert said["_IDDOSSIER"].key
    assert said["Mobile"].names == ("Téléphone mobile",)


RICH = """<In Empty="NA">
  <Type Name="Customer" ShouldInsert="true" Match="Company">
    <When Name="Producteur" Present="true" />
  </Type>
  <Type Name="Project" ShouldInsert="true" ShouldUpdate="true" Match="Label" />
  <Property Name="Producteur" Or="nom_producteur" Type="Customer" Field="Company" />
  <Property Name="Titre" Type="Project" Field="Label" Required="true"><Trim /><Upper /></Property>
  <Property Type="Project" Field="Remark">
    <Source Name="a"><Lower /></Source>
    <Source Name="b" Or="c" />
    <Join With=", " />
  </Property>
  <Property Name="Fin" Type="Project" Field="EndDate"><Date Format="dd/MM/yyyy|yyyy" /></Property>
  <Property Name="statut" Type="Project" Field="Status"><Lookup Match="Label" /></Property>
  <Link Type="Project" Field="Customer" To="Customer" />
</In>"""


def test_it_says_steps_alternatives_sources_look_ups_and_links(ann: Actor, now: datetime) -> None:
    said = describe(version=install(actor=ann, name="films", xml=RICH, at=now).version)
    fields = {found.field: found for found in said.properties}
    assert fields["Company"].names == ("Producteur", "nom_producteur")
    assert [step.tag for step in fields["Label"].steps] == ["Trim", "Upper"]
    assert fields["Label"].required
    assert fields["Remark"].coupled
    assert fields["Remark"].names == ("a", "b", "c")
    assert [step.tag for step in fields["Remark"].steps] == ["Lower", "Join"]
    assert fields["EndDate"].steps[0].attributes == {"Format": "dd/MM/yyyy|yyyy"}
    assert fields["Status"].lookup
    assert [(link.type, link.field, link.to) for link in said.links] == [("Project", "Customer", "Customer")]
    assert said.example == {
        "Producteur": "Company",
        "Titre": "Label",
        "a": "a",
        "b": "b",
        "Fin": "31/12/2026",
        "statut": "Status",
    }


def test_an_export_shows_its_item(ann: Actor, now: datetime) -> None:
    said = describe(version=install(actor=ann, name="clients", xml=OUT, at=now).version)
    assert (said.direction, said.example) == ("out", {"mail": "name@example.com"})
    assert said.properties[0].names == ("mail",)


def test_a_text_that_cannot_be_read_still_has_a_name(ann: Actor, now: datetime) -> None:
    said = describe(version=save_draft(actor=ann, name="clients", xml="<In", at=now)[0])
    assert (said.name, said.types, said.properties, dict(said.example)) == ("clients", (), (), {})


@pytest.mark.parametrize(
    ("lines", "example"),
    [
        ('<Property Name="a/b" Type="Do" Field="Label" />', {"a": {"b": "Label"}}),
        ('<Property Name="a/0/b" Type="Do" Field="Label" />', {"a": [{"b": "Label"}]}),
        ('<Property Name="a[k=v]/b" Type="Do" Field="Label" />', {"a": [{"k": "v", "b": "Label"}]}),
        ('<Property Name="a b/c." Type="Do" Field="Label" />', {"a b": {"c.": "Label"}}),
        ('<Property Name="x" Type="Do" Field="Start" />', {"x": "2026-12-31T18:30:00"}),
        ('<Property Name="x" Type="Do" Field="Start"><Date Format="Q" /></Property>', {"x": "2026-12-31T18:30:00"}),
        (
            '<Property Name="x" Type="Do" Field="Start"><Trim /><Date Format="dd/MM/yyyy HH:mm" /></Property>',
            {"x": "31/12/2026 18:30"},
        ),
        ('<Property Name="x" Type="Do" Field="AllDay" />', {"x": True}),
        ('<Property Name="x" Type="Do" Field="AllDay"><Boolean True="oui|yes" /></Property>', {"x": "oui"}),
        ('<Property Name="x" Type="Do" Field="Type"><Map><Case From="T" To="Task" /></Map></Property>', {"x": "T"}),
        ('<Property Name="x" Type="Do" Field="Type" />', {"x": "Task"}),
        ('<Property Name="x" Type="Do" Field="Resources"><Lookup /></Property>', {"x": ["Resources"]}),
        ('<Property Name="x" Type="Do" Field="Nothing" />', {"x": ""}),
    ],
)
def test_an_example_nests_as_the_names_do(lines: str, example: dict[str, object]) -> None:
    root = read(f'<In><Type Name="Do" />{lines}</In>').root
    assert root is not None
    assert example_of(root, planning_pack()) == example


def test_an_example_of_a_list_shows_one_item() -> None:
    root = read(
        """<In>
          <Type Name="Project" />
          <Type Name="Customer" Each="titulaires/titulaire" />
          <Type Name="Resource" Each="*, *_2" />
          <Property Name="id" Type="Project" Field="Label" />
          <Property Name="nom" Type="Customer" Field="Company" />
          <Property Name="../id" Type="Customer" Field="Reference" />
          <Property Name="agent*" Type="Resource" Field="Label" />
        </In>"""
    ).root
    assert root is not None
    assert example_of(root, planning_pack()) == {
        "id": "Label",
        "titulaires": {"titulaire": [{"nom": "Company"}]},
        "agent": "Label",
    }
