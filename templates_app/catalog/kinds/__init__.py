"""The field kinds, one class a file's theme."""
