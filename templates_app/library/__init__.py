"""Use cases of catalog and templates, one verb a file. Every door calls these: page, command, API and worker."""

from templates_app.library.additions import Inspect
from templates_app.library.archiving import archive
from templates_app.library.builtin import ensure_builtin
from templates_app.library.checking import CheckedText, check_text
from templates_app.library.cloning import clone
from templates_app.library.describing import TemplateDescription, describe
from templates_app.library.drafting import save_draft
from templates_app.library.entity_types import add_entity_type
from templates_app.library.fields import add_custom_field, retire_field
from templates_app.library.installing import Installation, install
from templates_app.library.keys import declare_key
from templates_app.library.loading import LoadedTemplate, load
from templates_app.library.publishing import publish
from templates_app.library.refusals import AdditionRefused, LibraryRefused, TemplateHasErrors, TemplateOutdated
from templates_app.library.restoring import restore
from templates_app.library.versions import current_version, find_template, installed_templates, newest_version
from templates_app.library.wording import description_in_words, finding_in_words, problem_in_words, refusal_in_words

__all__ = [
    "AdditionRefused",
    "CheckedText",
    "Inspect",
    "Installation",
    "LibraryRefused",
    "LoadedTemplate",
    "TemplateDescription",
    "TemplateHasErrors",
    "TemplateOutdated",
    "add_custom_field",
    "add_entity_type",
    "archive",
    "check_text",
    "clone",
    "current_version",
    "declare_key",
    "describe",
    "description_in_words",
    "ensure_builtin",
    "find_template",
    "finding_in_words",
    "install",
    "installed_templates",
    "load",
    "newest_version",
    "problem_in_words",
    "publish",
    "refusal_in_words",
    "restore",
    "retire_field",
    "save_draft",
]
