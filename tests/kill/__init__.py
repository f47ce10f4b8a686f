"""An app for tests only: processes of the site that kill themselves at named points when they are ordered to."""
