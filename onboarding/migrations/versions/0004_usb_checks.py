"""What citizens' checks of their own computers found, for support."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What citizens' checks of their own computers found, for support."""
    op.create_table(
        "usb_checks",
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["journey_id"], ["journeys.id"], name=op.f("fk_usb_checks_journey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usb_checks")),
    )
    op.create_index(op.f("ix_usb_checks_journey_id"), "usb_checks", ["journey_id"], unique=False)
    op.create_index(op.f("ix_usb_checks_sent_at"), "usb_checks", ["sent_at"], unique=False)
