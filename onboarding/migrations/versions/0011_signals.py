"""What services are told without asking, and where."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What services are told without asking, and where."""
    op.add_column("clients", sa.Column("backchannel_logout_uri", sa.String(), nullable=True))
    op.add_column("clients", sa.Column("events_uri", sa.String(), nullable=True))
    op.create_table(
        "signals",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sign_in_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_signals_client_id")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_signals_account_id")),
        sa.ForeignKeyConstraint(["sign_in_id"], ["sign_ins.id"], name=op.f("fk_signals_sign_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    for column in ("client_id", "account_id", "happened_at", "due_at"):
        op.create_index(op.f(f"ix_signals_{column}"), "signals", [column], unique=False)
