"""The engine's ports kept in the database. What differs between SQLite and PostgreSQL lives in this room only."""
