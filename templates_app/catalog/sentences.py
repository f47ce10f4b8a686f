"""The sentences of the catalog's codes. Doors translate them and fill in the params."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    # What a kind refuses
    "value_shape": gettext_noop("This field takes a single value, not this one."),
    "value_unreadable": gettext_noop("A value of this sort cannot be read."),
    "text_too_long": gettext_noop("The text has {length} characters; at most {max} fit."),
    "control_character": gettext_noop("The text holds an invisible control character at position {position}."),
    "half_character": gettext_noop("The text holds half a character at position {position}: it was cut or damaged."),
    "number_invalid": gettext_noop("This is not a number. Numbers are digits with an optional decimal point."),
    "number_not_whole": gettext_noop("A whole number is needed here."),
    "number_too_large": gettext_noop("The number is too long: at most {digits} digits are kept."),
    "number_out_of_range": gettext_noop("Whole numbers must lie between {lowest} and {highest}."),
    "date_invalid": gettext_noop("This is not a date. Dates are written as 2026-12-31."),
    "time_invalid": gettext_noop("This is not a time of day. Times are written as 18:30 or 18:30:00."),
    "datetime_invalid": gettext_noop("This is not a date with time. They are written as 2026-12-31T18:30:00."),
    "date_out_of_range": gettext_noop("The date lies outside of the years 1 to 9999."),
    "time_skipped": gettext_noop("This time never was: the clocks of {zone} were put forward over it."),
    "choice_unknown": gettext_noop("This is none of the choices: {choices}."),
    "check_invalid": gettext_noop("Only true, false, 1 or 0 is possible here."),
    "link_invalid": gettext_noop("This is not a web address. It must begin with http:// or https:// and a host name."),
    "email_invalid": gettext_noop("This is not an e-mail address."),
    "phone_invalid": gettext_noop("This is not a telephone number."),
    "color_invalid": gettext_noop("This is not a colour. Colours are written as #1A2B3C."),
    "position_invalid": gettext_noop("This is not a position. Positions are written as 48.8566,2.3522."),
    "file_invalid": gettext_noop("This does not name a stored file."),
    "reference_invalid": gettext_noop("This is not the number of a record."),
    "json_invalid": gettext_noop("This is not valid JSON: see line {line}, column {column}."),
    "json_too_deep": gettext_noop("The value is nested more than {max} levels deep."),
    "json_key_repeated": gettext_noop("The same name stands twice in one object."),
    # What an entity rule refuses
    "end_before_start": gettext_noop("The end ({end}) lies before the start ({start})."),
    "label_missing": gettext_noop("Nothing names this record: one of {fields} must be filled."),
    # What a declaration may not be
    "kind_unknown": gettext_noop("There is no field kind “{kind}”. Known are: {known}."),
    "kind_option_unknown": gettext_noop("The kind {kind} has no option “{option}”. Known are: {known}."),
    "kind_option_missing": gettext_noop("The kind {kind} needs the option “{option}”."),
    "kind_option_invalid": gettext_noop("The option “{option}” of the kind {kind} has a value that is not possible."),
    "enum_unknown": gettext_noop("There is no enum “{name}”."),
    "choices_needed": gettext_noop("A choice needs either the name of an enum or a list of choices."),
    "choice_empty": gettext_noop("A choice may not be empty."),
    "choice_repeated": gettext_noop("The same choice is listed twice."),
    "type_name_invalid": gettext_noop("“{name}” cannot name an entity type: a capital, then letters and digits."),
    "type_exists": gettext_noop("There is an entity type “{name}” already."),
    "type_unknown": gettext_noop('There is no entity type "{name}".'),
    "field_name_invalid": gettext_noop("“{name}” cannot name a field: “_”, then at most 60 letters, digits or “_”."),
    "field_exists": gettext_noop("There is a field “{name}” already."),
    "declared_field_unknown": gettext_noop("There is no field “{name}”."),
    "target_unknown": gettext_noop("The field refers to “{name}”, which is no entity type."),
    "key_exists": gettext_noop("There is a key “{name}” already."),
    "key_empty": gettext_noop("A key needs at least one field."),
    "key_field_repeated": gettext_noop("The key “{name}” names a field twice."),
    "key_field_unfit": gettext_noop("“{name}” holds lists or long texts and cannot be part of a key."),
    "key_space_mixed": gettext_noop("The keys that share “{name}” must all be unique, or all not be."),
}
