"""What stands in the audit trail."""

from flask import Flask
from sqlalchemy import select

from onboarding.accounts.audit import Entry


def kinds(app: Flask) -> list[tuple[str, str]]:
    """Kind and reason of every row, in order."""
    with app.extensions["database"].transaction(write=False) as db:
        return [(row.kind, row.reason) for row in db.scalars(select(Entry).order_by(Entry.number))]
