"""The brand that quickstart sets up: a template, a few rows written for it, and the doors to try them by."""
