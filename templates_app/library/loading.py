"""From a version to what a run needs: its compiled mapper, checked against the catalog of today."""

from __future__ import annotations

from dataclasses import dataclass

from templates_app.brand_catalog import CatalogRows, build, catalog_rows, setting_of
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.compiler import compile_export, compile_import, source_options, wanted_names
from templates_app.language.drafts import ExportMapper, ImportMapper
from templates_app.language.nodes import Element
from templates_app.library.checking import check_kept
from templates_app.library.refusals import TemplateOutdated
from templates_app.models import Direction, TemplateVersion
from templates_app.sources.header_names import WantedNames


@dataclass(frozen=True, slots=True)
class LoadedTemplate:
    """A template ready to run. Exactly one of `importer` and `exporter` is there, as `direction` says.

    `rows_path` and `columns` are what the template says of its source (empty: nothing), `names` what it reads there.
    The mapper is this load's own: it remembers which spellings of names it met.
    """

    version: TemplateVersion
    direction: Direction
    root: Element
    catalog: Catalog
    setting: Setting
    rows_path: str
    columns: tuple[str, ...]
    names: WantedNames
    digest: str
    importer: ImportMapper | None = None
    exporter: ExportMapper | None = None

    @property
    def mapper(self) -> ImportMapper | ExportMapper:
        """Whichever of the two is there."""
        if self.importer is not None:
            return self.importer
        if self.exporter is not None:
            return self.exporter
        raise LookupError("a loaded template has a mapper")


def load(version: TemplateVersion, *, rows: CatalogRows | None = None) -> LoadedTemplate:
    """Reads, checks and compiles a version. Raises TemplateOutdated, with the findings, when it no longer fits.

    `rows` are what the brand added to the catalog, for whoever loads many versions of one brand.

    Reading and checking are remembered for as long as neither text nor catalog changes.
    """
    brand = version.template.brand
    rows = rows or catalog_rows(brand)
    setting = setting_of(brand)
    checked = check_kept(version.xml, rows, setting)
    if checked.root is None or not checked.publishable:
        raise TemplateOutdated(checked.findings, name=version.template.name)
    catalog = build(rows)
    direction = Direction(version.template.direction)
    importer = compile_import(checked.root, catalog, setting=setting) if direction == Direction.IN else None
    exporter = compile_export(checked.root, catalog, setting=setting) if direction == Direction.OUT else None
    rows_path, columns = source_options(checked.root)
    return LoadedTemplate(
        version=version,
        direction=direction,
        root=checked.root,
        catalog=catalog,
        setting=setting,
        rows_path=rows_path,
        columns=columns,
        names=wanted_names(checked.root) if importer is not None else (),
        digest=version.digest,
        importer=importer,
        exporter=exporter,
    )
