"""Messages by the gateway's own id of them, for reports, and by their age, for the metrics."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Messages by the gateway's own id of them, for reports, and by their age, for the metrics."""
    op.add_column("messages", sa.Column("gateway_reference", sa.String(), nullable=True))
    op.create_index(op.f("ix_messages_gateway_reference"), "messages", ["gateway_reference"], unique=False)
    op.create_index(op.f("ix_messages_created_at"), "messages", ["created_at"], unique=False)
