"""Where services are told what they did not ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where services are told what they did not ask for."""
    op.add_column("clients", sa.Column("backchannel_logout_uri", sa.String(), nullable=True))
    op.add_column("clients", sa.Column("events_uri", sa.String(), nullable=True))
