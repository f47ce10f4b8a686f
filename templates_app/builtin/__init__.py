"""The templates every brand begins with: one XML file each, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from templates_app.catalog.problems import gettext_noop

_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BuiltinTemplate:
    """`description` is a sentence of ours, to be translated where it is shown."""

    name: str
    direction: str
    description: str

    @property
    def xml(self) -> str:
        return _text(self.name)


@cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.xml").read_text(encoding="utf-8")


BUILTIN_TEMPLATES: Final = (
    BuiltinTemplate(
        "client-import",
        "in",
        gettext_noop(
            "Adds and updates clients, found by e-mail. Without an e-mail, organisations are found by company; people "
            "by last name, and then added when new but never changed. Rows with none of these are left out."
        ),
    ),
    BuiltinTemplate("client-export", "out", gettext_noop("All clients, under the names that client-import reads.")),
    BuiltinTemplate(
        "project-import",
        "in",
        gettext_noop(
            "Adds and updates projects, found by label. The client is looked up by e-mail; category, status and "
            "departments by label: they must exist. A project without a label is refused."
        ),
    ),
    BuiltinTemplate("project-export", "out", gettext_noop("All projects, under the names that project-import reads.")),
    BuiltinTemplate(
        "resource-import",
        "in",
        gettext_noop(
            "Adds and updates resources, found by registration number, and those without one by label. Departments and "
            "skills, several separated by a semicolon, are looked up by label: they must exist."
        ),
    ),
    BuiltinTemplate(
        "resource-export", "out", gettext_noop("All resources, under the names that resource-import reads.")
    ),
    BuiltinTemplate(
        "do-import",
        "in",
        gettext_noop(
            "Adds and updates planned tasks, found by their reference, which is required like start and end. Task, "
            "resources, project, category, status and departments are looked up by label, the client by e-mail."
        ),
    ),
    BuiltinTemplate("do-export", "out", gettext_noop("All planned tasks, under the names that do-import reads.")),
)
