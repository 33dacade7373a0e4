"""Doubles: one number and one id make one account, whether it was there before or comes from the same file."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.accounts.people import Account, PhoneNumber, identity_indexes
from onboarding.opencps.judging import NotTaken, Taken
from onboarding.opencps.reading import Line

COLUMNS: dict[str, Any] = {
    "number": PhoneNumber.number_index,
    "national-id": Account.national_id_index,
    "tax-code": Account.tax_code_index,
}


class Doubles:
    """Tells lines whose number or id is taken. One that `remembers` does so for files that are not written."""

    def __init__(self, *, remembers: bool) -> None:
        self._seen = sqlite3.connect("") if remembers else None  # on disk, and gone when it is closed
        if self._seen:
            self._seen.execute("CREATE TABLE seen (value BLOB PRIMARY KEY) WITHOUT ROWID")

    def apart(
        self, db: Session, judged: list[tuple[Line, Taken | NotTaken]]
    ) -> list[tuple[Line, Taken | NotTaken]]:
        """The same lines, doubles not taken; the first one of a file is."""
        indexes = {line.number: found_by(db, found) for line, found in judged if isinstance(found, Taken)}
        known = self._known(db, indexes.values())
        decided: list[tuple[Line, Taken | NotTaken]] = []
        for line, found in judged:
            own = indexes.get(line.number, {})
            double = next((kind for kind, value in own.items() if value in known), None)
            if double is None:
                known |= {*own.values()}
            decided.append((line, NotTaken(f"double {double}") if double else found))
        self._remember(indexes[line.number] for line, found in decided if isinstance(found, Taken))
        return decided

    def _known(self, db: Session, indexes: Iterable[dict[str, bytes]]) -> set[bytes]:
        """Which numbers and ids of a batch are taken."""
        found: set[bytes] = set()
        for kind, column in COLUMNS.items():
            values = [one[kind] for one in indexes if kind in one]
            found |= set(db.scalars(select(column).where(column.in_(values))))
            if self._seen:
                asked = (self._seen.execute("SELECT value FROM seen WHERE value = ?", [value]) for value in values)
                found |= {row[0] for cursor in asked for row in cursor}
        return found

    def _remember(self, taken: Iterable[dict[str, bytes]]) -> None:
        if self._seen:
            values = [[value] for one in taken for value in one.values()]
            self._seen.executemany("INSERT INTO seen VALUES (?)", values)


def found_by(db: Session, taken: Taken) -> dict[str, bytes]:
    """The blind indexes that make an account the only one of its kind."""
    by_id, by_tax = identity_indexes(db, taken.who.kind, taken.who.national_id, taken.who.tax_code)
    index = db.info["keyring"].index("phone_numbers.number", taken.number)
    all_of_them = {"number": index, "national-id": by_id, "tax-code": by_tax}
    return {kind: value for kind, value in all_of_them.items() if value is not None}
