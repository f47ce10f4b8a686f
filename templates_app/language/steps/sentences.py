"""What a step says when it cannot do its work, for people who do not program."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "amount_not_whole": gettext_noop('The number under "{source}" must be a whole number of {unit}.'),
    "boolean_unlisted": gettext_noop("This text is listed neither as yes nor as no."),
    "date_needed": gettext_noop("A date is needed here."),
    "date_out_of_range": gettext_noop("The date lies outside of the years 1 to 9999."),
    "date_unreadable": gettext_noop("This is not a date written as {format}."),
    "map_no_case": gettext_noop("The map has no case for this value."),
    "not_a_number": gettext_noop("This is not a number."),
    "number_too_long": gettext_noop("This number is too large or has too many digits (at most {limit})."),
    "phone_has_extension": gettext_noop("This telephone number has an extension, which its field cannot keep."),
    "phone_unreadable": gettext_noop("This is not a telephone number of {region}, nor one with a country prefix."),
    "step_output_too_long": gettext_noop("A step would make this text longer than {limit} characters."),
}
