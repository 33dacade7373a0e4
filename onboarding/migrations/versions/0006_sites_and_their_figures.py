"""Sites with their visits, and the answers as counts instead of being counted at each view."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNT_ANSWERS = """
INSERT INTO answer_counts (site, answer, part, count)
SELECT site, answer, 0, count(*) FROM journeys WHERE answer IS NOT NULL GROUP BY site, answer
"""


def upgrade() -> None:
    """Sites with their visits, and the answers as counts instead of being counted at each view."""
    op.create_table(
        "sites",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("colours", sa.JSON(), nullable=False),
        sa.Column("news", sa.JSON(), nullable=True),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("portlets", sa.JSON(), nullable=False),
        sa.Column("visits_before", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sites")),
    )
    op.create_table(
        "visits",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("site", "day", name=op.f("pk_visits")),
    )
    op.create_table(
        "presences",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("site", "visitor", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_seen_at"), "presences", ["seen_at"], unique=False)
    op.create_table(
        "salts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_salts")),
    )
    op.create_table(
        "answer_counts",
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "answer", "part", name=op.f("pk_answer_counts")),
    )
    op.add_column("journeys", sa.Column("site", sa.String(), nullable=False, server_default="portal"))
    op.execute(COUNT_ANSWERS)
