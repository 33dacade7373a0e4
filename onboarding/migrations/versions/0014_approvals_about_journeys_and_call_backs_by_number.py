"""What a second person approves may be about a journey, and requests to be called back are found by their number.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; the housekeeping fills in the numbers of requests that are there, for it has the keys."""
    op.add_column("approvals", sa.Column("journey_id", sa.Uuid(), nullable=True))
    op.add_column("call_backs", sa.Column("number_index", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_call_backs_number_index"), "call_backs", ["number_index"], unique=False)
