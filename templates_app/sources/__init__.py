"""JSON, CSV and XLSX bodies as numbered rows. Pure Python."""
