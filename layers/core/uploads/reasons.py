"""The mechanism's own reasons, and the words of any reason when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .contract import Importer, Reason

# the file as a whole
EMPTY = Reason("empty_file", _("Empty file"), _("The file has no bytes."))
TOO_LARGE = Reason(
    "too_large", _("File too large"), _("The file is larger than %(most)s MB.")
)
OLD_EXCEL = Reason(
    "old_excel",
    _("Old Excel format"),
    _("This is an .xls file of Excel 97-2003. Open it and save it as .xlsx."),
)
PASSWORD = Reason(
    "password",
    _("Protected by a password"),
    _("The file is encrypted. Remove the password and save it again."),
)
OPEN_DOCUMENT = Reason(
    "open_document",
    _("OpenDocument file"),
    _("This is an .ods file. Save it as .xlsx."),
)
BINARY_EXCEL = Reason(
    "binary_excel", _("Binary workbook"), _("This is an .xlsb file. Save it as .xlsx.")
)
MACROS = Reason(
    "macros",
    _("Workbook with macros"),
    _("The workbook holds macros. Save it as .xlsx without macros."),
)
LINKED = Reason(
    "linked",
    _("Workbook linked to other files"),
    _("Values come from other files (%(files)s). Paste them as values."),
)
BOMB = Reason(
    "bomb",
    _("File unpacks to too much"),
    _("The file would unpack to %(size)s MB; %(most)s MB are allowed."),
)
NO_TABLE = Reason(
    "no_table", _("Not a table"), _("This is neither an .xlsx nor a CSV file.")
)
BROKEN = Reason("broken", _("Damaged file"), _("The file cannot be read: %(detail)s"))
ENCODING = Reason(
    "encoding",
    _("Old character set"),
    _("The text is not UTF-8 but looks like %(guess)s. Save it as CSV UTF-8."),
)
TOO_MANY_ROWS = Reason(
    "too_many_rows",
    _("Too many rows"),
    _("The file has more than %(most)s rows. Divide it."),
)
NO_HEADINGS = Reason(
    "no_headings",
    _("Headings not found"),
    _("No row of the first %(rows)s has the headings: %(wanted)s."),
)
NO_ROWS = Reason(
    "no_rows", _("No values"), _("There is nothing to import below the headings.")
)
OTHER_KIND = Reason(
    "other_kind",
    _("Template of another kind"),
    _("The file was made from the template “%(kind)s”."),
)

# a sheet or a column
SHEET_NOT_READ = Reason(
    "sheet_not_read",
    _("Sheet not read"),
    _("The sheet has no known headings; nothing of it is imported."),
    "warning",
)
HIDDEN_SHEET = Reason(
    "hidden_sheet",
    _("Hidden sheet not read"),
    _("The sheet is hidden; nothing of it is imported."),
    "warning",
)
MISSING_COLUMN = Reason(
    "missing_column", _("Column missing"), _("There is no column “%(wanted)s”.")
)
REPEATED_COLUMN = Reason(
    "repeated_column",
    _("Column twice"),
    _("The column “%(title)s” stands at %(first)s already."),
)
UNKNOWN_COLUMN = Reason(
    "unknown_column",
    _("Unknown column"),
    _("The heading “%(title)s” is not known; the column is not imported."),
    "warning",
)
MOVED_COLUMN = Reason(
    "moved_column",
    _("Columns have been moved"),
    _("The heading says “%(title)s”, the code below it “%(key)s”."),
)
OUTSIDE = Reason(
    "outside",
    _("Value outside the columns"),
    _("The column has no heading. Have cells been moved to the right?"),
)
MERGED = Reason(
    "merged",
    _("Merged cells"),
    _("The cells %(area)s are merged. Divide them: each row needs its own value."),
)

# a cell
MISSING = Reason("missing", _("Value missing"), _("“%(title)s” must be filled in."))
NOT_NUMBER = Reason("not_number", _("Not a number"), _("“%(title)s” must be a number."))
AMBIGUOUS = Reason(
    "ambiguous",
    _("Number with two meanings"),
    _("This may be %(one)s or %(other)s. Enter it as a number, not as text."),
)
NOT_WHOLE = Reason(
    "not_whole", _("Not a whole number"), _("“%(title)s” counts; write a whole number.")
)
TOO_LOW = Reason("too_low", _("Below the range"), _("Must be at least %(low)s."))
TOO_HIGH = Reason("too_high", _("Above the range"), _("Must be at most %(high)s."))
TOO_PRECISE = Reason(
    "too_big", _("Number too large"), _("Larger than any figure that can be kept.")
)
PERCENT_FORMAT = Reason(
    "percent_format",
    _("Per cent where there are none"),
    _("The cell shows per cent, but “%(title)s” is measured in %(unit)s."),
)
NOT_DATE = Reason(
    "not_date", _("Not a date"), _("Write a day as 31/12/2024 or 2024-12-31.")
)
NOT_MOMENT = Reason(
    "not_moment",
    _("Not a time"),
    _("Write day and time as 20/11/2026 12:05 or 2026-11-20 12:05."),
)
DATE_FOR_TEXT = Reason(
    "date_for_text",
    _("Date instead of a text"),
    _("Excel has made a date of it. Format the cell as text and type it again."),
)
NOT_LISTED = Reason(
    "not_listed", _("Not in the list"), _("Must be one of: %(choices)s.")
)
EXCEL_ERROR = Reason(
    "excel_error", _("Error of Excel"), _("The cell shows the error %(error)s.")
)
NO_VALUE = Reason(
    "formula_without_value",
    _("Formula without a value"),
    _("The file does not hold the formula's value. Open it in Excel and save it."),
)
OLD_FONT = Reason(
    "old_font",
    _("Text in an old font"),
    _("The text was typed for an old font (.VnTime, VNI). Convert it to Unicode."),
)
TOO_LONG = Reason(
    "too_long", _("Text too long"), _("The text has more than %(most)s letters.")
)
REPEATED_ROW = Reason(
    "repeated_row",
    _("Twice in the file"),
    _("The same stands in %(first)s already."),
)

OWN = tuple(value for value in list(globals().values()) if isinstance(value, Reason))


def known(importer: Importer | None) -> dict[str, Reason]:
    """Every reason that an upload of this kind may have, by its slug."""
    own = importer.reasons if importer else ()
    return {reason.slug: reason for reason in (*OWN, *own)}


def words(reason: Reason, params: Mapping[str, Any]) -> str:
    """The text in the active language."""
    try:
        return str(reason.text) % params
    except (KeyError, ValueError, TypeError):
        return str(reason.text)
