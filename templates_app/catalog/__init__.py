"""The entity types a brand's records can have: types, fields, keys, kinds and the built-in pack. Pure Python."""
