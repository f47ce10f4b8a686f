"""manage.py install_template BRAND NAME FILE.xml"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.brands import find_brand
from integration_admin.commands import ScriptCommand
from templates_app.language.findings import Finding
from templates_app.language.reader import MAX_BYTES
from templates_app.library import (
    Installation,
    LibraryRefused,
    TemplateHasErrors,
    finding_in_words,
    install,
    refusal_in_words,
)

REFUSED = 1
#: So many bytes of a file are read: enough for the reader of templates to say that they are too many.
MOST = MAX_BYTES + 16
DECODER = codecs.getincrementaldecoder("utf-8-sig")


class Command(ScriptCommand):
    """Saves and publishes a template."""

    help = (
        "Installs a mapping template: checks it, prints what was found with line and column, and publishes it. "
        "With errors nothing is written and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("name", metavar="NAME", help="2 to 60 small letters, digits or dashes")
        parser.add_argument("file", metavar="FILE.xml", help="the template; - reads standard input")
        parser.add_argument(
            "--create-fields",
            action="store_true",
            help="first add the custom fields (_X) it names that are missing, and the key one of them is meant to be",
        )
        parser.add_argument("--note", default="", help="why, for the list of versions")
        parser.add_argument("--description", default=None, help="what it is for, as lists show it")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.refusals():
            brand = find_brand(key=options["brand"])
        try:
            installed = install(
                actor=system_actor(brand=brand, name="command install_template"),
                name=options["name"],
                xml=self._text(options["file"]),
                note=options["note"],
                description=options["description"],
                create_fields=options["create_fields"],
                at=timezone.now(),
            )
        except TemplateHasErrors as refused:
            self._refuse(refused, options)
        except LibraryRefused as refused:
            self.fail(refused.code, refusal_in_words(refused))
        self.answer(_values(installed, options), "\n".join(_lines(installed)))

    def _text(self, file: str) -> str:
        """The file as text; what is not UTF-8 is left for the reader of templates to say so."""
        try:
            with nullcontext(sys.stdin.buffer) if file == "-" else Path(file).open("rb") as source:
                data = source.read(MOST)
        except OSError as error:
            self.fail("file_unreadable", f"{file} cannot be read: {error.strerror}.")
        # A letter that the end of what was read goes through is left out: the rest is too large without it.
        return DECODER(errors="surrogateescape").decode(data, final=len(data) < MOST)

    def _refuse(self, refused: TemplateHasErrors, options: dict[str, Any]) -> NoReturn:
        sentence, hint = refusal_in_words(refused), _hint(refused.findings, options)
        values = {"status": "refused", "error": {"code": refused.code, "message": sentence, "hint": hint}}
        head = {"brand": options["brand"], "template": options["name"]}
        lines = [*(str(finding_in_words(found)) for found in refused.findings), f"{sentence} {hint}".strip()]
        self.answer({**head, **values, "findings": _findings(refused.findings)}, "\n".join(lines))
        sys.exit(REFUSED)


def _hint(findings: Iterable[Finding], options: dict[str, Any]) -> str:
    """By which commands a shell does what a page offers beside the finding."""
    offers = dict.fromkeys(found.fix for found in findings if found.fix)
    if not options["create_fields"] and any(offer[0] == "create_field" for offer in offers):
        return "With --create-fields, fields that are missing are added first."
    keys = [offer for offer in offers if offer[0] == "declare_key"]
    return " ".join(
        f"A key is declared by: declare_key {options['brand']} {of} {fields.replace(' ', '')}" for _, of, fields in keys
    )


def _values(installed: Installation, options: dict[str, Any]) -> dict[str, Any]:
    version = installed.version
    return {
        "brand": options["brand"],
        "template": version.template.name,
        "status": "unchanged" if installed.unchanged else "published",
        "direction": version.template.direction,
        "version": version.number,
        "digest": version.digest,
        "fieldsCreated": list(installed.fields),
        "keysDeclared": list(installed.keys),
        "findings": _findings(installed.findings),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    worded = (finding_in_words(finding) for finding in findings)
    return [
        {
            "line": found.line,
            "column": found.column,
            "severity": found.severity,
            "code": found.code,
            "message": found.sentence,
            "hint": found.hint,
        }
        for found in worded
    ]


def _lines(installed: Installation) -> Iterable[str]:
    yield from (str(finding_in_words(finding)) for finding in installed.findings)
    yield from (f"Field {name} added." for name in installed.fields)
    yield from (f"Key {name} declared: no two records share it." for name in installed.keys)
    version = installed.version
    done = "is this text already" if installed.unchanged else "published"
    yield f"{version.template.name} version {version.number} {done}."
