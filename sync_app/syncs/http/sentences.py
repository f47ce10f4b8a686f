"""What is said of a request that did not come about."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "address_invalid": gettext_noop(
        "This is not the address of a web service. It begins with https:// or http:// and a name, and holds no user "
        "name, blank, question mark or #."
    ),
    "address_not_plain": gettext_noop(
        "The host {host} is a number in disguise. Write it as a name, or as four numbers with points."
    ),
    "address_refused": gettext_noop(
        "{host} leads to an address inside a network, which this site does not call. Whoever runs the site can allow "
        "{host}:{port} in PRIVATE_ADDRESSES_ALLOWED."
    ),
    "address_never": gettext_noop(
        "{host} leads to an address that gives out a machine's own credentials: never called."
    ),
    "address_outside": gettext_noop("The address leads outside of {base}, and was not called."),
    "path_unfit": gettext_noop("“{part}” cannot be part of an address."),
    "header_unfit": gettext_noop(
        "The header “{name}” cannot be sent: its name or its value holds a sign that is not allowed."
    ),
    "header_reserved": gettext_noop(
        "The header “{name}” is set by this site. Leave it out; credentials have their own fields."
    ),
    "host_unknown": gettext_noop("The name {host} is not known at the moment. If it stays so, check the address."),
    "connect_failed": gettext_noop("{host} cannot be reached at the moment."),
    "tls_failed": gettext_noop(
        "{host} does not prove who it is: its certificate was not accepted. Ask whoever runs it."
    ),
    "too_slow": gettext_noop("{host} did not answer in the time there was ({seconds} s)."),
    "answer_cut": gettext_noop("The answer of {host} broke off. Nothing of it was used."),
    "answer_too_large": gettext_noop("The answer of {host} is larger than {limit} bytes. Ask for smaller pages."),
    "answer_unreadable": gettext_noop("The answer of {host} is packed in a way that cannot be read."),
    "answer_not_json": gettext_noop("{host} answered something that is not JSON: {excerpt}"),
    "outcome_unknown": gettext_noop(
        "{host} was sent something and did not confirm it: it may have taken it or not. Look there first."
    ),
    "redirect_too_many": gettext_noop("{host} sends from one address to the next without end."),
    "redirect_unfit": gettext_noop("{host} sends to an address that cannot be followed. Enter its final address."),
    "redirect_unsafe": gettext_noop("{host} sends from https to an address without it. That was not followed."),
    "redirect_of_write": gettext_noop("{host} sends what was to be written elsewhere. Enter its final address."),
    "credentials_refused": gettext_noop(
        "{host} refused the credentials ({status}). Enter them again. It said: {excerpt}"
    ),
    "remote_busy": gettext_noop("{host} asked to come back later."),
    "remote_failing": gettext_noop("{host} answered with an error of its own ({status}): {excerpt}"),
    "remote_refused": gettext_noop("{host} refused the request ({status}): {excerpt}"),
}
