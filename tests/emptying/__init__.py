"""An app for tests only: its command empties the database between tests that really commit."""
