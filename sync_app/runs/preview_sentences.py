"""The sentences of previews: by which rule a record was found, and why something is not shown."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "match_found": gettext_noop("Found by {fields}: {key}."),
    "match_not_found": gettext_noop("No record has {fields} {key}."),
    "match_earlier_row": gettext_noop("An earlier row of the sample gives the record with {fields} {key}."),
    "match_without_key": gettext_noop("Without a field to match by, every row gives a new record."),
    "preview_without_sample": gettext_noop("There are no rows to try it on yet. Paste or upload some."),
    "preview_nothing_yet": gettext_noop("Nothing is mapped yet: add a type and fields, or accept what is suggested."),
    "preview_nothing_stands": gettext_noop("The template has errors that leave nothing to try. See the findings."),
    "preview_not_compared": gettext_noop("Not compared with the records of today: you may not read {type}."),
    "preview_not_asked": gettext_noop("Not compared with the records of today."),
    "preview_unordered": gettext_noop("There are more than {count} records, so the first are shown in no order."),
}
