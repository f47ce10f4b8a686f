"""The template of a run, compiled against the catalog of today, and what that asks of the actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand
from sync_app.models import Run
from sync_app.runs.errors import RunUnprocessable, TemplateNotFound, WrongDirection
from templates_app.brand_catalog import setting_of
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.types import Catalog, Key
from templates_app.language.drafts import ImportMapper, TypePlan
from templates_app.library.loading import LoadedTemplate, load
from templates_app.library.refusals import TemplateOutdated
from templates_app.library.versions import current_version, find_template
from templates_app.models import TemplateVersion
from templates_app.sources.header_names import WantedNames
from templates_app.sources.reading import Reading


@dataclass(frozen=True, slots=True)
class LoadedImport:
    """An import template ready to run. `keys`: type -> the keys an insert must find free (unique, or matched by)."""

    name: str
    mapper: ImportMapper
    catalog: Catalog
    setting: Setting
    rows_path: str
    columns: tuple[str, ...]
    names: WantedNames
    keys: Mapping[str, Sequence[Key]]

    def reading(self, asked: Reading) -> Reading:
        """How its source is read where this was asked for."""
        return replace(asked, rows_path=self.rows_path, columns=self.columns, names=self.names)


def callable_version(*, actor: Actor, name: str, direction: str) -> TemplateVersion:
    """The published version a call uses. Raises TemplateNotFound, WrongDirection, NotAllowed, and as `setting_for`."""
    setting_for(actor.brand)
    template = find_template(brand=actor.brand, name=name)
    version = current_version(template) if template is not None else None
    if template is None or version is None:
        raise TemplateNotFound
    actor.require_template(name)
    if template.direction != direction:
        raise WrongDirection(template.direction)
    return version


def setting_for(brand: Brand) -> Setting:
    """What values that are written or sent mean in this brand. Raises RunUnprocessable `zone_unknown`."""
    if not brand.zone_is_known:
        raise RunUnprocessable("zone_unknown")
    return setting_of(brand)


def load_version(version: TemplateVersion) -> LoadedTemplate:
    """Raises RunUnprocessable `template_outdated` with the findings."""
    try:
        return load(version)
    except TemplateOutdated as outdated:
        name = version.template.name
        raise RunUnprocessable("template_outdated", findings=outdated.findings, name=name) from outdated


def load_import(run: Run) -> LoadedImport:
    """The import template of this run, as of the version it names."""
    if run.template_version is None:
        raise RunUnprocessable("run_without_template")
    return loaded_import(run.template_version)


def loaded_import(version: TemplateVersion) -> LoadedImport:
    loaded = load_version(version)
    if loaded.importer is None:
        raise WrongDirection("out")
    return LoadedImport(
        name=version.template.name,
        mapper=loaded.importer,
        catalog=loaded.catalog,
        setting=loaded.setting,
        rows_path=loaded.rows_path,
        columns=loaded.columns,
        names=loaded.names,
        keys=_guarded_keys(loaded.importer.types),
    )


def _guarded_keys(plans: Sequence[TypePlan]) -> dict[str, Sequence[Key]]:
    keys: dict[str, list[Key]] = {}
    for plan in plans:
        listed = keys.setdefault(plan.entity.name, [key for key in plan.entity.keys if key.unique])
        if plan.match is not None and plan.match not in listed:
            listed.append(plan.match)
    return dict(keys)


def require_import(actor: Actor, loaded: LoadedImport) -> None:
    """The rights an import with this template needs. Raises NotAllowed."""
    require_types(actor, loaded.mapper.types)


def require_types(actor: Actor, types: Sequence[TypePlan]) -> None:
    """The rights an import into these Types needs. Raises NotAllowed."""
    written = {plan.entity.name for plan in types if plan.insert or plan.update or plan.delete}
    actor.require_import(writes=written, looks_up=spoken_of(types) - written)


def spoken_of(types: Sequence[TypePlan]) -> frozenset[str]:
    """The types of the catalog that a template writes, reads, or finds records of."""
    kinds = (plan.entity.fields[name].kind for plan in types for name in plan.policies)
    referred = {kind.target for kind in kinds if isinstance(kind, Reference | ReferenceList)}
    return frozenset(referred | {plan.entity.name for plan in types})
