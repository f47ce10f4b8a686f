"""The sentences of suggestions: why a column looks made for a field."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "suggest_same_name": gettext_noop("The column is called like the field."),
    "suggest_same_label": gettext_noop("The column is called like the field's label."),
    "suggest_same_meaning": gettext_noop("“{phrase}” is what such a field is called."),
    "suggest_alike": gettext_noop("The name is like “{phrase}”."),
    "suggest_mapped_before": gettext_noop("The template {template} maps this column so."),
    "suggest_emails": gettext_noop("The values are e-mail addresses."),
    "suggest_links": gettext_noop("The values are web addresses."),
    "suggest_phones": gettext_noop("The values are telephone numbers."),
    "suggest_postcodes": gettext_noop("The values look like postal codes."),
    "suggest_choices": gettext_noop("The values are choices of the field."),
    "suggest_dates": gettext_noop("The values are dates written as {format}."),
    "suggest_plain_dates": gettext_noop("The values are dates."),
    "suggest_numbers": gettext_noop("The values are numbers."),
    "suggest_yes_no": gettext_noop("The values mean yes or no."),
    "suggest_unfit_values": gettext_noop("But most values do not fit the field."),
    "suggest_no_values": gettext_noop("No value in the rows looked at: only the name speaks for it."),
    "suggest_found": gettext_noop("{found} of {count} values are found among the records of {type}."),
    "suggest_found_none": gettext_noop("None of its values is found among the records of {type} now: rows would fail."),
    "suggest_not_looked_up": gettext_noop("Whether records of {type} have its values was not looked up."),
    "suggest_unique": gettext_noop("Each row has another value, so records can be told apart by it."),
}
