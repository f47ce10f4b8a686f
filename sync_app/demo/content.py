"""The files of the demo: a template and the rows it is shown with."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

TEMPLATE: Final = "dossier-import"
ROWS_NAME: Final = "customers.csv"


def template_xml() -> str:
    """An import template that needs the field `_IDDOSSIER`, by which its customers are known."""
    return files(__package__).joinpath(f"{TEMPLATE}.xml").read_text(encoding="utf-8")


def rows() -> bytes:
    """A CSV for that template; one of its rows has a broken address, one no key, and one comes twice."""
    return files(__package__).joinpath(ROWS_NAME).read_bytes()
