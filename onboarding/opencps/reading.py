"""The export of an OpenCPS v2 portal's applicants: CSV with the columns' names first, or one JSON object a line.

Source of the names: opencps-v2, `service.xml`, entity Applicant.
"""

import csv
import json
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

FIELDS = ("applicantName", "applicantIdType", "applicantIdNo", "contactTelNo", "lock_")
BOM = b"\xef\xbb\xbf"
LONGEST = 20  # lines of one record of a CSV file


class Line(NamedTuple):
    """One record: where the next one begins, the number of its line, its fields (none where it is unreadable)."""

    ends_at: int
    number: int
    fields: dict[str, str] | None


class Lines:
    """The lines of a file from a position on, counted in bytes."""

    def __init__(self, file: BinaryIO, position: int, number: int) -> None:
        self._file = file
        self.go_to(position, number)

    def go_to(self, position: int, number: int) -> None:
        """Go on from a position, where `number` lines are read already."""
        self._file.seek(position)
        self.position, self.number = position, number

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline()
        if not line:
            raise StopIteration
        self.position += len(line)
        self.number += 1
        return line.removeprefix(BOM).decode("utf-8", "replace")


def records(file: BinaryIO, position: int, number: int) -> Iterator[Line]:
    """The records from a position on, where `number` lines are read already; 0 and 0 for the whole file.

    Raises ValueError for a CSV file without the columns that are needed.
    """
    file.seek(0)
    first = file.readline()
    if first.removeprefix(BOM).lstrip().startswith(b"{"):
        return objects(Lines(file, position, number))
    header = one_row(first.removeprefix(BOM).decode("utf-8", "replace"))
    if missing := [name for name in FIELDS[:4] if name not in header]:
        raise ValueError(f"the file has no column {', '.join(missing)}")
    return table(Lines(file, position or len(first), number or 1), header)


def objects(lines: Lines) -> Iterator[Line]:
    """The records of a file with one JSON object a line."""
    for text in lines:
        if text.strip():
            yield Line(lines.position, lines.number, one_object(text))


def one_object(text: str) -> dict[str, str] | None:
    """The fields of one JSON object, as text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {name: str(found[name]) for name in FIELDS if found.get(name) is not None}


def table(lines: Lines, header: list[str]) -> Iterator[Line]:
    """The records of a CSV file; one may go over several lines, and is named by its last one.

    A line with which no record begins is unreadable by itself alone: reading goes on at the very next one.
    """
    for text in lines:
        if text.strip():
            after = lines.position, lines.number
            fields = record(text, lines, header)
            if fields is None:
                lines.go_to(*after)
            yield Line(lines.position, lines.number, fields)


def record(text: str, lines: Lines, header: list[str]) -> dict[str, str] | None:
    """The fields of the record that begins with a text, and goes on in the lines after it while a quote is open.

    A line with the commas of a whole record is one itself, whatever quote is open before it.
    """
    for _ in range(LONGEST):
        if text.count('"') % 2 == 0:
            row = one_row(text)
            return dict(zip(header, row, strict=True)) if len(row) == len(header) else None
        more = next(lines, "")
        if not more or more.count(",") >= len(header) - 1:
            return None
        text += more
    return None


def one_row(text: str) -> list[str]:
    """The fields of one record (RFC 4180); none where the text is not exactly one."""
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return []
