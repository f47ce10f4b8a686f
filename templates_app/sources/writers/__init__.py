"""Items as JSON, CSV or XLSX, one after the other: exports, and the file of the rows that failed."""
