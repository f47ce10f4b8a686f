"""Who may come in: brands, users, API logins, application keys and tokens."""
