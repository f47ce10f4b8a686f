"""The built-in packs: entity types as data."""
