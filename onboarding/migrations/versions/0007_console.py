"""What the console looks up by index, the queue of call-back requests, delivery times, and imports."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = (
    ("certificates", ["serial"]),
    ("journeys", ["account_id"]),
    ("journeys", ["started_at"]),
    ("messages", ["journey_id"]),
    ("messages", ["number_index"]),
    ("call_backs", ["state", "requested_at"]),
)


def upgrade() -> None:
    """New indexes and columns; a request that waits goes on waiting."""
    op.add_column("messages", sa.Column("delivered_at", sa.DateTime(), nullable=True))
    op.add_column("call_backs", sa.Column("taken_by", sa.Uuid(), nullable=True))
    op.add_column("call_backs", sa.Column("taken_at", sa.DateTime(), nullable=True))
    op.add_column("call_backs", sa.Column("done_at", sa.DateTime(), nullable=True))
    op.add_column("call_backs", sa.Column("note_sealed", sa.LargeBinary(), nullable=True))
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    op.create_index("ix_audit_trail_journey", "audit_trail", ["journey_id", "number"], unique=False)
    op.create_table(
        "imports",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("report_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_imports")),
    )
    op.create_table(
        "number_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_number_changes_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_changes")),
    )
    op.create_index(op.f("ix_number_changes_account_id"), "number_changes", ["account_id"], unique=False)
    op.create_index(op.f("ix_number_changes_number_index"), "number_changes", ["number_index"], unique=False)
