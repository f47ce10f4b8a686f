"""What the mapper says of a row, for people who do not program."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "key_missing": gettext_noop("The value that finds the record is empty."),
    "key_too_long": gettext_noop("The value that finds the record is longer than {limit} characters."),
    "left_out_by_unless": gettext_noop('The template leaves out rows with this value under "{source}".'),
    "left_out_by_when": gettext_noop('The template takes only rows with other values under "{source}".'),
    "link_several": gettext_noop('The row gives several records for "{to}", but the field holds one.'),
    "name_ambiguous": gettext_noop(
        'Several names are spelled like "{wanted}": {found}. The template must name one exactly.'
    ),
    "value_required": gettext_noop("A value is required here."),
}
