"""JSON, CSV and XLSX as numbered rows."""
