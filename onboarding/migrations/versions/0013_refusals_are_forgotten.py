"""Requests that were refused to strangers are found by their time, to be forgotten.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REFUSED = sa.text("kind = 'request-refused'")


def upgrade() -> None:
    """An index that has nothing but them."""
    op.create_index("ix_events_refused_at", "events", ["at"], sqlite_where=REFUSED, postgresql_where=REFUSED)
