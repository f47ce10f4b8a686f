"""What a form or its rows changed, as plain values: for the configuration history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import ModelChoiceField, ModelForm


def before_form(form: ModelForm[Any]) -> dict[str, object]:
    """The fields that a form changed, as they were."""
    return {name: _named(form, name) for name in form.changed_data}


def after_form(form: ModelForm[Any]) -> dict[str, object]:
    """The same, as they are now."""
    return {name: _plain(form.cleaned_data.get(name)) for name in form.changed_data}


def _named(form: ModelForm[Any], name: str) -> object:
    """What a form began with; a choice of rows by what the row is called, as it is told afterwards."""
    value, field = form.initial.get(name), form.fields.get(name)
    if isinstance(field, ModelChoiceField) and value is not None and field.queryset is not None:
        return _plain(field.queryset.model._base_manager.filter(pk=value).first())
    return _plain(value)


def row_changes(formset: Any) -> tuple[dict[str, object], dict[str, object]]:
    """(before, after) of the rows of a formset that changed: the first column names a row, the others are its value."""
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for row in formset.forms:
        gone = row in formset.deleted_forms
        names = [name for name in row.fields if name not in {"id", "DELETE", formset.fk.name}]
        if not names or not (gone or row.has_changed()):
            continue
        if row.initial:
            before[str(row.initial.get(names[0]))] = _row_value(row.initial, names)
        if not gone and row.cleaned_data:
            after[str(row.cleaned_data.get(names[0]))] = _row_value(row.cleaned_data, names)
    return before, after


def _row_value(values: Any, names: list[str]) -> str:
    return ", ".join(str(_plain(values.get(name))) for name in names[1:])


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return str(value)
