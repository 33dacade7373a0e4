"""How Alembic reaches the database: with the engine that the command hands over."""

from alembic import context

from onboarding.accounts import (  # noqa: F401 - models
    answers,
    approvals,
    assertions,
    authorizations,
    browsers,
    call_backs,
    certificates,
    challenges,
    codes,
    consents,
    counters,
    idempotency,
    imports,
    number_changes,
    passkeys,
    sessions,
    signals,
    signing_keys,
    staff_keys,
    staff_sessions,
    usb_checks,
    visitors,
)
from onboarding.db import Base
from onboarding.sms import outbox  # noqa: F401 - models

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
