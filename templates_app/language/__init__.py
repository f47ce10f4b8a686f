"""The template language: read, check, write and compile mapping templates. Pure Python."""
