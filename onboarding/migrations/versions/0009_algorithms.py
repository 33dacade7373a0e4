"""The algorithm of each signing key, and the one that each service has its ID tokens signed by."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everything so far is ES256."""
    for table, column in (("signing_keys", "algorithm"), ("clients", "id_token_algorithm")):
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default="ES256"))
