"""Install a template from a file: save and publish in one step, or nothing at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from templates_app.brand_catalog import catalog_of, catalog_rows, setting_of
from templates_app.catalog.types import Catalog
from templates_app.language.findings import Finding
from templates_app.language.matching import key_fields, match_key, properties_of
from templates_app.language.nodes import Element
from templates_app.library.checking import check_kept
from templates_app.library.drafting import describe, save_draft
from templates_app.library.fields import add_custom_field
from templates_app.library.keys import declare_key
from templates_app.library.permission import require_right
from templates_app.library.publishing import publish
from templates_app.library.refusals import TemplateHasErrors
from templates_app.library.versions import current_version, digest_of, find_template
from templates_app.models import TemplateVersion


@dataclass(frozen=True, slots=True)
class Installation:
    """What was done. `unchanged`: this very text was the current version already. `findings` hold no errors.

    `fields` and `keys` name what was added to the catalog: `Customer._IDDOSSIER`.
    """

    version: TemplateVersion
    findings: tuple[Finding, ...]
    fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    unchanged: bool = False


@transaction.atomic
def install(
    *,
    actor: Actor,
    name: str,
    xml: str,
    at: datetime,
    note: str = "",
    description: str | None = None,
    create_fields: bool = False,
) -> Installation:
    """Publishes the text under this name; refused with findings of severity error, and then nothing was written.

    `create_fields` first adds the custom fields (`_X`) the text names and the catalog lacks, as Text, and declares the
    key of an updating Type that such a field is meant to be. Raises NotAllowed, TemplateHasErrors and LibraryRefused.
    """
    require_right(actor)
    checked = check_kept(xml, catalog_rows(actor.brand), setting_of(actor.brand))
    fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    if create_fields and checked.root is not None:
        fields = tuple(_create_fields(actor, checked.findings, at))
        keys = tuple(_declare_keys(actor, checked.root, set(fields), at))
        checked = check_kept(xml, catalog_rows(actor.brand), setting_of(actor.brand))
    if not checked.publishable:
        raise TemplateHasErrors(checked.findings)
    version = _current(actor, name, xml)
    if version is not None:
        describe(version.template, description)
        return Installation(version, checked.findings, fields, keys, unchanged=True)
    draft = save_draft(actor=actor, name=name, xml=xml, at=at, note=note, description=description)[0]
    return Installation(publish(actor=actor, version=draft, at=at), checked.findings, fields, keys)


def _current(actor: Actor, name: str, xml: str) -> TemplateVersion | None:
    template = find_template(brand=actor.brand, name=name)
    version = current_version(template) if template is not None else None
    return version if version is not None and version.digest == digest_of(xml) else None


def _create_fields(actor: Actor, findings: Iterable[Finding], at: datetime) -> Iterator[str]:
    """Takes up the checker's offers to create a custom field, each once."""
    offers = dict.fromkeys(found.fix[1:3] for found in findings if found.fix[:1] == ("create_field",))
    for entity_type, name in offers:
        add_custom_field(actor=actor, entity_type=entity_type, name=name, at=at)
        yield f"{entity_type}.{name}"


def _declare_keys(actor: Actor, root: Element, created: Collection[str], at: datetime) -> Iterator[str]:
    """A unique key for each Type that has none and is meant to be found by a field just created.

    No record holds a value of such a field yet, so there is nothing to inspect.
    """
    for element in root.elements("Type") if root.tag == "In" else []:
        wanted = _wanted_key(element, root, catalog_of(actor.brand), created)
        if wanted:
            entity_type = element.get("Name")
            declare_key(actor=actor, entity_type=entity_type, fields=wanted, unique=True, at=at, inspect=None)
            yield f"{entity_type}({','.join(wanted)})"


def _wanted_key(element: Element, root: Element, catalog: Catalog, created: Collection[str]) -> tuple[str, ...]:
    """The fields of its `Match`, of its `Key` Properties, or the first created field that an updating Type maps."""
    entity = catalog.get(element.get("Name"))
    if entity is None or match_key(element, root, entity) is not None:
        return ()
    named = element.members("Match") or key_fields(element, root)
    new = [name for name in _mapped(element, root) if f"{entity.name}.{name}" in created]
    if named:
        return tuple(named) if set(named) & set(new) and set(named) <= set(entity.fields) else ()
    return (new[0],) if new and element.flag("ShouldUpdate") else ()


def _mapped(element: Element, root: Element) -> list[str]:
    return [child.get("Field") for child in properties_of(element, root) if not child.elements("Lookup")]
