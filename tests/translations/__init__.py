"""The catalogues of translations: `python -m tests.translations` brings them in step with the code."""
