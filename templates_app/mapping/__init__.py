"""The mapping view of a template: its tree as a table, edits of that table, what to suggest, what a change means."""
