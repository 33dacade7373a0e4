"""Certificates that end, are warned of and checked again; sign-ins bound to the one that opened them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Certificates that end, are warned of and checked again; sign-ins bound to the one that opened them."""
    op.add_column("certificates", sa.Column("encoded_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("certificates", sa.Column("ended_at", sa.DateTime(), nullable=True))
    op.add_column("certificates", sa.Column("end_reason", sa.String(), nullable=True))
    op.add_column("certificates", sa.Column("warned_days", sa.Integer(), nullable=True))
    op.create_index(op.f("ix_certificates_not_after"), "certificates", ["not_after"], unique=False)
    op.add_column("call_backs", sa.Column("reason", sa.String(), nullable=True))
    with op.batch_alter_table("sign_ins") as sign_ins:
        sign_ins.add_column(sa.Column("certificate_id", sa.Uuid(), nullable=True))
        sign_ins.add_column(sa.Column("recheck_at", sa.DateTime(), nullable=True))
        sign_ins.create_foreign_key(op.f("fk_sign_ins_certificate_id"), "certificates", ["certificate_id"], ["id"])
        sign_ins.create_index(op.f("ix_sign_ins_certificate_id"), ["certificate_id"], unique=False)
