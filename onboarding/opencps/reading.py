"""The export of an OpenCPS v2 portal's applicants: CSV with the columns' names first, or one JSON object a line.

Source of the names: opencps-v2, `service.xml`, entity Applicant.
"""

import csv
import json
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

FIELDS = ("applicantName", "applicantIdType", "applicantIdNo", "contactTelNo", "lock_")
BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """One record: where the next one begins, the number of its line, its fields (none where it is unreadable)."""

    ends_at: int
    number: int
    fields: dict[str, str] | None


class Lines:
    """The lines of a file from a position on, counted in bytes."""

    def __init__(self, file: BinaryIO, position: int, number: int) -> None:
        file.seek(position)
        self._file, self.position, self.number = file, position, number

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self.position += len(line)
            self.number += 1
            yield line.removeprefix(BOM).decode("utf-8", "replace")


def records(file: BinaryIO, position: int, number: int) -> Iterator[Line]:
    """The records from a position on, where `number` lines are read already; 0 and 0 for the whole file.

    Raises ValueError for a CSV file without the columns that are needed.
    """
    file.seek(0)
    first = file.readline()
    if first.removeprefix(BOM).lstrip().startswith(b"{"):
        return objects(Lines(file, position, number))
    header = next(csv.reader([first.removeprefix(BOM).decode("utf-8", "replace")]), [])
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
    """The records of a CSV file; one may go over several lines, and is named by its last one."""
    reader = csv.reader(iter(lines))
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Line(lines.position, lines.number, None)
            continue
        if row:
            fits = len(row) == len(header)
            yield Line(lines.position, lines.number, dict(zip(header, row, strict=True)) if fits else None)
