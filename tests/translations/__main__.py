"""Brings every catalogue in step with the code, compiles it, and says how many texts wait for a translator."""

from __future__ import annotations

from tests.translations.catalogues import LANGUAGES, in_step, missing, read, write
from tests.translations.messages import product_messages


def main() -> None:
    messages = product_messages()
    for language in LANGUAGES:
        catalogue = in_step(read(language), messages)
        write(language, catalogue)
        print(f"{language}: {len(messages)} texts, {len(list(missing(catalogue)))} without a translation")  # noqa: T201


if __name__ == "__main__":
    main()
