"""The elements of the language as data: one table for imports, one for exports."""
