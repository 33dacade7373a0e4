"""Refused codes and signatures are found by their time, too, to be forgotten.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INDEX = "ix_events_refused_at"
REFUSED = sa.text("kind IN ('request-refused', 'code-limited', 'code-refused', 'signature-refused')")


def upgrade() -> None:
    """The index of refused requests, with all that anybody can have refused."""
    op.drop_index(INDEX, "events")
    op.create_index(INDEX, "events", ["at"], sqlite_where=REFUSED, postgresql_where=REFUSED)
