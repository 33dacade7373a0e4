"""When a service was last used and when it ended; whose certificate has opened a session of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns only: a session of staff that is open already is not checked again."""
    op.add_column("clients", sa.Column("last_used_at", sa.DateTime(), nullable=True))
    op.add_column("clients", sa.Column("ended_at", sa.DateTime(), nullable=True))
    op.add_column("staff_certificates", sa.Column("encoded_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("staff_sessions", sa.Column("certificate_id", sa.Uuid(), nullable=True))
    op.add_column("staff_sessions", sa.Column("recheck_at", sa.DateTime(), nullable=True))
