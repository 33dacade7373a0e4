"""A code stands with its grant: it has one, and no row of its own.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns, and an index less that nothing looks up tokens by.

    Codes of the last minute end here: their citizens are sent by the service once more.
    """
    op.add_column("grants", sa.Column("code_hash", sa.LargeBinary(), nullable=True))
    op.add_column("grants", sa.Column("code_used_at", sa.DateTime(), nullable=True))
    op.create_index(op.f("ix_grants_code_hash"), "grants", ["code_hash"], unique=True)
    op.drop_index(op.f("ix_tokens_expires_at"), "tokens")
