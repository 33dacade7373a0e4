"""The first schema: accounts, journeys, codes, sign-ins, messages, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first schema: accounts, journeys, codes, sign-ins, messages, events."""
    op.create_table(
        "accounts",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("birth_date_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("national_id_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("national_id_index", sa.LargeBinary(), nullable=True),
        sa.Column("tax_code_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tax_code_index", sa.LargeBinary(), nullable=True),
        sa.Column("representative_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("consent_version", sa.String(), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("national_id_index", name=op.f("uq_accounts_national_id_index")),
        sa.UniqueConstraint("tax_code_index", name=op.f("uq_accounts_tax_code_index")),
    )
    op.create_table(
        "challenges",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index(op.f("ix_challenges_token_hash"), "challenges", ["token_hash"], unique=False)
    op.create_table(
        "codes",
        sa.Column("flow_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_expires_at"), "codes", ["expires_at"], unique=False)
    op.create_index(op.f("ix_codes_flow_id"), "codes", ["flow_id"], unique=False)
    op.create_table(
        "limits",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hits", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("until", sa.Double(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_limits")),
    )
    op.create_index(op.f("ix_limits_expires_at"), "limits", ["expires_at"], unique=False)
    op.create_table(
        "messages",
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("flow_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("gateway", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("not_after", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_due_at"), "messages", ["due_at"], unique=False)
    op.create_index(op.f("ix_messages_flow_id"), "messages", ["flow_id"], unique=False)
    op.create_table(
        "browsers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_browsers_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browsers")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_browsers_token_hash")),
    )
    op.create_index(op.f("ix_browsers_account_id"), "browsers", ["account_id"], unique=False)
    op.create_index(op.f("ix_browsers_expires_at"), "browsers", ["expires_at"], unique=False)
    op.create_table(
        "certificates",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("not_after", sa.DateTime(), nullable=False),
        sa.Column("linked_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_certificates_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_certificates_key_hash")),
    )
    op.create_index(op.f("ix_certificates_account_id"), "certificates", ["account_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("journey_id", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_events_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_account_id"), "events", ["account_id"], unique=False)
    op.create_index(op.f("ix_events_at"), "events", ["at"], unique=False)
    op.create_index(op.f("ix_events_journey_id"), "events", ["journey_id"], unique=False)
    op.create_table(
        "journeys",
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("earlier_token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("support_code", sa.String(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("memory_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_journeys_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journeys")),
        sa.UniqueConstraint("support_code", name=op.f("uq_journeys_support_code")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_journeys_token_hash")),
    )
    op.create_index(op.f("ix_journeys_answer"), "journeys", ["answer"], unique=False)
    op.create_index(op.f("ix_journeys_earlier_token_hash"), "journeys", ["earlier_token_hash"], unique=False)
    op.create_index(op.f("ix_journeys_last_at"), "journeys", ["last_at"], unique=False)
    op.create_table(
        "phone_numbers",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_phone_numbers_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_numbers")),
        sa.UniqueConstraint("number_index", name=op.f("uq_phone_numbers_number_index")),
    )
    op.create_index(op.f("ix_phone_numbers_account_id"), "phone_numbers", ["account_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"], unique=False)
    op.create_table(
        "call_backs",
        sa.Column("journey_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("number_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("best_time", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["journey_id"], ["journeys.id"], name=op.f("fk_call_backs_journey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_backs")),
        sa.UniqueConstraint("journey_id", name=op.f("uq_call_backs_journey_id")),
    )
