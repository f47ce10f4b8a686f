"""The sentences of the library's own refusals. Doors translate them and fill in the named parameters."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "already_published": gettext_noop("Version {number} is published already."),
    "builtin_template": gettext_noop("“{name}” comes with the product. Clone it, and change the clone."),
    "direction_fixed": gettext_noop("“{name}” was published with the root element {direction}, which stays."),
    "draft_changed": gettext_noop("Version {number} was saved meanwhile. Look at it before you save yours."),
    "key_name_too_long": gettext_noop("The names of the key's fields have more than {limit} characters together."),
    "key_not_possible": gettext_noop("The records there are do not allow the key “{field}”: {count} problems."),
    "name_invalid": gettext_noop("“{name}” cannot name a template: 2 to 60 small letters, digits or dashes."),
    "own_field_unknown": gettext_noop("“{type}” has no field “{field}” of this brand's own."),
    "sample_cut": gettext_noop("Only the first rows were kept as a sample: {rows}, which fill {kib} KiB."),
    "sample_cut_sheets": gettext_noop("Only the first rows of each sheet were kept as a sample, {kib} KiB of them."),
    "sample_gone": gettext_noop("The sample is no longer there. Choose its file again."),
    "superseded": gettext_noop("Version {number} is older than version {current}, which is published. Restore it."),
    "template_archived": gettext_noop("“{name}” is archived."),
    "template_has_errors": gettext_noop("The template has errors. It was not published."),
    "template_outdated": gettext_noop("“{name}” no longer fits the catalog. Correct it and publish a new version."),
    "template_taken": gettext_noop("There is a template “{name}” already."),
    "text_not_readable": gettext_noop("The XML cannot be read, so its mapping cannot be changed. Correct it first."),
    "template_unsavable": gettext_noop("This text cannot be kept as a template."),
}
