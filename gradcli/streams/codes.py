"""The codes of a batch's own errors: stable, and each for one kind of mishap."""

TIMED_OUT = "E401"
"""The problem took longer than the limit."""

OUT_OF_MEMORY = "E402"
"""The problem needed more memory than the limit."""

KILLED_WORKER = "E403"
"""The problem ended the process that calculated it, twice; or there was none that could."""

BUG = "E404"
"""The program failed on the problem: a bug in it."""

NOT_UTF8 = "E410"
"""Bytes that are not UTF-8, or what --encoding says."""

LINE_TOO_LONG = "E411"
"""A line, or a quoted cell over several lines, that is longer than `lines.MAX_LINE`."""

BAD_CSV = "E412"
"""A row of CSV that cannot be read: a quote that is never closed, something behind a closing quote."""

RAGGED_ROW = "E413"
"""A row of CSV with more or fewer cells than the header."""

BAD_HEADER = "E414"
"""A header of CSV without the columns that are needed, or with one that is neither a field nor a variable."""

BAD_JSON = "E415"
"""A line that is not a JSON object."""

UNKNOWN_FIELD = "E416"
"""A field that problems do not have."""

BAD_FIELD = "E417"
"""A field whose value is of the wrong kind."""

NO_EXPRESSION = "E418"
"""A row or an object without an expression."""
