"""The other systems, one a file, all shaped alike. They do not know each other."""
