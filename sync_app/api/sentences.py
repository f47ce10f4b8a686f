"""The sentences of what a door itself refuses. Translated and filled in by `problems`."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    # Who is calling
    "appkey_refused": gettext_noop("The application key is missing, or not one of this brand."),
    "token_refused": gettext_noop("The token is missing, has ended, or is not one of this application."),
    "brand_mismatch": gettext_noop("The address, the application key and the token name different brands."),
    "quota_exceeded": gettext_noop(
        "Too many calls: {limit} are allowed in {window} s. Try again at {time} ({zone}), in {seconds} s."
    ),
    # The request as such
    "not_found": gettext_noop("There is nothing at this address."),
    "method_not_allowed": gettext_noop("This address does not answer to {method}, only to {allowed}."),
    "body_too_large": gettext_noop("This is larger than the limit of {limit} bytes."),
    "body_cut_short": gettext_noop("The body ended before it was complete."),
    "length_required": gettext_noop("The length of the body must be given in the header Content-Length."),
    "length_invalid": gettext_noop("Content-Length is not a number of bytes."),
    "content_type_refused": gettext_noop("The body must be application/json in UTF-8, not {value}."),
    "content_encoding_refused": gettext_noop("The body must be sent as it is, not encoded as {value}."),
    "parameter_unknown": gettext_noop("There is no parameter “{name}” here. Possible are: {known}."),
    "parameter_repeated": gettext_noop("The parameter “{name}” is given more than once."),
    "parameter_invalid": gettext_noop("The parameter “{name}” cannot be “{value}”. Possible is: {known}."),
    "idempotency_key_invalid": gettext_noop("Idempotency-Key takes 1 to {limit} printable ASCII characters."),
    "options_not_object": gettext_noop("The body must be a JSON object, or absent."),
    "option_invalid": gettext_noop("The option “{name}” must be one of: {known}."),
    "option_unknown": gettext_noop("There is no option “{name}” here. Possible are: {known}."),
    "form_needed": gettext_noop("The body must be a form (application/x-www-form-urlencoded) in UTF-8."),
    "run_in_progress": gettext_noop("This very request is being carried out, as run {run}."),
    "option_needs": gettext_noop("“{name}” says more about “{other}”: give both, or neither."),
    "options_exclude": gettext_noop("“{first}” and “{second}” cannot be used together."),
    "request_refused": gettext_noop("The request has a form that is not accepted."),
    # Records
    "entity_unknown": gettext_noop("There is no such type of records here. There are: {known}."),
    "sort_invalid": gettext_noop(
        "“{value}” is no order: write names with + or - behind each, like label+ or notValid-label+, {limit} at most."
    ),
    "sort_unknown": gettext_noop("Nothing can be sorted by “{name}”. Possible are: {known}."),
    "filter_refused": gettext_noop("The parameter “{name}” cannot have this value. {reason}"),
    "precondition_failed": gettext_noop("The record is not what it was when you read it. Nothing was written."),
    "edit_refused": gettext_noop("Nothing was written, because something asked for cannot stand ({count})."),
    "key_given": gettext_noop("A new record gets its key here; leave it out."),
    "key_differs": gettext_noop("This is not the key of the record in the address."),
    "member_unknown": gettext_noop("There is no member “{name}” here. The nearest is “{nearest}”."),
    "member_not_object": gettext_noop("The member “{name}” must be an object, or null."),
    "member_needed": gettext_noop("The member “{name}” is needed."),
    "member_refused": gettext_noop("The member “{name}” cannot have this value. {reason}"),
    "window_reversed": gettext_noop("The window ends before it begins."),
    # What is no fault of the caller
    "unavailable": gettext_noop("The service cannot answer at the moment. Nothing was changed. Try again later."),
    "internal_error": gettext_noop("An error of ours. It has been noted under the number of this request."),
}

HINTS: Final[dict[str, str]] = {
    "appkey_refused": gettext_noop("Send the key once, in the header X-APPKEY, to the address of its own brand."),
    "token_refused": gettext_noop("Get a token from /token with the same key and send it as Authorization: Bearer."),
    "brand_mismatch": gettext_noop("Use an application key and a token of the brand in the address."),
    "content_type_refused": gettext_noop("Send Content-Type: application/json, or none."),
    "content_encoding_refused": gettext_noop("Leave Content-Encoding out."),
    "body_too_large": gettext_noop("Send the rows in several requests."),
    "precondition_failed": gettext_noop("Read the record again, look at what has changed, and send your change anew."),
}
