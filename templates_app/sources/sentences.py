"""The sentence of every code that sources refuse with, put on a row, or note."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    # The body as a whole.
    "body_too_large": gettext_noop("This is larger than the limit of {limit} bytes."),
    "file_kind_unknown": gettext_noop("“{kind}” is no kind of file that can be read. Known are json, csv and xlsx."),
    "file_is_picture": gettext_noop("This is a picture, whatever its name says. Choose a file with rows."),
    "file_is_document": gettext_noop(
        "This is a document for reading or printing, not a table. Choose a file with rows."
    ),
    "file_is_archive": gettext_noop("This is an archive of packed files. Unpack it and choose the file that is meant."),
    "file_is_program": gettext_noop("This is a program, not a table. Choose a file with rows."),
    "file_is_database": gettext_noop("This is a database file. Export the rows from it as CSV, XLSX or JSON."),
    "file_is_recording": gettext_noop("This is a sound or a film, not a table. Choose a file with rows."),
    "file_is_web_page": gettext_noop(
        "This is a web page, not a table. It may be the answer of a site that asks for a password: download it again."
    ),
    "file_is_xml": gettext_noop("This is XML, not a table. Save it as CSV, XLSX or JSON."),
    "too_many_rows": gettext_noop("There are more than {limit} rows, which is the limit."),
    "too_many_fields": gettext_noop("There are more than {limit} fields in one row, which is the limit."),
    "too_many_values": gettext_noop("There are more than {limit} values in one row, which is the limit."),
    "too_deep": gettext_noop("Objects and lists stand inside each other more than {limit} levels deep, the limit."),
    "text_over_limit": gettext_noop("A text is longer than the limit of {limit} characters."),
    "nul_character": gettext_noop("There is a NUL character, which no text can hold. Remove it."),
    # JSON.
    "not_utf8": gettext_noop("The JSON is not in UTF-8. Save or send it in that encoding."),
    "invalid_unicode": gettext_noop("There is half of a character (a lone surrogate such as \\ud800) in a text."),
    "json_empty": gettext_noop("There is nothing here, where JSON was expected."),
    "json_cut_off": gettext_noop("The JSON ends too early: a quotation mark or a bracket is not closed."),
    "json_trailing_comma": gettext_noop("There is a comma with nothing after it. Remove the comma."),
    "json_comment": gettext_noop("JSON cannot hold comments. Remove the comment."),
    "json_single_quotes": gettext_noop("Texts and keys need double quotes, not single ones."),
    "json_unquoted_key": gettext_noop('Keys need double quotes: write "name": value.'),
    "json_not_a_number": gettext_noop("JSON knows no NaN and no Infinity. Send null, or leave the value out."),
    "json_control_character": gettext_noop("A line end or tab inside a text must be written as \\n or \\t."),
    "json_trailing_text": gettext_noop("The JSON is complete, but there is more text after it."),
    "json_syntax": gettext_noop("This is not JSON. Look at the place that is named."),
    "duplicate_key": gettext_noop("The key “{name}” occurs twice in the same object."),
    "number_over_limit": gettext_noop(
        "The number {value} is out of range: at most {digits} digits and an exponent of {exponent} are read."
    ),
    "no_rows_in_value": gettext_noop("The rows must be a list of objects, or one object."),
    "rows_not_found": gettext_noop(
        "Nothing stands at “{path}”, where the rows should be. The nearest name is “{nearest}”."
    ),
    "rows_missing": gettext_noop("Nothing stands at “{path}”, where the rows should be."),
    "rows_not_a_list": gettext_noop("The path to the rows ends at a single value, not at a list or an object."),
    # The request body of an import.
    "body_not_object": gettext_noop("The body must be a JSON object."),
    "unknown_option": gettext_noop("“{name}” is no member of this body. The nearest that is known is “{nearest}”."),
    "option_not_boolean": gettext_noop("“{name}” must be true or false without quotes; {value} is neither."),
    "model_missing": gettext_noop("The body has no “model”. It holds the rows."),
    "model_not_rows": gettext_noop("“model” must be a list of objects, or one object."),
    # Rows.
    "row_not_object": gettext_noop("This row is no object with named values ({kind})."),
    "row_is_list": gettext_noop("This row is a list of values without names. Name its columns in “Columns”."),
    "row_shape": gettext_noop("This row has {found} cells where {expected} are expected."),
    # CSV.
    "encoding_unknown": gettext_noop("“{name}” is no encoding of text files that is known here."),
    "delimiter_unfit": gettext_noop(
        "“{delimiter}” cannot separate cells: enter a sign such as ; or |, but no letter, digit or quotation mark."
    ),
    "undecodable": gettext_noop("The file is not written in the encoding {encoding}."),
    "quote_not_closed": gettext_noop("A quotation mark opens a cell in this line and is never closed."),
    "header_not_found": gettext_noop("The file ends before the line that should hold the header."),
    "table_empty": gettext_noop("There is no line or row with any value."),
    # XLSX.
    "workbook_broken": gettext_noop("The workbook is damaged or is no workbook. Save it again as .xlsx."),
    "workbook_old": gettext_noop("This is an old .xls workbook. Save it as .xlsx."),
    "workbook_other_kind": gettext_noop("This is not an .xlsx workbook. Save it as .xlsx."),
    "workbook_encrypted": gettext_noop("The workbook is protected by a password. Save it without one."),
    "workbook_unpacks_too_large": gettext_noop("The workbook unpacks to more than the limit of {limit} bytes."),
    "sheet_too_large": gettext_noop("The sheets span more than {limit} cells, which is the limit."),
    "sheet_not_found": gettext_noop("The workbook has no sheet “{name}”. The nearest name is “{nearest}”."),
    "rows_needed": gettext_noop("Several sheets hold data. Say which one holds the rows: {names}."),
    "cell_error": gettext_noop("The workbook shows the error {value} here. Correct the formula, or empty the cell."),
    "cell_uncalculated": gettext_noop(
        "The formula here was never calculated. Open the workbook in a spreadsheet program, save it, choose it again."
    ),
    # Writing.
    "cell_too_long": gettext_noop("Row {row}, column “{column}”: a cell holds at most {limit} characters."),
    "sheet_full": gettext_noop("A sheet holds at most {limit} rows. Export as CSV or JSON."),
    # Notes.
    "encoding_detected": gettext_noop("The file seems to be written in the encoding {value}."),
    "delimiter_detected": gettext_noop("The cells are separated by: {value}"),
    "header_absent": gettext_noop(
        "No row was taken as the header: the columns are called column_1, column_2 and so on."
    ),
    "header_doubtful": gettext_noop(
        "Row {value} was taken as the header, but its cells look like the values below them. Say if there is none."
    ),
    "header_detected": gettext_noop("Line {value} was taken as the header."),
    "header_repeated": gettext_noop("The header “{value}” occurs more than once; the later ones are numbered."),
    "header_unnamed": gettext_noop("Column {value} has no name in the header and is called by its position."),
    "guards_removed": gettext_noop("Apostrophes that guard texts from being run as formulas were left out."),
    "cells_merged": gettext_noop(
        "Cells that reach over several rows ({value}) have a value in the first of them only: below they are empty."
    ),
    "columns_empty": gettext_noop("Empty columns at the end were left out: {value}."),
    "list_beside": gettext_noop('“{value}” holds a list that was not read as rows. Rows="{value}" reads it.'),
    "sheet_detected": gettext_noop("The rows were read from the only sheet with data, “{value}”."),
}
