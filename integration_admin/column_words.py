"""What the columns of a model are called on the pages: words of the interface, which are no matter of a migration."""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import AppConfig


def name_columns(app: AppConfig, words: Mapping[str, Mapping[str, object]]) -> None:
    """Model -> column -> its translated name, in small letters as in Django's own; for `ready()` of the app."""
    for model, columns in words.items():
        options = app.get_model(model)._meta
        for name, text in columns.items():
            # What migrations compare is the name the column was declared with; that stays.
            vars(options.get_field(name))["verbose_name"] = text
