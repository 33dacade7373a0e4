"""Taking the accounts of a file in, batch by batch, in constant memory; what was done is never done twice.

How far a file was read stands in the database, in the transaction that makes its accounts: stopped at any time,
killed too, the same command goes on after the last whole batch, and cuts off what the report has of a broken one.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onboarding.accounts import bulk
from onboarding.accounts.imports import EARLIER_PORTAL, Import
from onboarding.db import Database
from onboarding.opencps.doubles import Doubles
from onboarding.opencps.judging import NotTaken, Taken, judge
from onboarding.opencps.reading import Line, records

BATCH = 2_000  # lines in one transaction: less than a second in which nobody else writes to SQLite
TRIES = 3  # for a batch: a citizen may register with one of its numbers at this very moment
HEADER = b"line,reason\n"
TAKEN, SUSPENDED, CONVERTED = "taken", "suspended", "number from before 2018"

Judged = list[tuple[Line, Taken | NotTaken]]


class Taking:
    """One file on its way in; `counts` says what its lines came to in this run."""

    def __init__(
        self, database: Database, now: datetime, file: BufferedReader, report: BinaryIO, *, dry_run: bool
    ) -> None:
        self._database, self._now, self._file, self._report = database, now, file, report
        self._dry_run, self._doubles = dry_run, Doubles(remembers=dry_run)
        self.counts: Counter[str] = Counter()
        self._digest = hashlib.file_digest(file, "sha256").digest()
        with database.transaction(write=False) as db:
            done = None if dry_run else db.get(Import, self._digest)
        self.position, self._lines, self._taken = (done.position, done.lines, done.taken) if done else (0, 0, 0)
        self._report.truncate(done.report_bytes if done else 0)
        self._report.seek(0, os.SEEK_END)
        if not done:
            self._report.write(HEADER)

    @property
    def taken_before(self) -> int:
        """How many accounts earlier runs have made of this file."""
        return self._taken

    def run(self, told: Callable[[int], None]) -> None:
        """Take in what is left; `told` is called with the bytes that each batch has dealt with."""
        lines = records(self._file, self.position, self._lines)
        while batch := list(islice(lines, BATCH)):
            self._take(batch)
            told(batch[-1].ends_at - self.position)
            self.position = batch[-1].ends_at

    def _take(self, batch: list[Line]) -> None:
        """Take in one batch, whole or not at all."""
        judged, decided = [(line, verdict(line)) for line in batch], list[tuple[Line, Taken | NotTaken]]()
        before = self._report.tell()
        for last_try in range(TRIES - 1, -1, -1):
            try:
                with self._database.transaction(write=not self._dry_run) as db:
                    decided = self._doubles.apart(db, judged)
                    self._write_report(decided)
                    if not self._dry_run:
                        self._write(db, decided, batch[-1])
                break
            except IntegrityError:
                self._report.truncate(before)
                self._report.seek(before)
                if not last_try:
                    raise
        self.counts += counted(decided)

    def _write(self, db: Session, decided: Judged, last: Line) -> None:
        """Write the accounts, and how far the file was read."""
        taken = [found for _, found in decided if isinstance(found, Taken)]
        rows = [bulk.rows(db, self._now, one.who, one.number, EARLIER_PORTAL, one.state) for one in taken]
        bulk.write(db, rows)
        sofar = self._taken + self.counts[TAKEN] + len(taken)
        place = {"position": last.ends_at, "lines": last.number, "report_bytes": self._report.tell()}
        db.merge(Import(digest=self._digest, taken=sofar, **place))

    def _write_report(self, decided: Judged) -> None:
        """Add the lines that were not taken, on the disk before the database says so."""
        for line, found in decided:
            if isinstance(found, NotTaken):
                self._report.write(f"{line.number},{found}\n".encode())
        self._report.flush()
        os.fsync(self._report.fileno())


def verdict(line: Line) -> Taken | NotTaken:
    """What a line by itself comes to."""
    try:
        return judge(line.fields)
    except NotTaken as reason:
        return reason


def counted(decided: Judged) -> Counter[str]:
    """How many lines came to what."""
    counts: Counter[str] = Counter()
    for _, found in decided:
        if isinstance(found, NotTaken):
            counts[str(found)] += 1
        else:
            counts[TAKEN] += 1
            counts[SUSPENDED] += found.state == "suspended"
            counts[CONVERTED] += found.converted
    return counts


def opened(report: Path) -> BinaryIO:
    """The report, to be written on where an earlier run has left it."""
    report.touch(0o600)
    return report.open("r+b")
