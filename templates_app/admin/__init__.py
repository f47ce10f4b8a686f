"""The screens of catalog and templates, one a file."""

from templates_app.admin import custom_fields, declared_keys, entity_types, templates

__all__ = ["custom_fields", "declared_keys", "entity_types", "templates"]
