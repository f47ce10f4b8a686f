"""Values of each kind as JSON Schema: as answers show them, as bodies take them, and as queries ask for them.

What is taken is wider than what is shown: a text may come as a number, a number as a text, a reference by its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.numbers import HIGHEST, LOWEST
from templates_app.catalog.kinds.references import Reference, ReferenceList

Schema = dict[str, Any]

#: Shown again and again, and therefore named.
LINK: Final[Schema] = {"$ref": "#/components/schemas/Link"}
TAKEN_LINK: Final[Schema] = {"$ref": "#/components/schemas/LinkGiven"}

#: The highest number that is looked for.
HIGHEST_KEY: Final = 10**18 - 1

#: Larger numbers are not read.
LARGEST: Final = 10**30
ANY_VALUE: Final[Schema] = {"$ref": "#/components/schemas/Value"}

NO_NUL: Final = r"^[^\u0000]*$"
NO_CONTROLS: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
#: In queries no line ends either.
ONE_LINE: Final = r"^[^\u0000-\u001f\u007f-\u009f]*$"
_BOUNDS: Final[Schema] = {"minimum": -LARGEST, "maximum": LARGEST}
_BLANK: Final = r"^[ \t]*$"
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
_ZONE: Final = r"([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)"
_MOMENT: Final = rf"^[ \t]*{_DAY}([Tt ]{_CLOCK}( ?{_ZONE})?|[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})?[ \t]*$"
_TIME: Final = r"^[ \t]*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?[ \t]*$"
_NUMBER: Final = r"^[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*$"
_MAIL: Final = (
    r"^([A-Za-z0-9_+-]{1,30}([.][A-Za-z0-9_+-]{1,30})?"
    r"@([A-Za-z0-9]{1,30}(-[A-Za-z0-9]{1,30})?[.]){1,3}[A-Za-z]{2,20})?$"
)
_COLOR: Final = r"^#[0-9A-Fa-f]{6}$"
_DIGEST: Final = r"^sha256:[0-9a-f]{64}$"


def shown(kind: Kind, setting: Setting) -> Schema:
    """The value in an answer, where there is one."""
    if isinstance(kind, Combo):
        return choice(kind, setting)
    if isinstance(kind, Reference):
        return dict(LINK)
    if isinstance(kind, ReferenceList):
        return {"type": "array", "items": LINK}
    return dict(_SHOWN[kind.name])


def taken(kind: Kind, setting: Setting) -> Schema:
    """The value in a body. Null and a blank text empty the field."""
    if isinstance(kind, Combo):
        return {"anyOf": [choice(kind, setting), {"enum": ["", None]}]}
    if isinstance(kind, Reference):
        return {"anyOf": [TAKEN_LINK, {"type": "null"}]}
    if isinstance(kind, ReferenceList):
        return {"anyOf": [{"$ref": "#/components/schemas/LinksGiven"}, TAKEN_LINK, {"type": "null"}]}
    return _sized(kind, _TAKEN[kind.name])


def asked(kind: Kind, setting: Setting) -> Schema:
    """The value in a query. Blank asks for records without one."""
    if isinstance(kind, Combo):
        return choice(kind, setting)
    if kind.refers:
        return {"type": "integer", "minimum": 1, "maximum": HIGHEST}
    return _sized(kind, _ASKED[kind.name])


def choice(kind: Combo, setting: Setting) -> Schema:
    """An enum of the brand's version by its name, or the choices themselves."""
    if kind.enum and not kind.always_number:
        return {"$ref": f"#/components/schemas/{kind.enum}Enum"}
    values = [kind.render(name, setting) for name in kind.shown(setting)]
    return {"enum": list(dict.fromkeys(values))}


def enum_schema(name: str, setting: Setting) -> Schema:
    """A documented enum: the values of the brand's version, with the names that belong to numbers."""
    kind = Combo(enum=name)
    named = {kind.render(member, setting): member for member in kind.shown(setting)}
    schema: Schema = {"enum": list(named)}
    if any(isinstance(value, int) for value in named):
        schema["description"] = " · ".join(f"{value} = {member}" for value, member in named.items())
        schema["x-enum-varnames"] = list(named.values())
    return schema


def sample(kind: Kind, label: str, setting: Setting) -> Any:
    """A value that a body may give."""
    if isinstance(kind, Combo):
        return kind.render(kind.shown(setting)[0], setting)
    return _SAMPLES.get(kind.name, label)


def _sized(kind: Kind, schema: Schema) -> Schema:
    longest = getattr(kind, "max_length", None)
    if longest is None or "string" not in schema.get("type", ()):
        return dict(schema)
    return schema | {"maxLength": longest}


def _text_or(*types: str) -> list[str]:
    return ["string", *types, "null"]


_SHOWN: Final[Mapping[str, Schema]] = {
    "Text": {"type": "string"},
    "Memo": {"type": "string"},
    "Numeric": {"type": "integer", "format": "int64"},
    "Double": {"type": "number"},
    "Date": {"type": "string", "format": "date"},
    "Time": {"type": "string", "examples": ["18:30:00"]},
    "DateTime": {"type": "string", "format": "date-time"},
    "Check": {"type": "boolean"},
    "Hyperlink": {"type": "string"},
    "Email": {"type": "string"},
    "Phone": {"type": "string"},
    "Color": {"type": "string", "pattern": _COLOR},
    "Position": {"type": "string", "examples": ["48.8566,2.3522"]},
    "Json": {},
    **{name: {"type": "string", "pattern": _DIGEST} for name in ("Binary", "File", "Link", "Signature")},
    "SignatureMobile": {"type": "string", "pattern": _DIGEST},
}
_TAKEN: Final[Mapping[str, Schema]] = {
    "Text": {"type": _text_or("number", "boolean"), "pattern": NO_CONTROLS, **_BOUNDS},
    "Memo": {"type": _text_or("number", "boolean"), "pattern": NO_CONTROLS, **_BOUNDS},
    "Numeric": {"type": _text_or("integer"), "minimum": LOWEST, "maximum": HIGHEST, "pattern": f"{_NUMBER}|{_BLANK}"},
    "Double": {"type": _text_or("number"), "pattern": f"{_NUMBER}|{_BLANK}", **_BOUNDS},
    "Date": {"type": _text_or(), "pattern": f"{_MOMENT}|{_BLANK}"},
    "Time": {"type": _text_or(), "pattern": f"{_TIME}|{_MOMENT}|{_BLANK}"},
    "DateTime": {"type": _text_or(), "pattern": f"{_MOMENT}|{_BLANK}"},
    "Check": {"enum": [True, False, "true", "false", 1, 0, "1", "0", "", None]},
    "Hyperlink": {"type": _text_or(), "pattern": rf"^[ \t]*[Hh][Tt][Tt][Pp][Ss]?://\S+[ \t]*$|{_BLANK}"},
    "Email": {"type": _text_or(), "pattern": rf"@|^[ \t;]*$|{_BLANK}"},
    "Phone": {"type": _text_or("number"), "pattern": rf"[0-9]|{_BLANK}", **_BOUNDS},
    "Color": {"type": _text_or(), "pattern": rf"^[ \t]*#[0-9A-Fa-f]{{6}}[ \t]*$|{_BLANK}"},
    "Position": {"type": _text_or(), "pattern": rf",|{_BLANK}"},
    "Json": dict(ANY_VALUE),
    **{
        name: {"type": _text_or(), "pattern": rf"^[ \t]*[Ss][Hh][Aa]256:[0-9a-fA-F]{{64}}[ \t]*$|{_BLANK}"}
        for name in ("Binary", "File", "Link", "Signature", "SignatureMobile")
    },
}
_ASKED: Final[Mapping[str, Schema]] = {
    "Text": {"type": "string", "pattern": ONE_LINE},
    "Memo": {"type": "string", "pattern": ONE_LINE},
    "Numeric": {"type": "integer", "minimum": LOWEST, "maximum": HIGHEST},
    "Double": {"type": "string", "pattern": r"^(-?[0-9]{1,18}(\.[0-9]{1,12})?)?$"},
    "Date": {"type": "string", "format": "date"},
    "Time": {"type": "string", "pattern": r"^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?$"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Check": {"type": "boolean"},
    "Hyperlink": {
        "type": "string",
        "pattern": r"^(https?://[A-Za-z0-9-]{1,60}(\.[A-Za-z0-9-]{1,60}){0,9}(/[!-~]*)?)?$",
    },
    "Email": {"type": "string", "pattern": _MAIL},
    "Phone": {"type": "string", "pattern": r"^([+(]?[0-9][0-9(). /-]{0,50})?$"},
    "Color": {"type": "string", "pattern": r"^(#[0-9A-Fa-f]{6})?$"},
    "Position": {"type": "string", "pattern": r"^(-?[0-8]?[0-9](\.[0-9]{1,9})?,-?[0-9]{1,2}(\.[0-9]{1,9})?)?$"},
    "Json": {"type": "string", "pattern": ONE_LINE},
    **{
        name: {"type": "string", "pattern": r"^(sha256:[0-9a-f]{64})?$"}
        for name in ("Binary", "File", "Link", "Signature", "SignatureMobile")
    },
}
_SAMPLES: Final[Mapping[str, Any]] = {
    "Numeric": 1,
    "Double": 1.5,
    "Date": "2026-12-31",
    "Time": "18:30:00",
    "DateTime": "2026-12-31T18:30:00",
    "Check": True,
    "Hyperlink": "https://example.com",
    "Email": "name@example.com",
    "Phone": "+44 20 7946 0000",
    "Color": "#1A2B3C",
    "Position": "48.8566,2.3522",
    "Json": {},
}
