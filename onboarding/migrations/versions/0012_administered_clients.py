"""When a service was last used, and when it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When a service was last used, and when it ended."""
    op.add_column("clients", sa.Column("last_used_at", sa.DateTime(), nullable=True))
    op.add_column("clients", sa.Column("ended_at", sa.DateTime(), nullable=True))
